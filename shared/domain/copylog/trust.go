package copylog

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// MaxCheckpoint bounds a checkpoint in bytes. One with the log's signature and three cosignatures has about 600.
const MaxCheckpoint = 16 << 10

// The reasons for which a checkpoint is not believed.
var (
	ErrCheckpoint = errors.New("copylog: the checkpoint is not one of this log")
	ErrQuorum     = errors.New("copylog: too few witnesses signed the checkpoint")
)

// Trust is whose signatures make a checkpoint believed: the log's, and those of so many witnesses.
type Trust struct {
	log       note.Verifier
	witnesses []*torchwood.CosignatureVerifier
	quorum    int
}

// NewTrust reads verifier keys in the form of C2SP signed-note. logKey is of Ed25519, and its name is the
// log's origin. Each witness has a key for cosignature/v1 of its own. quorum is how many of the witnesses must have signed; 0
// requires none, and cosignatures are then checked where they are given.
func NewTrust(logKey string, witnessKeys []string, quorum int) (Trust, error) {
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return Trust{}, fmt.Errorf("copylog: the log's key: %w", err)
	}
	t := Trust{log: log, quorum: quorum}
	var seen []string
	for _, text := range witnessKeys {
		witness, key, err := parseWitnessKey(text)
		if err != nil {
			return Trust{}, fmt.Errorf("copylog: the witness %s: %w", text, err)
		}
		// A key under two names would count twice.
		if slices.Contains(seen, key) {
			return Trust{}, fmt.Errorf("copylog: the witness %s: another witness has the same key", witness.Name())
		}
		seen = append(seen, key)
		t.witnesses = append(t.witnesses, witness)
	}
	if quorum < 0 || quorum > len(t.witnesses) {
		return Trust{}, fmt.Errorf("copylog: %d of %d witnesses cannot sign", quorum, len(t.witnesses))
	}
	return t, nil
}

// Origin returns the name of the log, the first line of its checkpoints.
func (t Trust) Origin() string { return t.log.Name() }

// WithoutQuorum returns the trust that asks for the log's own signature only.
func (t Trust) WithoutQuorum() Trust {
	t.quorum = 0
	return t
}

// publicKey is a key that signs nothing. torchwood makes verifiers of signers only.
type publicKey struct{ ed25519.PublicKey }

func (p publicKey) Public() crypto.PublicKey { return p.PublicKey }

func (publicKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("copylog: a public key signs nothing")
}

// cosignatureAlgorithm is the first byte of a witness's key, cosignature/v1 with Ed25519.
const cosignatureAlgorithm = 4

// parseWitnessKey reads name+hash+key, where the hash follows from the rest.
func parseWitnessKey(text string) (v *torchwood.CosignatureVerifier, key string, err error) {
	malformed := errors.New("it is no key for cosignature/v1")
	name, rest, _ := strings.Cut(text, "+")
	_, encoded, found := strings.Cut(rest, "+")
	data, err := base64.StdEncoding.DecodeString(encoded)
	if !found || err != nil || len(data) != 1+ed25519.PublicKeySize || data[0] != cosignatureAlgorithm {
		return nil, "", malformed
	}
	s, err := torchwood.NewCosignatureSigner(name, publicKey{data[1:]})
	if err != nil {
		return nil, "", err
	}
	if v = s.Verifier(); v.String() != text {
		return nil, "", malformed
	}
	return v, string(data[1:]), nil
}

// Checkpoint is a signed state of the log.
type Checkpoint struct {
	torchwood.Checkpoint
	Witnessed []time.Time // when each trusted witness saw it, the earliest first
}

// Open returns the content of a checkpoint that the log and enough witnesses signed. It returns ErrCheckpoint
// or ErrQuorum.
func (t Trust) Open(text []byte) (Checkpoint, error) {
	if len(text) > MaxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: it has %d bytes", ErrCheckpoint, len(text))
	}
	verifiers := []note.Verifier{t.log}
	for _, w := range t.witnesses {
		verifiers = append(verifiers, w)
	}
	signed, err := note.Open(text, note.VerifierList(verifiers...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c := Checkpoint{}
	if c.Checkpoint, err = torchwood.ParseCheckpoint(signed.Text); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if c.Origin != t.Origin() || c.String() != signed.Text {
		return Checkpoint{}, fmt.Errorf("%w: it is of %q", ErrCheckpoint, c.Origin)
	}
	logged := false
	for _, s := range signed.Sigs {
		if s.Name == t.log.Name() && s.Hash == t.log.KeyHash() {
			logged = true
			continue
		}
		second, err := torchwood.CosignatureTimestamp(s)
		if err != nil || second > latestSecond {
			return Checkpoint{}, fmt.Errorf("%w: the time of %s: %v", ErrCheckpoint, s.Name, err)
		}
		c.Witnessed = append(c.Witnessed, time.Unix(second, 0).UTC())
	}
	if !logged {
		return Checkpoint{}, fmt.Errorf("%w: the log did not sign it", ErrCheckpoint)
	}
	if len(c.Witnessed) < t.quorum {
		return Checkpoint{}, fmt.Errorf("%w: %d of %d", ErrQuorum, len(c.Witnessed), t.quorum)
	}
	slices.SortFunc(c.Witnessed, time.Time.Compare)
	return c, nil
}

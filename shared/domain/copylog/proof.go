package copylog

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxProof bounds a proof in bytes. One in a log of a thousand million entries has about 1900.
const MaxProof = 24 << 10

// The reasons for which a proof proves nothing.
var (
	ErrProof  = errors.New("copylog: this is no proof")
	ErrOfCopy = errors.New("copylog: the proof is of another copy")
)

// Proof shows to who has a copy that the log contains it.
type Proof struct {
	Salt       Salt
	PDF, OFD   Digest // of the files that the register holds
	Entry      Entry
	Index      int64
	Hashes     tlog.RecordProof
	Checkpoint []byte // as it was published
}

// proofHeader is the first line of a proof in the form of C2SP tlog-proof.
const proofHeader = "c2sp.org/tlog-proof@v1\n"

// proofExtra is how many bytes the proof's extra data have: salt, digests of the files, entry.
const proofExtra = len(Salt{}) + 2*len(Digest{}) + EntryBytes

// Text returns the proof in the form of C2SP tlog-proof. Its extra data are what a verifier cannot know.
func (p Proof) Text() []byte {
	var b bytes.Buffer
	extra := bytes.Join([][]byte{p.Salt[:], p.PDF[:], p.OFD[:], p.Entry.Bytes()}, nil)
	fmt.Fprintf(&b, "%sextra %s\nindex %d\n", proofHeader, base64.StdEncoding.EncodeToString(extra), p.Index)
	for _, h := range p.Hashes {
		fmt.Fprintln(&b, h)
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint)
	return b.Bytes()
}

// ParseProof reads what Text writes, and nothing else. It checks no signature.
func ParseProof(text []byte) (Proof, error) {
	malformed := func(what string) (Proof, error) { return Proof{}, fmt.Errorf("%w: %s", ErrProof, what) }
	if len(text) > MaxProof {
		return malformed(fmt.Sprintf("it has %d bytes", len(text)))
	}
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	rest, headed := strings.CutPrefix(string(head), proofHeader)
	lines := strings.Split(rest, "\n")
	if !found || !headed || len(lines) < 2 {
		return malformed("it has not the form of c2sp.org/tlog-proof@v1")
	}
	encoded, extraFound := strings.CutPrefix(lines[0], "extra ")
	extra, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if !extraFound || err != nil || len(extra) != proofExtra {
		return malformed("its extra data are not those of a copy")
	}
	p := Proof{Checkpoint: checkpoint}
	extra = extra[copy(p.Salt[:], extra):]
	extra = extra[copy(p.PDF[:], extra):]
	extra = extra[copy(p.OFD[:], extra):]
	if p.Entry, err = ParseEntry(extra); err != nil {
		return malformed(err.Error())
	}
	number, indexFound := strings.CutPrefix(lines[1], "index ")
	if p.Index, err = strconv.ParseInt(number, 10, 64); !indexFound || err != nil || p.Index < 0 {
		return malformed("it has no index")
	}
	for _, line := range lines[2:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return malformed("a hash is none")
		}
		p.Hashes = append(p.Hashes, h)
	}
	if !bytes.Equal(p.Text(), text) {
		return malformed("it is not in its one encoding")
	}
	return p, nil
}

// Check returns the checkpoint of a proof that the log contains the copy with this digest of its canonical
// JSON. It returns ErrOfCopy, ErrProof, or an error of Open. The caller compares p.PDF or p.OFD with the file, and
// p.Entry.Made with the time that the copy states.
func (p Proof) Check(trust Trust, content Digest) (Checkpoint, error) {
	if (Copy{Content: content, PDF: p.PDF, OFD: p.OFD}).Commit(p.Salt) != p.Entry.Commitment {
		return Checkpoint{}, ErrOfCopy
	}
	c, err := trust.Open(p.Checkpoint)
	if err != nil {
		return Checkpoint{}, err
	}
	if p.Index >= c.N {
		return Checkpoint{}, fmt.Errorf("%w: the entry %d is not among the %d of the checkpoint", ErrProof, p.Index, c.N)
	}
	if err := tlog.CheckRecord(p.Hashes, c.N, c.Hash, p.Index, tlog.RecordHash(p.Entry.Bytes())); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	return c, nil
}

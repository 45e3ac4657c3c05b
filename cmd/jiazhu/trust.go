package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// writeTrust writes a trust bundle from certificates and public keys in files, or an existing
// bundle with entries added, replaced and removed. It writes only bundles with which the service
// would start.
func (c console) writeTrust(_ context.Context, args []string) error {
	f := c.flags("trust write", "FILE")
	alwaysJSON(f)
	var t trustWriter
	base := f.String("add-to", "", "start from the bundle in `FILE`; entries for the same certificate or key replace its own")
	signer := func(name string, use evidence.Use, what string) {
		f.Func(name, what+", with days and codes: `CERTIFICATE,FROM,UNTIL,ISSUER...`", func(v string) error {
			return t.sign(use, v)
		})
	}
	signer("pdf", evidence.SignsPDF, "who signs PDFs")
	signer("seal", evidence.SignsOFD, "who seals OFDs")
	signer("seal-maker", evidence.MakesSeals, "who makes seals (the certificate, or a seal it is in; without ISSUER for all)")
	for name, into := range map[string]*[]string{"root": &t.roots, "seal-root": &t.sealRoots, "time-root": &t.timeRoots} {
		f.Func(name, "an authority's certificate, or a chain that ends with it: `FILE` in PEM", func(v string) error { return addRoots(into, v) })
	}
	f.Func("token-key", "a key of QR codes: `KEY,FROM,UNTIL`, a public or private key in PEM", func(v string) error { return addKey(&t.tokens, v) })
	f.Func("receipt-key", "a key of receipts: `KEY,FROM,UNTIL`", func(v string) error { return addKey(&t.receipts, v) })
	f.Func("status-key", "a key of status lists: `KEY,FROM,UNTIL`", func(v string) error { return addKey(&t.status, v) })
	f.Func("remove", "take out the certificate or key in `FILE`", t.noteRemoval)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	bundle := evidence.Bundle{Version: evidence.BundleVersion}
	if *base != "" {
		if bundle, err = c.readTrust(*base); err != nil {
			return err
		}
	}
	if err := t.checkRemovals(bundle); err != nil {
		return err
	}
	bundle = t.applyTo(bundle)
	text, err := json.MarshalIndent(bundle, "", "  ")
	if err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	if _, err := evidence.ParseTrust(text); err != nil {
		return err
	}
	if err := replaceFile(names[0], append(text, '\n')); err != nil {
		return err
	}
	return c.describeTrust(bundle)
}

// showTrust lists the signers of a bundle, or says why it is invalid.
func (c console) showTrust(_ context.Context, args []string) error {
	f := c.flags("trust show", "FILE")
	alwaysJSON(f)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	bundle, err := c.readTrust(names[0])
	if err != nil {
		return err
	}
	return c.describeTrust(bundle)
}

func (c console) readTrust(name string) (evidence.Bundle, error) {
	var bundle evidence.Bundle
	text, err := c.open(name)
	if err != nil {
		return bundle, err
	}
	if _, err := evidence.ParseTrust(text); err != nil {
		return bundle, fmt.Errorf("%s: %w", name, err)
	}
	return bundle, json.Unmarshal(text, &bundle)
}

// trustLine is one signer or key of a bundle.
type trustLine struct {
	Use     string   `json:"use"`
	Name    string   `json:"name"`             // the certificate's subject, or the key's kid
	SHA256  string   `json:"sha256,omitempty"` // of a certificate: its fingerprint, because its successor has the same name
	From    string   `json:"from"`
	Until   string   `json:"until"` // included
	Issuers []string `json:"issuers,omitempty"`

	Timestamps *evidence.TimestampRule `json:"timestamps,omitempty"`
}

// describeTrust lists the signers and keys.
func (c console) describeTrust(b evidence.Bundle) error {
	var all []trustLine
	for _, s := range b.Signers {
		block, _ := pem.Decode([]byte(s.Certificate))
		leaf, err := smx509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		all = append(all, trustLine{
			Use: string(s.Use), Name: leaf.Subject.String(), SHA256: fmt.Sprintf("%x", sha256.Sum256(leaf.Raw)),
			From: s.From.String(), Until: s.Until.String(), Issuers: s.Issuers, Timestamps: s.Timestamps,
		})
	}
	for _, set := range []struct {
		use  string
		keys []credential.PublicKey
	}{{"token", b.TokenKeys.Keys}, {"receipt", b.ReceiptKeys.Keys}, {"status", b.StatusKeys.Keys}} {
		for _, k := range set.keys {
			last := civil.Of(k.Until.Add(-1))
			all = append(all, trustLine{Use: set.use, Name: k.KeyID, From: civil.Of(k.From).String(), Until: last.String()})
		}
	}
	return c.print(all)
}

// trustWriter has the additions and removals that the flags name.
type trustWriter struct {
	roots, sealRoots, timeRoots []string
	signers                     []evidence.Signer
	tokens, receipts, status    []credential.PublicKey
	removed                     []removal
}

// removal is a certificate or a key to be removed, and the file that names it.
type removal struct {
	file string
	der  []byte // of a certificate, else nil
	key  crypto.PublicKey
}

// sign reads CERTIFICATE,FROM,UNTIL,ISSUER...
func (t *trustWriter) sign(use evidence.Use, v string) error {
	file, from, until, rest, err := parseEntry(v)
	if err != nil {
		return err
	}
	chain, err := certificatesIn(file)
	if err != nil {
		return err
	}
	s := evidence.Signer{Use: use, From: from, Until: until}
	for i, der := range chain {
		if i == 0 || !certifiesItself(der) {
			s.Certificate += encodePEM(der)
		}
	}
	for _, one := range rest {
		if usage, ok := strings.CutPrefix(one, "usage="); ok {
			s.ExtendedKeyUsage = usage
			continue
		}
		if rule, ok := strings.CutPrefix(one, "timestamps="); ok {
			if s.Timestamps, err = parseTimestampRule(rule); err != nil {
				return err
			}
			continue
		}
		s.Issuers = append(s.Issuers, one)
	}
	if !slices.ContainsFunc(t.signers, func(o evidence.Signer) bool { return reflect.DeepEqual(o, s) }) { // one maker of several seals
		t.signers = append(t.signers, s)
	}
	return nil
}

// parseTimestampRule reads FROM or FROM:ALGORITHMS.
func parseTimestampRule(v string) (*evidence.TimestampRule, error) {
	day, algorithms, _ := strings.Cut(v, ":")
	from, err := civil.Parse(day)
	if err != nil {
		return nil, fmt.Errorf("timestamps=%s: %w", v, err)
	}
	return &evidence.TimestampRule{From: from, Algorithms: tsp.Algorithms(algorithms)}, nil
}

// addRoots adds the self-signed certificates of a file, or its only certificate.
func addRoots(into *[]string, file string) error {
	chain, err := certificatesIn(file)
	if err != nil {
		return err
	}
	found := false
	for _, der := range chain {
		if certifiesItself(der) || len(chain) == 1 {
			*into, found = append(*into, encodePEM(der)), true
		}
	}
	if !found {
		return fmt.Errorf("%s holds no certificate of a root", file)
	}
	return nil
}

func addKey(into *[]credential.PublicKey, v string) error {
	file, from, until, rest, err := parseEntry(v)
	if err == nil && len(rest) > 0 {
		err = errors.New("a key has no issuers")
	}
	if err != nil {
		return err
	}
	public, id, err := publicKeyIn(file)
	if err != nil {
		return err
	}
	*into = append(*into, credential.NewPublicKey(public, id, from.Start(), until.End()))
	return nil
}

// noteRemoval records the certificate or key in a file for removal.
func (t *trustWriter) noteRemoval(file string) error {
	if public, _, err := publicKeyIn(file); err == nil {
		t.removed = append(t.removed, removal{file: file, key: public})
		return nil
	}
	chain, err := certificatesIn(file)
	if err == nil {
		t.removed = append(t.removed, removal{file: file, der: chain[0]})
	}
	return err
}

// applyTo returns the bundle with the changes of the flags.
func (t *trustWriter) applyTo(b evidence.Bundle) evidence.Bundle {
	b.Roots, b.SealRoots, b.TimeRoots = t.joinCertificates(b.Roots, t.roots), t.joinCertificates(b.SealRoots, t.sealRoots), t.joinCertificates(b.TimeRoots, t.timeRoots)
	b.Signers = slices.DeleteFunc(b.Signers, func(old evidence.Signer) bool {
		return t.isRemoved(old.Certificate) || slices.ContainsFunc(t.signers, func(s evidence.Signer) bool {
			return s.Use == old.Use && bytes.Equal(firstCertificate(s.Certificate), firstCertificate(old.Certificate))
		})
	})
	b.Signers = append(b.Signers, t.signers...)
	b.TokenKeys.Keys, b.ReceiptKeys.Keys = t.joinKeys(b.TokenKeys.Keys, t.tokens), t.joinKeys(b.ReceiptKeys.Keys, t.receipts)
	if b.StatusKeys.Keys = t.joinKeys(b.StatusKeys.Keys, t.status); len(b.StatusKeys.Keys) == 0 {
		b.StatusKeys.Keys = nil // a program of before the status lists reads a bundle without them
	}
	return b
}

func (t *trustWriter) joinCertificates(old, more []string) []string {
	all := []string{}
	for _, text := range append(slices.Clone(old), more...) {
		if !t.isRemoved(text) && !slices.ContainsFunc(all, func(s string) bool { return bytes.Equal(firstCertificate(s), firstCertificate(text)) }) {
			all = append(all, text)
		}
	}
	return all
}

func (t *trustWriter) joinKeys(old, more []credential.PublicKey) []credential.PublicKey {
	all := []credential.PublicKey{}
	for _, k := range old {
		same := func(o credential.PublicKey) bool { return sameKey(o.Key, k.Key) }
		if !slices.ContainsFunc(t.removed, func(r removal) bool { return sameKey(r.key, k.Key) }) && !slices.ContainsFunc(more, same) {
			all = append(all, k)
		}
	}
	return append(all, more...)
}

func sameKey(a, b crypto.PublicKey) bool {
	key, ok := a.(*ecdsa.PublicKey)
	return ok && key.Equal(b)
}

func (t *trustWriter) isRemoved(text string) bool {
	return slices.ContainsFunc(t.removed, func(r removal) bool { return r.is(text) })
}

func (r removal) is(text string) bool {
	return r.der != nil && bytes.Equal(r.der, firstCertificate(text))
}

// checkRemovals reports removals whose certificate or key is not in the bundle.
func (t *trustWriter) checkRemovals(b evidence.Bundle) error {
	texts := slices.Concat(b.Roots, b.SealRoots, b.TimeRoots)
	for _, s := range b.Signers {
		texts = append(texts, s.Certificate)
	}
	all := slices.Concat(b.TokenKeys.Keys, b.ReceiptKeys.Keys, b.StatusKeys.Keys)
	for _, r := range t.removed {
		if !slices.ContainsFunc(texts, r.is) && !slices.ContainsFunc(all, func(k credential.PublicKey) bool { return sameKey(r.key, k.Key) }) {
			return fmt.Errorf("-remove %s: the bundle has no such certificate or key; nothing was written", r.file)
		}
	}
	return nil
}

// parseEntry reads FILE,FROM,UNTIL and the remaining values.
func parseEntry(v string) (file string, from, until civil.Date, rest []string, err error) {
	parts := strings.Split(v, ",")
	if len(parts) < 3 {
		return "", from, until, nil, errors.New("FILE,FROM,UNTIL is required")
	}
	if from, err = civil.Parse(parts[1]); err == nil {
		until, err = civil.Parse(parts[2])
	}
	return parts[0], from, until, parts[3:], err
}

// certificatesIn reads a chain in PEM, or the certificate of a seal's maker.
func certificatesIn(file string) ([][]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if seal, err := ses.ParseSeal(data); err == nil {
		return [][]byte{seal.Maker}, nil
	}
	chain, err := keys.ParseChain(data)
	if err == nil && len(chain) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return chain, nil
}

// publicKeyIn reads a public key, or the public half of a private one, and its id.
func publicKeyIn(file string) (public crypto.PublicKey, id string, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, "", err
	}
	block, rest := pem.Decode(data)
	switch {
	case block == nil || len(bytes.TrimSpace(rest)) > 0:
		return nil, "", fmt.Errorf("%s is not one key in PEM", file)
	case block.Type == "PUBLIC KEY":
		public, err = smx509.ParsePKIXPublicKey(block.Bytes)
	default:
		key, failed := client.ReadKey(file)
		if err = failed; err == nil {
			public = key.Public()
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", file, err)
	}
	id, err = keys.KeyID(public)
	return public, id, err
}

func certifiesItself(der []byte) bool {
	c, err := smx509.ParseCertificate(der)
	return err == nil && bytes.Equal(c.RawIssuer, c.RawSubject)
}

func encodePEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// firstCertificate returns the first certificate of a PEM text as DER, or nil.
func firstCertificate(text string) []byte {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil
	}
	return block.Bytes
}

// replaceFile writes a temporary file in the same directory and renames it.
func replaceFile(name string, data []byte) error {
	beside, err := os.CreateTemp(filepath.Dir(name), ".trust-*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name())
	_, err = beside.Write(data)
	if err = errors.Join(err, beside.Chmod(0o644), beside.Close()); err != nil {
		return err
	}
	return os.Rename(beside.Name(), name)
}

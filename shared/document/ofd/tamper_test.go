package ofd

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

// judge reads and verifies, as evidence does.
func (w *fixture) judge(t testing.TB, data []byte) error {
	t.Helper()
	f, err := Read(data)
	if err != nil {
		return err
	}
	roots, err := ses.NewRoots(w.ca.SealRoot)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ses.Verify(f.Signature.Value, ses.Expected{
		Roots: roots, DataHash: f.Signature.DataHash, Seal: f.Signature.Seal, Property: f.Signature.Property,
	})
	return err
}

func TestEveryChangedByteOfTheFileIsNoticed(t *testing.T) {
	w := newFixture(t)
	data := w.write(t)
	for i := range data {
		data[i] ^= 1 << (i % 8)
		if _, err := Read(data); err == nil {
			t.Errorf("byte %d of %d changed, and the file is read", i, len(data))
		}
		data[i] ^= 1 << (i % 8)
	}
	for _, cut := range []int{0, 1, 30, len(data) / 2, len(data) - 1} {
		if _, err := Read(data[:cut]); err == nil {
			t.Errorf("cut to %d bytes, and the file is read", cut)
		}
	}
	if _, err := Read(append(slices.Clone(data), 0)); err == nil {
		t.Error("a byte added, and the file is read")
	}
}

func TestEveryChangedPartIsNoticedInAPackageMadeAnew(t *testing.T) {
	w := newFixture(t)
	parts, err := unpack(w.write(t))
	if err != nil {
		t.Fatal(err)
	}
	for n, p := range parts {
		for i := 0; i < len(p.data); i += 1 + len(p.data)/40 {
			changed := bytes.Clone(p.data)
			changed[i] ^= 1 << (i % 8)
			if err := w.judge(t, repack(t, parts, n, part{name: p.name, data: changed})); err == nil {
				t.Errorf("%s: byte %d changed, and the file is accepted", p.name, i)
			}
		}
	}
}

// repack replaces part n, or drops it where the new one has no name.
func repack(t testing.TB, parts []part, n int, with part) []byte {
	t.Helper()
	parts = slices.Clone(parts)
	if with.name == "" {
		parts = slices.Delete(parts, n, n+1)
	} else {
		parts[n] = newPart(with.name, with.data)
	}
	data, err := pack(parts)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func find(t testing.TB, parts []part, name string) int {
	t.Helper()
	i := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
	if i < 0 {
		t.Fatalf("no part %s", name)
	}
	return i
}

func TestEachTrickHasItsError(t *testing.T) {
	w := newFixture(t)
	parts, err := unpack(w.write(t))
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.ca.NewSeal(t.Context(), []byte("another picture"))
	if err != nil {
		t.Fatal(err)
	}
	edit := func(name, old, new string) func(t *testing.T) []byte {
		return func(t *testing.T) []byte {
			n := find(t, parts, name)
			changed := strings.Replace(string(parts[n].data), old, new, 1)
			if changed == string(parts[n].data) {
				t.Fatalf("%s holds no %q", name, old)
			}
			return repack(t, parts, n, part{name: name, data: []byte(changed)})
		}
	}
	add := func(name string) func(t *testing.T) []byte {
		return func(t *testing.T) []byte {
			data, err := pack(append(slices.Clone(parts), newPart(name, []byte("x"))))
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
	tests := map[string]struct {
		make func(t *testing.T) []byte
		want error
	}{
		"a word on the page":      {edit(pagePart, "女", "男"), ErrDigest},
		"the data inside":         {edit(attachments+"certificate.json", "holder", "hoIder"), ErrDigest},
		"a part added":            {add("Doc_0/Annots.xml"), ErrUncovered},
		"a part added twice":      {add("doc_0/document.xml"), ErrPackage},
		"a part outside":          {add("../evil"), ErrPackage},
		"a part in the root":      {add("/evil"), ErrPackage},
		"a part taken away":       {func(t *testing.T) []byte { return repack(t, parts, find(t, parts, sealPart), part{}) }, ErrMissing},
		"the place of the seal":   {edit(signaturePart, `Boundary="140`, `Boundary="100`), ErrDataHash},
		"a reference dropped":     {w.withoutReference(parts), ErrUncovered},
		"the list of signatures":  {edit(signaturesPart, "s001", "s009"), ErrDigest},
		"no signatures at all":    {edit(rootPart, "Signatures", "Sigmatures"), ErrXML},
		"the signature unlisted":  {edit(rootPart, "<ofd:Signatures>"+signaturesPart+"</ofd:Signatures>", ""), ErrUnsigned},
		"another digest method":   {edit(signaturePart, sm3Digest, "MD5"), ErrUncovered},
		"another seal beside":     {w.otherSeal(parts, other), ErrSeal},
		"a later form":            {edit(signaturePart, `Version="1" Company`, `Version="4" Company`), ErrFormat},
		"another maker":           {edit(signaturePart, `ProviderName="Jiazhu"`, `ProviderName="Others"`), ErrForeign},
		"a document type":         {edit(pagePart, "<ofd:Page", "<!DOCTYPE x><ofd:Page"), ErrDigest},
		"a document type at once": {edit(rootPart, "<ofd:OFD", "<!DOCTYPE x><ofd:OFD"), ErrXML},
		"an element not of OFD":   {edit(rootPart, namespace, "urn:other"), ErrXML},
		"something that is no seal": {func(t *testing.T) []byte {
			return repack(t, parts, find(t, parts, valuePart), part{name: valuePart, data: []byte{1}})
		}, ses.ErrEncoding},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(tt.make(t)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// signAgain replaces Signature.xml and signs it anew, as the true signer might.
func (w *fixture) signAgain(t testing.TB, parts []part, signature []byte) []byte {
	t.Helper()
	parts = slices.Clone(parts)
	p := newPart(signaturePart, signature)
	parts[find(t, parts, signaturePart)] = p
	hash, err := base64.StdEncoding.DecodeString(p.sum)
	if err != nil {
		t.Fatal(err)
	}
	value, err := w.sign(t, Draft{DataHash: hash, Property: "/" + signaturePart, At: sealed})
	if err != nil {
		t.Fatal(err)
	}
	return repack(t, parts, find(t, parts, valuePart), part{name: valuePart, data: value})
}

func (w *fixture) withoutReference(parts []part) func(t *testing.T) []byte {
	return func(t *testing.T) []byte {
		signature := string(parts[find(t, parts, signaturePart)].data)
		from := strings.Index(signature, `<ofd:Reference FileRef="/`+pagePart)
		to := from + strings.Index(signature[from:], `</ofd:Reference>`) + len(`</ofd:Reference>`)
		return w.signAgain(t, parts, []byte(signature[:from]+signature[to:]))
	}
}

func (w *fixture) otherSeal(parts []part, other []byte) func(t *testing.T) []byte {
	return func(t *testing.T) []byte {
		parts := slices.Clone(parts)
		n := find(t, parts, sealPart)
		old := parts[n].data
		parts[n] = newPart(sealPart, other)
		signature := parts[find(t, parts, signaturePart)].data
		return w.signAgain(t, parts, bytes.Replace(signature, []byte(digest(old)), []byte(parts[n].sum), 1))
	}
}

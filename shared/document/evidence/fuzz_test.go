package evidence_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// examineWithinBounds examines data and checks the memory used: some 120 bytes for
// each byte of the file, and the bound on unpacking.
func examineWithinBounds(t *testing.T, data []byte, trust evidence.Trust) verdict.Evidence {
	t.Helper()
	var got verdict.Evidence
	cost := measure.Of(func() { got = evidence.Examine(data, trust) })
	if limit := uint64(120*len(data) + 48<<20); cost.Bytes > limit {
		t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
	}
	if got.Integrity.Result != verdict.Pass && (got.Copy != nil || got.Claim != nil) {
		t.Error("a broken file says something")
	}
	if got.Integrity.Result == verdict.Fail && !slices.Contains(verdict.BrokenReasons(), got.Integrity.Reason) {
		t.Errorf("refused for %q, which nobody can explain", got.Integrity.Reason)
	}
	return got
}

// FuzzExamine changes a real file, or uses any bytes. Only the unchanged file is
// trusted.
func FuzzExamine(f *testing.F) {
	d := newFixture(f)
	files := [][]byte{d.made.PDF, d.made.OFD, nil}
	for which := range uint8(3) {
		f.Add(which, uint32(0), uint16(0), []byte(nil))
		f.Add(which, uint32(0), uint16(0), []byte("%PDF-1.7\n"))
		f.Add(which, uint32(0), uint16(0), []byte("PK\x03\x04"))
		f.Add(which, uint32(1<<20), uint16(0), []byte("PK\x05\x06"))
		f.Add(which, uint32(3000), uint16(40), []byte{})
	}
	f.Fuzz(func(t *testing.T, which uint8, at uint32, cut uint16, patch []byte) {
		original := files[int(which)%len(files)]
		data := spliceBytes(original, int(at), int(cut), patch)
		got := examineWithinBounds(t, data, d.trust)
		if got.Integrity.Result == verdict.Pass && !bytes.Equal(data, original) {
			t.Errorf("another file passes: %+v", got)
		}
	})
}

func spliceBytes(data []byte, at, cut int, patch []byte) []byte {
	at = min(at, len(data))
	return slices.Concat(data[:at], patch, data[min(at+cut, len(data)):])
}

// FuzzContent changes the copy or the metadata inside, and signs the file with the
// trusted keys. A file that passes has a copy in its canonical form, the metadata
// derived from it and a QR code that leads to it.
func FuzzContent(f *testing.F) {
	d := newFixture(f)
	good, err := ofd.Read(d.made.OFD)
	if err != nil {
		f.Fatal(err)
	}
	text := good.Attachments[0].Data
	for _, word := range []string{`"useUntil":"2027-05-22"`, `"format":"jiazhu-copy/3"`, `"name":"`, `"qr":"`, `"idx":283031`, `{`, `}`, `"holder":{`} {
		at := bytes.Index(text, []byte(word))
		if at < 0 {
			f.Fatalf("no %s", word)
		}
		f.Add(uint16(at+len(word)-1), uint8(1), []byte("9"), uint8(0), "")
		f.Add(uint16(at), uint8(0), []byte(" "), uint8(0), "")
		f.Add(uint16(at), uint8(0), []byte(`"a":1,`), uint8(0), "")
	}
	for i := range good.CustomData {
		f.Add(uint16(0), uint8(0), []byte(nil), uint8(i), "x")
	}
	f.Fuzz(func(t *testing.T, at uint16, cut uint8, patch []byte, which uint8, value string) {
		attached := good.Attachments[0]
		attached.Data = spliceBytes(text, int(at), int(cut), patch)
		data := slices.Clone(good.CustomData)
		if value != "" {
			data[int(which)%len(data)].Value = value
		}
		sealed, err := d.trySeal(t, data, attached)
		if err != nil {
			return // text that no OFD can hold
		}
		got := examineWithinBounds(t, sealed, d.trust)
		agrees(t, got, attached.Data, d.trust)
		if got.Copy != nil && !slices.Equal(data, good.CustomData) && bytes.Equal(attached.Data, text) {
			t.Errorf("metadata %+v pass", data)
		}
		agrees(t, examineWithinBounds(t, d.signPDF(t, attached.Data), d.trust), attached.Data, d.trust)
	})
}

// agrees checks that a file that passes has the copy that was put in, and a QR code of
// this copy.
func agrees(t *testing.T, got verdict.Evidence, put []byte, trust evidence.Trust) {
	t.Helper()
	if got.Copy == nil {
		return
	}
	canonical, err := got.Copy.Canonical()
	if err != nil || !bytes.Equal(canonical, put) {
		t.Errorf("read %s from %s: %v", canonical, put, err)
	}
	token := evidence.ExamineToken(got.Copy.QR, trust)
	if token.Claim != nil && (token.Claim.Endorsement != got.Claim.Endorsement || token.Claim.Until != got.Claim.Until) {
		t.Errorf("the code leads to %+v, the file is %+v", token.Claim, got.Claim)
	}
}

// signPDF makes a PDF with one attachment, signed with the issuer's own key.
func (d fixture) signPDF(t testing.TB, data []byte) []byte {
	t.Helper()
	room, err := cms.SignatureSize(d.Keys.PDF)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := pdf.NewWriter(issuetest.Fonts(t)).Write(pdf.Document{
		Format: d.made.Copy.FormatVersion(), Page: displaylist.Page{Width: 210, Height: 297, Lang: "zh-CN", Title: "证照", Base: &displaylist.Base{}, Seal: displaylist.Rect{X: 140, Y: 220, W: 42, H: 42}},
		Title: "证照", At: issuetest.CopyTime(),
		Attachment: &pdf.Attachment{Name: evidence.Attachment, MIME: "application/json", Data: data},
		Signature:  pdf.Signature{Name: "测试", Size: room},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.finishPDF(t, draft)
}

// finishPDF adds a signature with the issuer's own key.
func (d fixture) finishPDF(t testing.TB, draft pdf.Draft) []byte {
	t.Helper()
	value, err := cms.Sign(t.Context(), d.Keys.PDF, draft.Digest)
	if err != nil {
		t.Fatal(err)
	}
	made, err := draft.AddSignature(value)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// FuzzToken changes a real token, or uses any text. Only the unchanged token is trusted,
// whatever surrounds it.
func FuzzToken(f *testing.F) {
	d := newFixture(f)
	f.Add(uint16(0), uint8(0), "")
	f.Add(uint16(0), uint8(0), "https://elsewhere.example/v#")
	f.Add(uint16(40), uint8(3), "AAA")
	f.Add(uint16(len(d.made.Token)), uint8(0), "=")
	f.Add(uint16(0), uint8(255), "eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, at uint16, cut uint8, patch string) {
		text := string(spliceBytes([]byte(d.made.Token), int(at), int(cut), []byte(patch)))
		got := evidence.ExamineToken(text, d.trust)
		if found, _ := credential.Find(text); got.Claim != nil && found.Token != d.made.Token {
			t.Errorf("%q says %+v", text, got.Claim)
		}
	})
}

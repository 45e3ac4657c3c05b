package evidence_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// writeForeign writes a PDF of another program, of so many pages, with more objects behind them.
func writeForeign(pages int, trailer string, more ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[")
	for i := range pages {
		fmt.Fprintf(&b, "%d 0 R ", 10+i)
	}
	fmt.Fprintf(&b, "]/Count %d>>\nendobj\n", pages)
	for i := range pages {
		fmt.Fprintf(&b, "%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n", 10+i)
	}
	for i, object := range more {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", 5000+i, object)
	}
	b.WriteString("trailer\n<</Root 1 0 R" + trailer + ">>\nstartxref\n0\n%%EOF\n")
	return []byte(b.String())
}

// signatureObject returns the signature of a genuine PDF as an object.
func signatureObject(t *testing.T, genuine []byte) string {
	t.Helper()
	start, end := gap(t, genuine)
	return "<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents" + string(genuine[start:end]) + ">>"
}

// editOFD edits a part of an OFD.
func editOFD(t *testing.T, data []byte, ending string, edit func([]byte) []byte) []byte {
	t.Helper()
	edited, err := hostile.EditPart(data, ending, edit)
	if err != nil || bytes.Equal(edited, data) {
		t.Fatalf("%s is not edited: %v", ending, err)
	}
	return edited
}

// listSeals has the list of seals name the one seal so many times.
func listSeals(t *testing.T, data []byte, times int) []byte {
	t.Helper()
	entry := regexp.MustCompile(`<ofd:Signature [^>]*>`)
	return editOFD(t, data, "/Signatures.xml", func(list []byte) []byte {
		return entry.ReplaceAll(list, bytes.Repeat(entry.Find(list), times))
	})
}

// unlistSeals has OFD.xml name no list of seals.
func unlistSeals(t *testing.T, data []byte) []byte {
	t.Helper()
	return editOFD(t, data, "OFD.xml", func(root []byte) []byte {
		return regexp.MustCompile(`<ofd:Signatures>[^<]*</ofd:Signatures>`).ReplaceAll(root, nil)
	})
}

// cutSeal takes the seal's signature out.
func cutSeal(t *testing.T, data []byte) []byte {
	t.Helper()
	parts, err := hostile.Unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	return hostile.Pack(slices.DeleteFunc(parts, func(e hostile.Entry) bool { return strings.HasSuffix(e.Name, "/SignedValue.dat") }))
}

func TestWhatIsNotOursIsNotFalse(t *testing.T) {
	d, other := newFixture(t), newFixture(t)
	ours, theirs := signatureObject(t, d.made.PDF), signatureObject(t, other.made.PDF)
	unsealed := bytes.ReplaceAll(d.made.OFD, []byte("Signatures.xml"), []byte("Remarks---.xml"))
	unsealed = bytes.ReplaceAll(unsealed, []byte("SignedValue.dat"), []byte("SignedValue.txt"))
	copied, locked, damaged := verdict.NotOriginalFile(verdict.Reproduced), verdict.NotOriginalFile(verdict.Encrypted), verdict.NotOriginalFile(verdict.Damaged)
	for name, tt := range map[string]struct {
		data []byte
		kind verdict.Kind
		want verdict.Finding
	}{
		"a page without a signature":               {writeForeign(1, ""), verdict.PDF, copied},
		"a page with our signature":                {writeForeign(1, "", ours), verdict.PDF, verdict.BrokenContent(verdict.Altered)},
		"a page with somebody else's signature":    {writeForeign(1, "", theirs), verdict.PDF, verdict.BrokenContent(verdict.Foreign)},
		"a page with both":                         {writeForeign(1, "", theirs, ours), verdict.PDF, verdict.BrokenContent(verdict.Altered)},
		"five pages with our signatures left over": {writeForeign(5, "", ours, ours), verdict.PDF, copied},
		"five pages that a bidder has signed":      {writeForeign(5, "", theirs), verdict.PDF, copied},
		"an encrypted file":                        {writeForeign(1, "/Encrypt 9 0 R"), verdict.PDF, locked},
		"no page":                                  {writeForeign(0, ""), verdict.PDF, damaged},
		"a file larger than any of ours":           {writeForeign(1, "", strings.Repeat(" ", evidence.MaxFile)), verdict.PDF, copied},
		"a JPEG":                                   {[]byte("\xff\xd8\xff\xe0"), verdict.Picture, copied},
		"a PNG larger than any file of ours":       {append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, evidence.MaxFile)...), verdict.Picture, copied},
		"our OFD, saved again without its seal":    {unsealed, verdict.OFD, copied},

		"our OFD, its list of seals emptied":           {listSeals(t, d.made.OFD, 0), verdict.OFD, verdict.BrokenContent(verdict.Altered)},
		"our OFD, its seal listed twice":               {listSeals(t, d.made.OFD, 2), verdict.OFD, verdict.BrokenContent(verdict.Altered)},
		"our OFD without a list of seals":              {unlistSeals(t, d.made.OFD), verdict.OFD, verdict.BrokenContent(verdict.Altered)},
		"our OFD, its list emptied and the seal cut":   {cutSeal(t, listSeals(t, d.made.OFD, 0)), verdict.OFD, copied},
		"our OFD without a list, and the seal cut":     {cutSeal(t, unlistSeals(t, d.made.OFD)), verdict.OFD, copied},
		"somebody else's OFD, its list of seals empty": {listSeals(t, other.made.OFD, 0), verdict.OFD, verdict.BrokenContent(verdict.Foreign)},
		"somebody else's OFD, its seal listed twice":   {listSeals(t, other.made.OFD, 2), verdict.OFD, verdict.BrokenContent(verdict.Foreign)},
	} {
		got := evidence.Examine(tt.data, d.trust)
		if got.Kind != tt.kind || got.Integrity != tt.want || got.Claim != nil || got.Copy != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A receipt's page that another program saved is that of a receipt; put together with other pages, it is a bid.
func TestAReceiptAmongOtherPagesIsNoReceiptsPage(t *testing.T) {
	d := newFixture(t)
	text := d.receipt(t, changeNothing)
	attached := fmt.Sprintf("<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream", len(text), text)
	if got, ok := evidence.ExtractReceipt(writeForeign(1, "", attached)); !ok || got != text {
		t.Errorf("one page: %v", ok)
	}
	if _, ok := evidence.ExtractReceipt(writeForeign(3, "", attached)); ok {
		t.Error("three pages are taken for the page of a receipt")
	}
}

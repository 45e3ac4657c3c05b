package ofd

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/sm3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// FuzzUnpack holds that a package that is read is one that pack writes, and
// that reading costs no more than its bounds say.
func FuzzUnpack(f *testing.F) {
	packed := newCompressedPart("Doc_0/b.txt", new(deflate.Compressor).Compress(bytes.Repeat([]byte("x"), 60)))
	small := packParts(f, newPart(rootPart, []byte("x")), newPart("Doc_0/a.txt", nil), packed)
	f.Add(small)
	f.Add([]byte("PK\x05\x06"))
	f.Add(append(bytes.Clone(small), 0))
	f.Add(packParts(f, newPart("a", nil), newPart("A", nil)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var parts []part
		var err error
		cost := measure.Of(func() { parts, err = unpack(data) })
		if limit := uint64((maxRatio+4)*len(data) + 1<<20 + maxParts*50_000); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
		}
		if err != nil {
			return
		}
		again, err := pack(parts)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again, data) {
			t.Error("a package in a form that pack does not write")
		}
	})
}

// FuzzRead gives the reader packages whose parts are anything.
func FuzzRead(f *testing.F) {
	root := string(within("OFD", `<ofd:DocBody><ofd:Signatures>S.xml</ofd:Signatures></ofd:DocBody>`))
	f.Add(root, string(within("Signatures", `<ofd:Signature BaseLoc="T.xml"/>`)), `<x/>`, []byte{0x30, 0})
	f.Add(root, string(within("Signatures", `<ofd:Signature BaseLoc="S.xml"/>`)), `<x/>`, []byte{0x30, 0})
	f.Add(strings.Replace(root, "S.xml", "/OFD.xml", 1), "", "", []byte(nil))
	f.Fuzz(func(t *testing.T, root, signatures, signature string, value []byte) {
		data := packParts(t,
			newPart(rootPart, []byte(root)), newPart("S.xml", []byte(signatures)),
			newPart("T.xml", []byte(signature)), newPart("V.dat", value))
		if _, err := Read(data); err == nil {
			t.Error("no document, and it is read")
		}
	})
}

// FuzzParse reads any bytes as a page, within bounds.
func FuzzParse(f *testing.F) {
	f.Add(within("Page", `<ofd:Content><ofd:Layer><ofd:TextObject Boundary="1 2 3 4" Size="4"><ofd:TextCode X="0" Y="1">字</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content>`))
	f.Add(within("Page", `<ofd:Content><ofd:Layer><ofd:TextObject Boundary="NaN +Inf 1e999 -0" Size="x"/></ofd:Layer></ofd:Content>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>`))
	f.Add(within("Page", strings.Repeat("<ofd:A>", 30)))
	f.Fuzz(func(t *testing.T, data []byte) {
		cost := measure.Of(func() {
			if tree, err := parse(data, "Page", allLevels); err == nil {
				var lines textJoiner
				lines.add(tree)
				if n := lines.text.Len(); n > 2*len(data) {
					t.Errorf("%d bytes of text in %d", n, len(data))
				}
			}
		})
		if limit := uint64(2*treePerByte*len(data) + 64<<10); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
		}
	})
}

// smallDocument is a document of one line, so that fuzzing is fast.
func (w *fixture) smallDocument(t testing.TB) (Document, []part) {
	t.Helper()
	d := w.document(t)
	d.Page.Base = &displaylist.Base{}
	d.Page.Items = []displaylist.Item{&displaylist.Text{X: 20, Y: 30, Size: 4, Body: "姓名", Role: displaylist.Value}}
	d.ValidFrom, d.ValidUntil = civil.Of(sealed), civil.Of(sealed)
	parts, err := unpack(w.writeDocument(t, NewWriter(w.fonts), d))
	if err != nil {
		t.Fatal(err)
	}
	return d, parts
}

// FuzzSealed changes one part of a real document. Left so, it is refused. With
// every digest put right and sealed anew by the true signer, the rules behind
// the digests are reached: what is then read is covered by the seal throughout.
func FuzzSealed(f *testing.F) {
	w := newFixture(f)
	d, parts := w.smallDocument(f)
	for which := range uint8(len(parts)) {
		f.Add(which, uint16(200), uint8(4), []byte("x"), true)
		f.Add(which, uint16(0), uint8(0), []byte("<!DOCTYPE a>"), true)
		f.Add(which, uint16(9), uint8(1), []byte{0}, false)
	}
	f.Add(uint8(0), uint16(150), uint8(0), []byte("<ofd:DocBody/>"), true)
	f.Fuzz(func(t *testing.T, which uint8, at uint16, cut uint8, patch []byte, repair bool) {
		n := int(which) % len(parts)
		changed := slices.Clone(parts)
		changed[n] = splicePart(parts[n], int(at), int(cut), patch)
		same := bytes.Equal(changed[n].data, parts[n].data)
		if repair && n < len(parts)-2 {
			changed = w.sealAgain(t, d, changed)
		}
		data := packParts(t, changed...)
		if len(data) > maxFile {
			return
		}
		var read *File
		var err error
		cost := measure.Of(func() { read, err = Read(data) })
		if limit := uint64(2*treePerByte*len(data) + 16<<20); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
		}
		switch {
		case err == nil && !repair && !same:
			t.Errorf("%s was changed, and is read", parts[n].name)
		case err == nil:
			checkCovered(t, w, data, read)
		}
	})
}

// splicePart replaces some bytes of a part, packed as it was.
func splicePart(p part, at, cut int, patch []byte) part {
	at = min(at, len(p.data))
	data := slices.Concat(p.data[:at], patch, p.data[min(at+cut, len(p.data)):])
	if p.compressed != nil {
		return newCompressedPart(p.name, new(deflate.Compressor).Compress(data))
	}
	return newPart(p.name, data)
}

var packingValue = regexp.MustCompile(`(` + packingName + `">)[^<]*`)

// sealAgain states how the parts are packed, and signs all.
func (w *fixture) sealAgain(t testing.TB, d Document, parts []part) []part {
	t.Helper()
	parts = slices.Clone(parts[:len(parts)-2])
	for i, p := range parts {
		if p.sum == "" { // as unpack leaves it
			parts[i] = splicePart(p, 0, 0, nil)
		}
	}
	parts[0] = newPart(rootPart, packingValue.ReplaceAll(parts[0].data, []byte("${1}"+packing(parts[1:]))))
	d.At = d.At.UTC()
	signature, err := d.signature(parts)
	if err != nil {
		t.Fatal(err)
	}
	hash := sm3.Sum(signature)
	value, err := w.sign(t, Draft{DataHash: hash[:], Property: "/" + signaturePart, At: d.At})
	if err != nil {
		t.Fatal(err)
	}
	return append(parts, newUnsignedPart(signaturePart, signature), newUnsignedPart(valuePart, value))
}

// checkCovered demands that the signature of what was read verifies, names every
// part but two, and that the package has the one form there is.
func checkCovered(t *testing.T, w *fixture, data []byte, read *File) {
	t.Helper()
	if err := w.judge(t, data); err != nil {
		t.Errorf("read, and not verified: %v", err)
	}
	parts, err := unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := pack(parts)
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("a package in a form that pack does not write: %v", err)
	}
	signature := string(parts[find(t, parts, signaturePart)].data)
	for _, p := range parts[:len(parts)-2] {
		if strings.Count(signature, `"/`+p.name+`"`) < 1 || !strings.Contains(signature, digest(p.data)) {
			t.Errorf("%s is not covered", p.name)
		}
	}
	if len(read.Attachments) > maxElements {
		t.Error("attachments without end")
	}
}

// A document that is only sealed anew is as good as the first: FuzzSealed can
// reach what it is meant for.
func TestSealingAnewIsEnough(t *testing.T) {
	w := newFixture(t)
	d, parts := w.smallDocument(t)
	data := packParts(t, w.sealAgain(t, d, parts)...)
	if err := w.judge(t, data); err != nil {
		t.Fatal(err)
	}
	n := find(t, parts, pagePart)
	text := bytes.Index(parts[n].data, []byte("姓名"))
	parts[n] = splicePart(parts[n], text, len("姓名"), []byte("女名"))
	read, err := Read(packParts(t, w.sealAgain(t, d, parts)...))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := read.ReadText(); err != nil || !strings.Contains(text, "女名") {
		t.Errorf("%v, %v", read, err)
	}
}

// FuzzOwnMarkup holds that the reader of this package's own form of XML reads only what the general parser reads, too,
// and as the same nodes.
func FuzzOwnMarkup(f *testing.F) {
	own := func(inner string) []byte { return []byte(header + string(within("Page", inner)) + "\n") }
	for _, inner := range []string{
		`<ofd:Template TemplateID="1" ZOrder="Background"/><ofd:Content><ofd:Layer><ofd:TextCode X="0" Y="1">&amp;字&#9;&lt;</ofd:TextCode></ofd:Layer></ofd:Content>`,
		`<ofd:A b="1" b="2"/>`, `<ofd:A xmlns="x"/>`, `<ofd:A b='1'/>`, `a<ofd:A/>`, `<ofd:A/>a`, `<ofd:A>]]&gt;</ofd:A>`, `]]>`, `<!-- -->`, "\r", "<ofd:A b=\"\n\"/>", "&#13;&#x41;", "&amp;amp;",
		"<ofd:A><ofd:B>x</ofd:B>y</ofd:A>", "<ofd:A></ofd:Ab>", "\u007f\ufffd", "<ofd:A ></ofd:A >", "<ofd:é/>",
	} {
		f.Add(own(inner))
	}
	f.Add([]byte(header + `<ofd:Page xmlns:ofd="` + namespace + `"/>` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		own := readOwnMarkup(data, "Page", allLevels)
		if own == nil {
			return
		}
		general, err := parseAny(data, "Page")
		if err != nil {
			t.Fatalf("read in the own form, but: %v", err)
		}
		if diff := cmp.Diff(general, own, cmp.AllowUnexported(node{}, attribute{}), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
		if outline := readOwnMarkup(data, "Page", pageLevels); outline == nil || len(outline.children) != len(general.children) {
			t.Error("the outline is another")
		}
	})
}

// Whatever Write writes is read in its own form, so that the general parser is not needed.
func TestOwnMarkupReadsWhatIsWritten(t *testing.T) {
	w := newFixture(t)
	parts, err := unpack(w.writeDocument(t, NewWriter(w.fonts), w.document(t)))
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, p := range parts {
		if root := regexp.MustCompile(`^<\?xml [^>]*>\s<ofd:(\w+)`).FindSubmatch(p.data); root != nil {
			read++
			if readOwnMarkup(p.data, string(root[1]), allLevels) == nil {
				t.Errorf("%s is not read", p.name)
			}
		}
	}
	if read < 8 {
		t.Errorf("%d parts are XML", read)
	}
}

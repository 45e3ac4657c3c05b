package reporting

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/internal/idsearch"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// segment returns a JPEG marker with its parameters.
func segment(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)), body...)
}

// chunk returns a PNG chunk with its checksum.
func chunk(kind, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func compressText(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// plantedJPEGs returns copies of a JPEG, each with a note in another place outside the picture.
func plantedJPEGs(data []byte, note string) map[string][]byte {
	at := func(i int, parts ...[]byte) []byte {
		return slices.Concat(data[:i], slices.Concat(parts...), data[i:])
	}
	scan, last := bytes.Index(data, []byte{0xFF, 0xDA}), bytes.LastIndex(data, []byte{0xFF, 0xDA})
	end := len(data) - 2
	quantum := bytes.Index(data, []byte{0xFF, 0xDB})
	steps := bytes.Clone(data)
	copy(steps[quantum+5+64-len(note):], note) // the steps of the highest frequencies
	return map[string][]byte{
		"Exif":                            at(2, segment(0xE1, "Exif\x00\x00MM\x00*"+note)),
		"a comment":                       at(2, segment(0xFE, note)),
		"a comment before the scan":       at(scan, segment(0xFE, note)),
		"a comment before the last scan":  at(last, segment(0xFE, note)),
		"Exif before the last scan":       at(last, segment(0xE1, "Exif\x00\x00"+note)),
		"a comment after the last scan":   at(end, segment(0xFE, note)),
		"Exif after the last scan":        at(end, segment(0xE1, "Exif\x00\x00"+note)),
		"bytes at the end of the scan":    at(end, []byte(note)),
		"bytes after the end":             at(len(data), []byte(note)),
		"another picture after the end":   at(len(data), []byte{0xFF, 0xD8}, segment(0xFE, note), []byte{0xFF, 0xD9}),
		"many pictures":                   at(2, segment(0xE2, "MPF\x00"+note)),
		"a colour profile":                at(2, segment(0xE2, "ICC_PROFILE\x00\x01\x01"+note)),
		"a JFXX thumbnail":                at(2, segment(0xE0, "JFXX\x00\x10"+note)),
		"a JFIF thumbnail":                at(2, segment(0xE0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x03"+note)),
		"behind Adobe's mark":             at(2, segment(0xEE, "Adobe\x00\x64\x00\x00\x00\x00\x01"+note)),
		"in Adobe's flags":                at(2, segment(0xEE, "Adobe"+note)),
		"IPTC":                            at(2, segment(0xED, "Photoshop 3.0\x00"+note)),
		"every other application segment": at(2, segment(0xE3, note), segment(0xE8, note), segment(0xEF, note)),
		"a byte between segments":         at(2, segment(0xE1, "Exif\x00\x00"+note), []byte{0}),
		"a quantization table not in use": at(2, segment(0xDB, "\x03"+note+string(bytes.Repeat([]byte{1}, 64-len(note))))),
		"steps that multiply nothing":     steps,
		"a code table not in use":         at(2, segment(0xC4, "\x13\x00\x00\x00\x00\x12\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"+note)),
	}
}

// plantedPNGs returns copies of a PNG, each with a note in another place outside the picture.
func plantedPNGs(t *testing.T, data []byte, note string) map[string][]byte {
	t.Helper()
	rows := bytes.Index(data, []byte("IDAT")) - 4
	end := len(data) - 12
	at := func(i int, parts ...[]byte) []byte {
		return slices.Concat(data[:i], slices.Concat(parts...), data[i:])
	}
	unused := color.Palette{color.White, color.Black}
	for i := 0; i+2 < len(note); i += 3 {
		unused = append(unused, color.RGBA{note[i], note[i+1], note[i+2], 255})
	}
	striped := image.NewPaletted(image.Rect(0, 0, 120, 168), unused)
	for i := range striped.Pix {
		striped.Pix[i] = uint8(i / 1000 % 2)
	}
	hidden := image.NewNRGBA(image.Rect(0, 0, 120, 168))
	for i := range len(hidden.Pix) / 4 {
		copy(hidden.Pix[4*i:], []byte{uint8(i / 120), uint8(i % 120), 0, 255})
	}
	for i := range len(note) / 3 {
		copy(hidden.Pix[4*i:], note[3*i:3*i+3])
		hidden.Pix[4*i+3] = 0
	}
	encoded := func(m image.Image) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	frame := "\x00\x00\x00\x01\x00\x00\x00\x78\x00\x00\x00\xa8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x0a\x00\x00"
	return map[string][]byte{
		"tEXt":                      at(rows, chunk("tEXt", "Comment\x00"+note)),
		"iTXt":                      at(rows, chunk("iTXt", "Comment\x00\x00\x00\x00\x00"+note)),
		"zTXt":                      at(rows, chunk("zTXt", "Comment\x00\x00"+compressText(note))),
		"eXIf":                      at(rows, chunk("eXIf", "MM\x00*"+note)),
		"iCCP":                      at(rows, chunk("iCCP", "x\x00\x00"+compressText(note))),
		"a private chunk":           at(rows, chunk("prVt", note)),
		"an unknown critical chunk": at(rows, chunk("ABCD", note)),
		"a chunk after the rows":    at(end, chunk("tEXt", "Comment\x00"+note)),
		"an animation":              slices.Concat(data[:rows], chunk("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"), data[rows:end], chunk("fcTL", frame), chunk("fdAT", "\x00\x00\x00\x02"+compressText(note)), data[end:]),
		"bytes after the end":       at(len(data), []byte(note)),
		"chunks after the end":      at(len(data), chunk("tEXt", note)),
		"an IDAT behind the rows":   at(end, chunk("IDAT", note)),
		"colours not in use":        encoded(striped),
		"pixels that do not show":   encoded(hidden),
	}
}

// files returns the files that a holder hands on, made with a picture as it is stored.
func files(t testing.TB, issuer *issuetest.Issuer, data []byte, mime string) []idsearch.File {
	t.Helper()
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	in := issuer.Input(t, issuetest.CopyOf(issuetest.Endorsement(t), issuetest.Certificate(t)))
	in.Photo = &displaylist.Picture{MIME: mime, Data: data, Width: size.Width, Height: size.Height}
	made, err := issuer.DocumentIssuer.Make(t.Context(), in)
	if err != nil {
		t.Fatalf("a picture that was accepted cannot be drawn: %v", err)
	}
	return []idsearch.File{{Name: "the PDF", Data: made.PDF}, {Name: "the OFD", Data: made.OFD}, {Name: "the preview", Data: issuer.Preview(t, made)}}
}

// TestNothingBesideThePictureReachesAFile plants an ID number in every place of a picture file that
// a viewer does not show. The picture is accepted without it or refused.
func TestNothingBesideThePictureReachesAFile(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	holder := issuetest.Certificate(t).Holder
	who := idsearch.Person{Birth: holder.Birth, Sex: holder.Sex}
	progressive, err := os.ReadFile("testdata/progressive.jpg")
	if err != nil {
		t.Fatal(err)
	}
	var all []idsearch.File
	for kind, planted := range map[string]map[string][]byte{
		"baseline":    plantedJPEGs(recordstest.Photo(t, 120, 168), holder.IDNumber),
		"progressive": plantedJPEGs(progressive, holder.IDNumber),
		"PNG":         plantedPNGs(t, recordstest.Signature(t, 120, 168), holder.IDNumber),
	} {
		for name, data := range planted {
			kept, described, errs := checkPicture("/photo", data, photoRules(), nil)
			if len(errs) > 0 {
				if name != "in Adobe's flags" && name != "an IDAT behind the rows" {
					t.Errorf("%s, %s: a picture that readers show is refused: %v", kind, name, errs)
				}
				continue
			}
			if bytes.Contains(kept, []byte(holder.IDNumber)) {
				t.Errorf("%s, %s: it is kept", kind, name)
			}
			for _, f := range files(t, issuer, kept, described.MIME) {
				all = append(all, idsearch.File{Name: f.Name + " of " + kind + ", " + name, Data: f.Data})
			}
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d files are searched", len(all))
	}
	for _, found := range idsearch.SearchKnown(all, holder.IDNumber, who) {
		t.Error(found)
	}
}

// TestWhatIsAcceptedHasOneFormOnly lists the parts of each stored picture.
func TestWhatIsAcceptedHasOneFormOnly(t *testing.T) {
	for name, data := range plantedPNGs(t, recordstest.Signature(t, 120, 168), "110101198001010117") {
		kept, _, _ := checkPicture("/photo", data, photoRules(), nil)
		kinds, rest := []string{}, kept[min(8, len(kept)):]
		for len(rest) >= 12 && !slices.Contains(kinds, "IEND") {
			kinds = append(kinds, string(rest[4:8]))
			rest = rest[12+binary.BigEndian.Uint32(rest):]
		}
		kinds = slices.DeleteFunc(kinds, func(k string) bool { return slices.Contains([]string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}, k) })
		if len(kinds)+len(rest) > 0 {
			t.Errorf("%s: chunks %q and %d bytes after the end are kept", name, kinds, len(rest))
		}
	}
	for name, data := range plantedJPEGs(recordstest.Photo(t, 120, 168), "110101198001010117") {
		kept, _, errs := checkPicture("/photo", data, photoRules(), nil)
		if len(errs) > 0 {
			continue
		}
		at := 2
		for ; kept[at+1] != 0xDA; at += 2 + int(binary.BigEndian.Uint16(kept[at+2:])) {
			if !slices.Contains([]byte{0xDB, 0xC0, 0xC4, 0xDD}, kept[at+1]) {
				t.Errorf("%s: a segment %x is kept", name, kept[at+1])
			}
		}
		for coded := kept[at+2 : len(kept)-2]; len(coded) > 1; coded = coded[1:] {
			if coded[0] == 0xFF && coded[1] != 0 {
				t.Errorf("%s: a marker %x follows the scan", name, coded[1])
			}
		}
	}
}

// FuzzAcceptedPicturesAreDrawn mutates a picture and reports it. An accepted picture is stored in a
// form that does not change when it is reported again, and every writer draws it.
func FuzzAcceptedPicturesAreDrawn(f *testing.F) {
	progressive, err := os.ReadFile("testdata/progressive.jpg")
	if err != nil {
		f.Fatal(err)
	}
	var signature, baseline bytes.Buffer
	if err := jpeg.Encode(&baseline, image.NewGray(image.Rect(0, 0, 120, 168)), nil); err != nil {
		f.Fatal(err)
	}
	if err := png.Encode(&signature, image.NewGray16(image.Rect(0, 0, 120, 168))); err != nil {
		f.Fatal(err)
	}
	samples := [][]byte{progressive, signature.Bytes(), baseline.Bytes()}
	issuer := issuetest.New(f, issuetest.CopyTime())
	for which := range uint8(3) {
		for at := uint16(0); at < 40; at++ {
			f.Add(which, at, []byte{0}, true)
			f.Add(which, at, []byte{0xFF}, false)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, at uint16, patch []byte, insert bool) {
		data := samples[int(which)%len(samples)]
		from := min(int(at), len(data))
		until := from
		if !insert {
			until = min(from+len(patch), len(data))
		}
		kept, described, errs := checkPicture("/photo", slices.Concat(data[:from], patch, data[until:]), photoRules(), nil)
		if len(errs) > 0 {
			return
		}
		again, _, errs := checkPicture("/photo", kept, photoRules(), nil)
		if len(errs) > 0 || !bytes.Equal(kept, again) {
			t.Errorf("what was kept changes: %v", errs)
		}
		files(t, issuer, kept, described.MIME)
	})
}

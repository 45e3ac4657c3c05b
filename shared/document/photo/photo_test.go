package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// grain returns a picture with noise like a camera's.
func grain(width, height int, seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 81))
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			n := uint8(r.IntN(24))
			m.SetRGBA(x, y, color.RGBA{uint8(90+x/8) + n, 140 + n, uint8(210-y/8) + n, 255})
		}
	}
	return m
}

func encodeJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 84}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gray(m *image.RGBA) image.Image {
	g := image.NewGray(m.Rect)
	for i := range g.Pix {
		g.Pix[i] = m.Pix[4*i]
	}
	return g
}

// samples returns pictures of every kind in use: encoded by Go, and in testdata by
// libjpeg (with restarts, without subsampling, progressive).
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{
		"in colour":           encodeJPEG(t, grain(295, 413, 1)),
		"in grey":             encodeJPEG(t, gray(grain(123, 77, 2))),
		"of one colour alone": encodeJPEG(t, image.NewGray(image.Rect(0, 0, 64, 64))),
	}
	files, err := filepath.Glob("testdata/*.jpg")
	if err != nil || len(files) == 0 {
		t.Fatal("no pictures in testdata", err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(f)] = data
	}
	return all
}

// dots returns the decoded pixels of a picture.
func dots(t testing.TB, data []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func rebuildTwice(t testing.TB, data []byte) []byte {
	t.Helper()
	out, err := Rebuild(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Rebuild(out)
	if err != nil || !bytes.Equal(out, again) {
		t.Errorf("the second time %d bytes became %d, %v", len(out), len(again), err)
	}
	return out
}

func TestNoDotOfASequentialPictureChanges(t *testing.T) {
	for name, data := range samples(t) {
		if name == "progressive.jpg" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			out := rebuildTwice(t, data)
			if diff := cmp.Diff(dots(t, data), dots(t, out)); diff != "" {
				t.Error(diff)
			}
			if len(out) > len(data) {
				t.Errorf("%d bytes became %d", len(data), len(out))
			}
		})
	}
}

// TestStripLeavesWhatRebuildWrote also checks that Strip rebuilds everything else.
func TestStripLeavesWhatRebuildWrote(t *testing.T) {
	var data bytes.Buffer
	if err := png.Encode(&data, grain(60, 40, 6)); err != nil {
		t.Fatal(err)
	}
	all := samples(t)
	all["a PNG"] = data.Bytes()
	for name, given := range all {
		out := rebuildTwice(t, given)
		if kept, err := Strip(out); err != nil || &kept[0] != &out[0] {
			t.Errorf("%s: what was rebuilt is rebuilt again, %v", name, err)
		}
		for at := range 3 {
			from := []int{2, len(out) - 2, len(out)}[at]
			more := slices.Concat(out[:from], segment{comment, []byte("a note")}.appendTo(nil), out[from:])
			if kept, _ := Strip(more); bytes.Contains(kept, []byte("a note")) {
				t.Errorf("%s: kept with a note at %d", name, from)
			}
		}
	}
	chunk := []byte("\x00\x00\x00\x00tEXt")
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	out := rebuildTwice(t, data.Bytes())
	if kept, err := Strip(slices.Concat(out[:33], chunk, out[33:])); err != nil || !bytes.Equal(kept, out) {
		t.Errorf("a PNG is kept with its text, %v", err)
	}
}

// TestOtherPicturesAreEncodedAgain rebuilds pictures that are not coded in one
// sequential scan, or have an unexpected byte, without a visible difference.
func TestOtherPicturesAreEncodedAgain(t *testing.T) {
	all := samples(t)
	astray := func(name string) []byte { return append([]byte{0xFF, start, 0}, all[name][2:]...) }
	for name, data := range map[string][]byte{
		"progressive": all["progressive.jpg"], "a byte out of place": astray("in colour"), "the same in grey": astray("in grey"),
	} {
		out := rebuildTwice(t, data)
		if bytes.Contains(out, []byte{0xFF, startOfFrame + 2}) {
			t.Errorf("%s: the original is kept", name)
		}
		before, after := dots(t, data), dots(t, out)
		total, size := 0, before.Bounds()
		for y := range size.Dy() {
			for x := range size.Dx() {
				a, b := color.GrayModel.Convert(before.At(x, y)).(color.Gray), color.GrayModel.Convert(after.At(x, y)).(color.Gray)
				total += max(int(a.Y)-int(b.Y), int(b.Y)-int(a.Y))
			}
		}
		if total > 3*size.Dx()*size.Dy() {
			t.Errorf("%s: the dots differ by %d over %v", name, total, size)
		}
	}
}

// TestColoursStayWithoutTheirMarks checks that RGB keeps its canonical marker and
// YCbCr has none.
func TestColoursStayWithoutTheirMarks(t *testing.T) {
	colour := samples(t)["full-colour.jpg"]
	marked := func(s segment) []byte { return append(s.appendTo([]byte{0xFF, start}), colour[2:]...) }
	if colour[3] == application { // remove its marker, to give it another
		colour = append([]byte{0xFF, start}, colour[4+int(colour[4])<<8+int(colour[5]):]...)
	}
	mark := segment{application + 14, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00")}
	for name, test := range map[string]struct {
		data []byte
		rgb  bool
	}{
		"YCbCr":        {colour, false},
		"YCbCr, said":  {marked(segment{application + 14, []byte("Adobe\x00\x64\x12\x34\x56\x78\x01 and more")}), false},
		"RGB":          {marked(segment{application + 14, []byte("Adobe\x00\x64\x12\x34\x56\x78\x00 and more")}), true},
		"JFIF decides": {marked(segment{application, []byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")}), false},
	} {
		out := rebuildTwice(t, test.data)
		if diff := cmp.Diff(dots(t, test.data), dots(t, out)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := bytes.HasPrefix(out[2:], mark.appendTo(nil)); got != test.rgb {
			t.Errorf("%s: marked RGB is %t", name, got)
		}
	}
}

func TestAPhotoLosesATwelfth(t *testing.T) {
	data := encodeJPEG(t, grain(295, 413, 3))
	if out := rebuildTwice(t, data); len(out)*12 > len(data)*11 {
		t.Errorf("%d bytes became %d", len(data), len(out))
	}
}

// TestPNGsOfEveryKindShowTheSame compares 8 bits a sample; transparent pixels have no
// colour.
func TestPNGsOfEveryKindShowTheSame(t *testing.T) {
	size := image.Rect(0, 0, 90, 70)
	ink := color.Palette{color.NRGBA{}, color.NRGBA{R: 200, A: 85}, color.NRGBA{R: 200, A: 255}, color.NRGBA{R: 200, A: 170}}
	for name, m := range map[string]draw.Image{
		"one ink": image.NewPaletted(size, ink), "grey": image.NewGray(size), "grey of 16 bits": image.NewGray16(size),
		"colour": image.NewRGBA(size), "colour with opacity": image.NewNRGBA(size),
	} {
		for y := range size.Dy() {
			for x := range size.Dx() {
				m.Set(x, y, color.NRGBA{uint8(3 * x), uint8(2 * y), uint8(x * y), 255})
				switch p := m.(type) {
				case *image.Paletted:
					p.SetColorIndex(x, y, uint8(x/5+y/7)%4)
				case *image.NRGBA:
					p.SetNRGBA(x, y, color.NRGBA{uint8(3 * x), uint8(2 * y), uint8(x * y), uint8(x * 2)})
				}
			}
		}
		var data bytes.Buffer
		if err := png.Encode(&data, m); err != nil {
			t.Fatal(err)
		}
		out := rebuildTwice(t, data.Bytes())
		after, err := png.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for y := range size.Dy() {
			for x := range size.Dx() {
				a, b := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA), color.NRGBAModel.Convert(after.At(x, y)).(color.NRGBA)
				if a != b && a.A|b.A != 0 {
					t.Fatalf("%s: at %d,%d %v became %v", name, x, y, a, b)
				}
			}
		}
		if len(out) > data.Len()+data.Len()/10 {
			t.Errorf("%s: %d bytes became %d", name, data.Len(), len(out))
		}
	}
}

func TestWhatItCannotReadIsAnError(t *testing.T) {
	photo := encodeJPEG(t, grain(64, 64, 4))
	for name, data := range map[string][]byte{
		"nothing": nil, "a PNG": []byte("\x89PNG\r\n\x1a\n and more"), "the head alone": photo[:40], "half": photo[:len(photo)/2],
	} {
		if out, err := Rebuild(data); err == nil {
			t.Errorf("%s became %d bytes", name, len(out))
		}
	}
}

// TestCodesOfUnlikelySymbolsFit uses Fibonacci numbers as counts, which gives the
// deepest tree.
func TestCodesOfUnlikelySymbolsFit(t *testing.T) {
	var frequency [257]int
	a, b := 1, 1
	for i := range 40 {
		frequency[i] = a
		a, b = b, a+b
	}
	space, codes := 0, 0
	for length, n := range shorten(codeLengths(&frequency)) {
		if n > 0 && (length < 1 || length > 16) {
			t.Fatalf("%d codes of %d bits", n, length)
		}
		space += n << (16 - min(length, 16))
		codes += n
	}
	if codes != 40 || space >= 1<<16 {
		t.Errorf("%d codes take %d of %d places", codes, space, 1<<16)
	}
}

// FuzzRebuild rebuilds everything a decoder reads; a picture with one sequential scan
// keeps the same pixels.
func FuzzRebuild(f *testing.F) {
	for _, data := range samples(f) {
		if len(data) < 4096 {
			f.Add(data)
			f.Add(withExif(data, exifNote(binary.LittleEndian, 6)))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil || c.Width*c.Height == 0 || c.Width*c.Height > 1<<16 { // the limits that callers check
			recode(data, 1+len(data)%8)
			return
		}
		before, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			recode(data, 1+len(data)%8)
			return
		}
		recode(data, 1+len(data)%8)
		after := dots(t, rebuildTwice(t, data))
		if _, exact := recode(data, 1); !exact || ReadOrientation(data) != 1 {
			return
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkRebuild(b *testing.B) {
	var hand bytes.Buffer
	if err := png.Encode(&hand, gray(grain(400, 160, 5))); err != nil {
		b.Fatal(err)
	}
	for name, data := range map[string][]byte{"photo": encodeJPEG(b, grain(295, 413, 3)), "PNG": hand.Bytes()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Rebuild(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package photo

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// grain is a picture with the noise of a camera.
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

func encoded(t testing.TB, m image.Image) []byte {
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

// samples are pictures of every kind in use: as this language writes them, and
// in testdata as libjpeg does (with restarts, without subsampling, progressive).
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{
		"in colour":           encoded(t, grain(295, 413, 1)),
		"in grey":             encoded(t, gray(grain(123, 77, 2))),
		"of one colour alone": encoded(t, image.NewGray(image.Rect(0, 0, 64, 64))),
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

// dots are what a decoder makes of a picture.
func dots(t testing.TB, data []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNoDotChanges(t *testing.T) {
	for name, data := range samples(t) {
		t.Run(name, func(t *testing.T) {
			slim := Slim(data)
			if diff := cmp.Diff(dots(t, data), dots(t, slim)); diff != "" {
				t.Error(diff)
			}
			if len(slim) > len(data) {
				t.Errorf("%d bytes became %d", len(data), len(slim))
			}
			if again := Slim(slim); len(again) != len(slim) {
				t.Errorf("the second time %d bytes became %d", len(slim), len(again))
			}
		})
	}
}

func TestAPhotoLosesATwelfth(t *testing.T) {
	data := encoded(t, grain(295, 413, 3))
	if slim := Slim(data); len(slim)*12 > len(data)*11 {
		t.Errorf("%d bytes became %d", len(data), len(slim))
	}
}

func TestWhatTheCameraNotedStaysBehind(t *testing.T) {
	for name, photo := range samples(t) {
		notes := segment{application + 1, []byte("Exif\x00\x00 39.9042 N 116.4074 E")}.appendTo([]byte{0xFF, start})
		notes = segment{comment, []byte("a comment")}.appendTo(notes)
		noted := append(notes, photo[2:]...)
		slim := Slim(noted)
		if bytes.Contains(slim, []byte("39.9042")) || bytes.Contains(slim, []byte("a comment")) {
			t.Errorf("%s: it kept what the camera noted", name)
		}
		if diff := cmp.Diff(dots(t, photo), dots(t, slim)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatItCannotReadStaysAsItIs(t *testing.T) {
	photo := encoded(t, grain(64, 64, 4))
	for name, data := range map[string][]byte{
		"nothing": nil, "a PNG": []byte("\x89PNG\r\n\x1a\n and more"), "the head alone": photo[:40],
	} {
		if !bytes.Equal(Slim(data), data) {
			t.Errorf("%s was changed", name)
		}
	}
}

// TestCodesOfUnlikelySymbolsFit counts symbols as Fibonacci's numbers do, which
// makes the deepest of trees.
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

func FuzzSlim(f *testing.F) {
	for _, data := range samples(f) {
		if len(data) < 4096 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil || c.Width*c.Height > 1<<16 {
			Slim(data)
			return
		}
		before, err := jpeg.Decode(bytes.NewReader(data))
		slim := Slim(data)
		if err != nil {
			return
		}
		after, err := jpeg.Decode(bytes.NewReader(slim))
		if err != nil {
			t.Fatalf("a picture became none: %v", err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatal(diff)
		}
	})
}

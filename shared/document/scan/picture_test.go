package scan_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/bmp"

	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// token looks like the address of a token, and is as long.
const token = "https://jiazhu.example.cn/v#eyJhbGciOiJFUzI1NiIsImtpZCI6IlVHOTYifQ.WyJBYUlHTjhGWUFBQUFBQUFBQUFBQUFBQVEiLCJBYUlBQUFBQUFBQUFBQUFBQUFBeFRRIiwi5LqsMTExMjAxOTIwMjAwMDAwMSIsIuasp_IiwyMDI2MTEyMywyMDI3MDUyMl0.7FurS4HIWUKmj59my7bKYPJsT9-DPugVPfHkA6MbF_mrtCFZMKeELRIMcuRyDMwSUIa17b_9fdN_vjstopQbZQ"

// numberToken returns a token of its own for a number.
func numberToken(n int) string { return token[:len(token)-2] + string(rune('A'+n)) + "Q" }

// distort turns a picture, blurs it, makes one side darker and adds noise, as a scanner or a phone does.
func distort(m *image.Gray, degrees, scale, noise float64, seed uint64) *image.Gray {
	random := rand.New(rand.NewPCG(seed, 150))
	size := m.Rect.Size()
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	width, height := float64(size.X), float64(size.Y)
	w := int((math.Abs(cos)*width + math.Abs(sin)*height) * scale)
	h := int((math.Abs(sin)*width + math.Abs(cos)*height) * scale)
	out := scantest.NewPage(w, h)
	for y := range h {
		for x := range w {
			dx, dy := (float64(x)-float64(w)/2)/scale, (float64(y)-float64(h)/2)/scale
			grey := sampleAt(m, cos*dx+sin*dy+width/2, cos*dy-sin*dx+height/2)
			shade := 1 - 0.35*float64(x)/float64(w)
			out.Pix[y*out.Stride+x] = uint8(min(255, max(0, grey*shade+noise*random.NormFloat64())))
		}
	}
	return out
}

// sampleAt returns the picture at a point, with smooth steps between the pixels.
func sampleAt(m *image.Gray, x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	at := func(i, j int) float64 {
		if p := (image.Point{X: int(x0) + i, Y: int(y0) + j}); p.In(m.Rect) {
			return float64(m.GrayAt(p.X, p.Y).Y)
		}
		return 255
	}
	return (at(0, 0)*(1-fx)+at(1, 0)*fx)*(1-fy) + (at(0, 1)*(1-fx)+at(1, 1)*fx)*fy
}

func find(t testing.TB, data []byte) scan.Result {
	t.Helper()
	r, err := scan.Find(data, scan.DefaultBounds())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantCodes(t *testing.T, got scan.Result, want ...scan.Code) {
	t.Helper()
	if diff := cmp.Diff(want, got.Codes); diff != "" {
		t.Errorf("%s\nunread: %v", diff, got.Unread)
	}
}

// A page of A4 at 150 dpi with a code of 73 modules in 54 mm, which lies askew, upside down or sideways.
func TestACodeIsFoundInAScan(t *testing.T) {
	page := scantest.NewPage(1240, 1754)
	scantest.DrawCode(t, page, token, image.Pt(75, 1310), 4)
	for i, degrees := range []float64{0, 1, -3, 5, -7, 12, 30, 45, 90, 178, -91} {
		for _, quality := range []int{50} {
			got := find(t, scantest.JPEG(t, distort(page, degrees, 1, 6, uint64(i)), quality))
			if len(got.Codes) != 1 || got.Codes[0] != (scan.Code{Page: 1, Text: token}) {
				t.Errorf("%v degrees, quality %d: %+v", degrees, quality, got)
			}
		}
	}
}

func TestACodeIsFoundInAnyResolution(t *testing.T) {
	page := scantest.NewPage(1240, 1754)
	scantest.DrawCode(t, page, token, image.Pt(75, 1310), 4)
	for _, scale := range []float64{0.6, 0.7, 0.8, 0.9, 1.3, 2, 3.1, 4} {
		got := find(t, scantest.JPEG(t, distort(page, 2, scale, 4, 1), 80))
		if len(got.Codes) != 1 || got.Codes[0].Text != token {
			t.Errorf("at %v: %+v", scale, got)
		}
	}
}

func TestEveryCodeOnAPageIsFoundOnceAndOthersAreCounted(t *testing.T) {
	page := scantest.NewPage(2480, 3508)
	for i := range 6 {
		scantest.DrawCode(t, page, numberToken(i), image.Pt(100+800*(i%3), 200+900*(i/3)), 8)
	}
	scantest.DrawCode(t, page, numberToken(0), image.Pt(100, 2100), 8)
	scantest.DrawCode(t, page, "https://elsewhere.example/", image.Pt(1000, 2200), 12)
	got := find(t, scantest.PNG(t, page))
	texts := map[string]int{}
	for _, c := range got.Codes {
		texts[c.Text]++
	}
	for i := range 6 {
		if texts[numberToken(i)] != 1 {
			t.Errorf("code %d is found %d times", i, texts[numberToken(i)])
		}
	}
	if got.Pages != 1 || len(got.Codes) != 6 || got.Others != 1 || got.Unread != nil {
		t.Errorf("%d codes, %+v", len(got.Codes), got.Unread)
	}
}

func TestWhatIsTransparentIsPaper(t *testing.T) {
	page := scantest.NewPage(400, 400)
	scantest.DrawCode(t, page, token, image.Pt(40, 40), 4)
	clear := image.NewNRGBA(page.Rect)
	for y := range 400 {
		for x := range 400 {
			if page.GrayAt(x, y).Y == 0 {
				clear.SetNRGBA(x, y, color.NRGBA{A: 255})
			}
		}
	}
	wantCodes(t, find(t, scantest.PNG(t, clear)), scan.Code{Page: 1, Text: token})
}

func TestAPictureThatIsTooLargeOrBrokenIsUnread(t *testing.T) {
	small := scantest.PNG(t, scantest.NewPage(16, 16))
	bomb := bytes.Clone(small)
	binary.BigEndian.PutUint32(bomb[16:], 60000)
	binary.BigEndian.PutUint32(bomb[20:], 60000)
	page := scantest.NewPage(400, 400)
	scantest.DrawCode(t, page, token, image.Pt(40, 40), 4)
	late := scan.DefaultBounds()
	late.IsOver = func() bool { return true }
	for name, tt := range map[string]struct {
		data   []byte
		bounds scan.Bounds
		why    scan.Why
	}{
		"a bomb":          {fixSum(bomb), scan.DefaultBounds(), scan.BySize},
		"half a picture":  {small[:len(small)/2], scan.DefaultBounds(), scan.ByDamage},
		"a JPEG's header": {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), scan.DefaultBounds(), scan.ByDamage},
		"no time":         {scantest.PNG(t, page), late, scan.ByTime},
		"too many bytes":  {append([]byte("\xff\xd8\xff"), make([]byte, scan.MaxFile)...), scan.DefaultBounds(), scan.BySize},
	} {
		got, err := scan.Find(tt.data, tt.bounds)
		if err != nil || len(got.Codes) != 0 || len(got.Unread) != 1 || got.Unread[0].Why != tt.why {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// fixSum corrects the check sum of a PNG's first chunk.
func fixSum(data []byte) []byte {
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestACodeIsFoundInPixels(t *testing.T) {
	page := scantest.ScanPage(t, token)
	got, err := scan.FindInPixels(page.Rect.Dx(), page.Rect.Dy(), page.Pix, scan.DefaultBounds())
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, got, scan.Code{Page: 1, Text: token})
	for _, size := range []image.Point{{}, {X: 3, Y: 1}, {X: -1, Y: -4}, {X: 1 << 62, Y: 4}} {
		if _, err := scan.FindInPixels(size.X, size.Y, make([]byte, 4), scan.DefaultBounds()); err != scan.ErrKind {
			t.Errorf("%v: %v", size, err)
		}
	}
}

func TestAfterEnoughCodesNoneIsReturned(t *testing.T) {
	page := scantest.NewPage(1200, 500)
	scantest.DrawCode(t, page, numberToken(0), image.Pt(40, 40), 5)
	scantest.DrawCode(t, page, numberToken(1), image.Pt(600, 40), 5)
	bounds := scan.DefaultBounds()
	bounds.Codes = 1
	got, err := scan.Find(scantest.PNG(t, page), bounds)
	if err != nil || len(got.Codes) != 1 || !cmp.Equal(got.Unread, []scan.Unread{{Page: 1, Why: scan.ByCodes}}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsNoPictureIsSaidToBe(t *testing.T) {
	for _, data := range []string{"", "hello", "GIF", "RIFF1234WAVE", "BM is a text"} {
		if _, err := scan.Find([]byte(data), scan.DefaultBounds()); err != scan.ErrKind {
			t.Errorf("%q: %v", data, err)
		}
	}
}

// TestEveryFormatOfPicturesIsRead, and says of its kind that it is damaged or too large.
func TestEveryFormatOfPicturesIsRead(t *testing.T) {
	m := drawPicture(t, token)
	var moving, plain bytes.Buffer
	if err := errors.Join(gif.Encode(&moving, m, nil), bmp.Encode(&plain, m)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"GIF": moving.Bytes(), "BMP": plain.Bytes(), "WebP": readFile(t, "testdata/code.webp")} {
		if !scan.IsPicture(data) {
			t.Errorf("a %s is no picture", name)
		}
		wantCodes(t, find(t, data), scan.Code{Page: 1, Text: token})
		if got := find(t, data[:len(data)/2]); name != "GIF" && !cmp.Equal(got.Unread, []scan.Unread{{Page: 1, Why: scan.ByDamage}}) {
			t.Errorf("a cut %s: %+v", name, got)
		}
		few := scan.DefaultBounds()
		few.Pixels = 1000
		if got, err := scan.Find(data, few); err != nil || !cmp.Equal(got.Unread, []scan.Unread{{Page: 1, Why: scan.BySize}}) {
			t.Errorf("a large %s: %+v, %v", name, got, err)
		}
	}
}

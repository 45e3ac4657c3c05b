package scan_test

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// side is that of the picture of a code, in pixels.
const side = 320

func drawPicture(t testing.TB, text string) *image.Gray {
	t.Helper()
	m := scantest.NewPage(side, side)
	scantest.DrawCode(t, m, text, image.Pt(0, 0), 4)
	return m
}

// packSamples returns the samples of a picture: components alike, of so many bits each.
func packSamples(m *image.Gray, components, bits int, sample func(dark bool) int) []byte {
	var out []byte
	for y := range m.Rect.Dy() {
		var row []byte
		used := 8
		for x := range m.Rect.Dx() {
			for range components {
				v := sample(m.GrayAt(x, y).Y < 128)
				if bits == 16 {
					row = append(row, byte(v>>8), byte(v))
					continue
				}
				if used == 8 {
					row, used = append(row, 0), 0
				}
				row[len(row)-1] |= byte(v << (8 - used - bits))
				used += bits
			}
		}
		out = append(out, row...)
	}
	return out
}

func choose(dark, light int) func(bool) int {
	return func(isDark bool) int {
		if isDark {
			return dark
		}
		return light
	}
}

func flate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

// compressLZW compresses with codes that grow late, as compress/lzw does.
func compressLZW(data []byte) []byte {
	var b bytes.Buffer
	z := lzw.NewWriter(&b, lzw.MSB, 8)
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

// compressEarlyLZW compresses with codes that grow one early: a dictionary of the texts so far.
func compressEarlyLZW(data []byte) []byte {
	var out []byte
	bits, have := 0, 0
	width := 9
	emit := func(code int) {
		bits, have = bits<<width|code, have+width
		for have >= 8 {
			out = append(out, byte(bits>>(have-8)))
			have -= 8
			bits &= 1<<have - 1
		}
	}
	known := map[string]int{}
	next := 258
	codeOf := func(s []byte) int {
		if len(s) == 1 {
			return int(s[0])
		}
		return known[string(s)]
	}
	emit(256)
	start := 0
	for end := 1; end <= len(data); end++ {
		if end < len(data) {
			if _, ok := known[string(data[start:end+1])]; ok || end == start {
				continue
			}
		}
		emit(codeOf(data[start:end]))
		if end < len(data) {
			known[string(data[start:end+1])] = next
			next++
			if next+1 > 1<<width && width < 12 {
				width++
			}
			if next == 4094 {
				emit(256)
				known, next, width = map[string]int{}, 258, 9
			}
		}
		start = end
	}
	emit(257)
	return append(out, byte(bits<<(8-have)))
}

func runLengths(data []byte) []byte {
	var out []byte
	for i := 0; i < len(data); {
		n := 1
		for i+n < len(data) && n < 128 && data[i+n] == data[i] {
			n++
		}
		if n > 1 {
			out = append(out, byte(257-n), data[i])
		} else {
			out = append(out, 0, data[i])
		}
		i += n
	}
	return append(out, 128)
}

func encode85(data []byte) []byte {
	var b bytes.Buffer
	w := ascii85.NewEncoder(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return append(b.Bytes(), "~>"...)
}

// filterRows applies one of the filters of PNG to every row.
func filterRows(data []byte, row, kind int) []byte {
	var out []byte
	above := make([]byte, row)
	for ; len(data) >= row; data = data[row:] {
		out = append(out, byte(kind))
		for i, v := range data[:row] {
			var left, corner byte
			if i > 0 {
				left, corner = data[i-1], above[i-1]
			}
			switch kind {
			case 1:
				v -= left
			case 2:
				v -= above[i]
			case 3:
				v -= byte((int(left) + int(above[i])) / 2)
			case 4:
				p := int(left) + int(above[i]) - int(corner)
				pa, pb, pc := max(p-int(left), int(left)-p), max(p-int(above[i]), int(above[i])-p), max(p-int(corner), int(corner)-p)
				switch {
				case pa <= pb && pa <= pc:
					v -= left
				case pb <= pc:
					v -= above[i]
				default:
					v -= corner
				}
			}
			out = append(out, v)
		}
		copy(above, data[:row])
	}
	return out
}

func TestACodeIsFoundInEveryKindOfPicture(t *testing.T) {
	m := drawPicture(t, token)
	grey := packSamples(m, 1, 8, choose(0, 255))
	late := packSamples(m, 1, 1, choose(1, 0))
	differences := bytes.Clone(grey)
	for i := len(differences) - 1; i >= 0; i-- {
		if i%side > 0 {
			differences[i] -= differences[i-1]
		}
	}
	const device = "/ColorSpace/DeviceGray/BitsPerComponent 8"
	for name, tt := range map[string]struct {
		entries string
		data    []byte
	}{
		"JPEG":                 {device + "/Filter/DCTDecode", scantest.JPEG(t, m, 70)},
		"JPEG in Flate":        {device + "/Filter[/FlateDecode/DCTDecode]", flate(scantest.JPEG(t, m, 70))},
		"plain grey":           {device, grey},
		"Flate":                {device + "/Filter/FlateDecode", flate(grey)},
		"Flate, cut":           {device + "/Filter/FlateDecode", cut(flate(grey))},
		"LZW":                  {device + "/Filter/LZWDecode", compressEarlyLZW(grey)},
		"LZW, late":            {device + "/Filter/LZWDecode/DecodeParms<</EarlyChange 0>>", compressLZW(grey)},
		"run lengths":          {device + "/Filter/RunLengthDecode", runLengths(grey)},
		"base 85":              {device + "/Filter[/ASCII85Decode/FlateDecode]", encode85(flate(grey))},
		"hexadecimal":          {device + "/Filter[/ASCIIHexDecode/FlateDecode]", []byte(hex.EncodeToString(flate(grey)) + ">")},
		"differences of TIFF":  {device + "/Filter/FlateDecode/DecodeParms<</Predictor 2/Columns 320>>", flate(differences)},
		"1 bit":                {"/ColorSpace/DeviceGray/BitsPerComponent 1", packSamples(m, 1, 1, choose(0, 1))},
		"1 bit, negative":      {"/ColorSpace/DeviceGray/BitsPerComponent 1/Decode[1 0]", late},
		"2 bits":               {"/ColorSpace/DeviceGray/BitsPerComponent 2", packSamples(m, 1, 2, choose(0, 3))},
		"4 bits":               {"/ColorSpace/CalGray/BitsPerComponent 4", packSamples(m, 1, 4, choose(1, 14))},
		"16 bits":              {"/ColorSpace/DeviceGray/BitsPerComponent 16", packSamples(m, 1, 16, choose(0, 65535))},
		"RGB":                  {"/ColorSpace/DeviceRGB/BitsPerComponent 8", packSamples(m, 3, 8, choose(10, 250))},
		"RGB by a profile":     {"/ColorSpace[/ICCBased 900 0 R]/BitsPerComponent 8", packSamples(m, 3, 8, choose(10, 250))},
		"CMYK":                 {"/ColorSpace/DeviceCMYK/BitsPerComponent 8", packSamples(m, 4, 8, choose(200, 0))},
		"one ink":              {"/ColorSpace[/Separation/Black/DeviceGray 901 0 R]/BitsPerComponent 8", packSamples(m, 1, 8, choose(255, 0))},
		"colours by an index":  {"/ColorSpace[/Indexed/DeviceRGB 1<ffffff000020>]/BitsPerComponent 1", packSamples(m, 1, 1, choose(1, 0))},
		"a mask":               {"/ImageMask true/BitsPerComponent 1", packSamples(m, 1, 1, choose(0, 1))},
		"a mask, turned round": {"/ImageMask true/Decode[1 0]", late},
		"black under a mask":   {device + "/SMask 902 0 R", make([]byte, side*side)},
		"a hard mask":          {device + "/Mask 903 0 R", make([]byte, side*side)},
		"fax, group 4":         {"/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 320/Rows 320/BlackIs1 true>>", nil},
		"fax, group 3":         {"/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms[<</K 0/Columns 320/BlackIs1 false>>]/Decode[1 0]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			data := tt.data
			if strings.HasPrefix(name, "fax") {
				data = readFile(t, "testdata/code.g"+name[len(name)-1:])
			}
			wantOneCode(t, placePicture(tt.entries, data, m), token, data == nil || tt.data == nil)
		})
	}
	for kind := range 5 {
		entries := device + "/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 320>>"
		wantOneCode(t, placePicture(entries, flate(filterRows(grey, side, kind)), m), token, false)
	}
}

// cut removes the end of compressed data, and with it the lower margin of the picture.
func cut(data []byte) []byte { return data[:len(data)-12] }

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// placePicture writes a PDF of one page with a picture of a code's size.
func placePicture(entries string, data []byte, m *image.Gray) []byte {
	shape := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d", side, side)
	return scantest.WritePDF([]scantest.Page{{Content: "q 150 0 0 150 40 40 cm /I Do Q", Resources: "/XObject<</I 800 0 R>>"}}, scantest.Objects{
		800: scantest.Stream(shape+entries, data),
		900: scantest.Stream("/N 3", nil),
		901: "<</FunctionType 2/Domain[0 1]/N 1>>",
		902: scantest.Stream(shape+"/ColorSpace/DeviceGray/BitsPerComponent 8", packSamples(m, 1, 8, choose(255, 0))),
		903: scantest.Stream(shape+"/ImageMask true/BitsPerComponent 1", packSamples(m, 1, 1, choose(0, 1))),
	})
}

// wantOneCode wants the code with a text, or, of another picture than the test's own, any of ours.
func wantOneCode(t *testing.T, data []byte, text string, any bool) {
	t.Helper()
	got := find(t, data)
	if len(got.Codes) != 1 || got.Codes[0].Page != 1 || got.Unread != nil || !any && got.Codes[0].Text != text || !strings.HasPrefix(got.Codes[0].Text, "https://jiazhu.example.cn/v#eyJ") {
		t.Errorf("%+v", got)
	}
}

// drawBoxes returns the operators that draw a code of boxes of one unit each, from the lower left corner.
func drawBoxes(t testing.TB, text, each string, asPath bool) string {
	code := scantest.Encode(t, text)
	var b strings.Builder
	for y := range code.GetHeight() {
		for x := range code.GetWidth() {
			if !code.Get(x, y) {
				continue
			}
			low := code.GetHeight() - 1 - y
			if asPath {
				fmt.Fprintf(&b, "%d %d m %d %d l %d %d l %d %d l h ", x, low, x+1, low, x+1, low+1, x, low+1)
			} else {
				fmt.Fprintf(&b, "%d %d 1 1 re %s\n", x, low, each)
			}
		}
	}
	return b.String()
}

func TestACodeIsFoundHoweverAPageDrawsIt(t *testing.T) {
	m := drawPicture(t, token)
	whole := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8", side, side)
	strips := scantest.Objects{}
	var stripes strings.Builder
	resources := "/XObject<<"
	for i := range 8 {
		strips[700+i] = scantest.Stream("/Type/XObject/Subtype/Image/Width 320/Height 40/ColorSpace/DeviceGray/BitsPerComponent 8", m.Pix[i*40*side:(i+1)*40*side])
		fmt.Fprintf(&stripes, "q 160 0 0 20 30 %d cm /S%d Do Q ", 200-20*i, i)
		resources += fmt.Sprintf("/S%d %d 0 R", i, 700+i)
	}
	form := func(entries, content string) string {
		return scantest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 900 900]"+entries, []byte(content))
	}
	inline := "q 150 0 0 150 40 40 cm BI /W 320 /H 320 /CS /G /BPC 1 /F /AHx ID " +
		hex.EncodeToString(packSamples(m, 1, 1, choose(0, 1))) + "> EI Q"
	for name, tt := range map[string]struct {
		page    scantest.Page
		objects scantest.Objects
	}{
		"boxes one by one":         {scantest.Page{Content: "q 2 0 0 2 50 50 cm " + drawBoxes(t, token, "f", false) + " Q"}, nil},
		"boxes in one path":        {scantest.Page{Content: "0 0 0 rg q 2 0 0 2 50 50 cm " + drawBoxes(t, token, "", false) + " f* Q"}, nil},
		"lines in one path":        {scantest.Page{Content: "q 0.5 0 0 0.5 50 50 cm " + drawBoxes(t, token, "", true) + " f Q"}, nil},
		"boxes turned round":       {scantest.Page{Content: "q 0 2 -2 0 400 50 cm " + drawBoxes(t, token, "f", false) + " Q"}, nil},
		"boxes upside down":        {scantest.Page{Content: "1 0 0 -1 0 842 cm q 1.7 0 0 1.7 50 50 cm " + drawBoxes(t, token, "f", false) + " Q"}, nil},
		"white boxes on black":     {scantest.Page{Content: "1 g 0 0 595 842 re f 0 g 100 100 200 200 re f 1 g " + whiteBoxes(t)}, nil},
		"a picture in a form":      {scantest.Page{Content: "q 0 1 -1 0 400 0 cm /F Do Q", Resources: "/XObject<</F 600 0 R>>"}, scantest.Objects{600: form("/Matrix[1 0 0 1 10 10]/Resources<</XObject<</I 601 0 R>>>>", "150 0 0 150 0 0 cm /I Do"), 601: scantest.Stream(whole, m.Pix)}},
		"boxes in a form":          {scantest.Page{Content: "q 2 0 0 2 0 0 cm /F Do Q", Resources: "/XObject<</F 600 0 R>>"}, scantest.Objects{600: form("", drawBoxes(t, token, "f", false))}},
		"a form of the page above": {scantest.Page{Content: "/F Do", Resources: "/XObject<</F 600 0 R/I 601 0 R>>"}, scantest.Objects{600: form("", "150 0 0 150 0 0 cm /I Do"), 601: scantest.Stream(whole, m.Pix)}},
		"strips of pictures":       {scantest.Page{Content: stripes.String(), Resources: resources + ">>"}, strips},
		"an inline picture":        {scantest.Page{Content: inline}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			wantOneCode(t, scantest.WritePDF([]scantest.Page{tt.page}, tt.objects), token, false)
		})
	}
}

// whiteBoxes draws the light modules of a code on a black square.
func whiteBoxes(t testing.TB) string {
	code := scantest.Encode(t, token)
	var b strings.Builder
	fmt.Fprintf(&b, "q %f 0 0 %f 100 100 cm ", 200/float64(code.GetWidth()), 200/float64(code.GetHeight()))
	for y := range code.GetHeight() {
		for x := range code.GetWidth() {
			if !code.Get(x, y) {
				fmt.Fprintf(&b, "%d %d 1 1 re f\n", x, code.GetHeight()-1-y)
			}
		}
	}
	return b.String() + "Q"
}

func TestEveryPageIsSearched(t *testing.T) {
	var pages []image.Image
	var want []scan.Code
	for i := range 5 {
		pages = append(pages, distort(scantest.ScanPage(t, numberToken(i)), float64(3*i-6), 1, 5, uint64(i)))
		want = append(want, scan.Code{Page: i + 1, Text: numberToken(i)})
	}
	data := scantest.ScanPDF(t, pages...)
	wantCodes(t, find(t, data), want...)

	few := scan.DefaultBounds()
	few.Pages = 2
	got, err := scan.Find(data, few)
	if err != nil || got.Pages != 2 || len(got.Codes) != 2 || !cmp.Equal(got.Unread, []scan.Unread{{Page: 3, Why: scan.ByPages}}) {
		t.Errorf("two pages: %+v, %v", got, err)
	}
	few = scan.DefaultBounds()
	few.Codes = 2
	got, err = scan.Find(data, few)
	if err != nil || len(got.Codes) != 2 || !cmp.Equal(got.Unread, []scan.Unread{{Page: 3, Why: scan.ByCodes}, {Page: 4, Why: scan.ByCodes}, {Page: 5, Why: scan.ByCodes}}) {
		t.Errorf("two codes: %+v, %v", got, err)
	}
	few, asked := scan.DefaultBounds(), 0
	few.IsOver = func() bool { asked++; return asked > 3 }
	got, err = scan.Find(data, few)
	if err != nil || len(got.Unread) < 4 || got.Unread[len(got.Unread)-1] != (scan.Unread{Page: 5, Why: scan.ByTime}) {
		t.Errorf("no time: %+v, %v", got, err)
	}
}

func TestWhatIsNotSearchedIsSaid(t *testing.T) {
	m := drawPicture(t, token)
	broken := placePicture("/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", []byte("no"), m)
	self := scantest.WritePDF([]scantest.Page{{Content: "/F Do", Resources: "/XObject<</F 600 0 R>>"}}, scantest.Objects{
		600: scantest.Stream("/Type/XObject/Subtype/Form/Resources<</XObject<</F 600 0 R>>>>", []byte("/F Do /F Do")),
	})
	for name, tt := range map[string]struct {
		data []byte
		want scan.Unread
	}{
		"JBIG2":                {placePicture("/Filter/JBIG2Decode", []byte("x"), m), scan.Unread{Page: 1, Why: scan.ByFormat}},
		"JPEG 2000":            {placePicture("/Filter/JPXDecode", []byte("x"), m), scan.Unread{Page: 1, Why: scan.ByFormat}},
		"damaged data":         {broken, scan.Unread{Page: 1, Why: scan.ByDamage}},
		"a form in itself":     {self, scan.Unread{Page: 1, Why: scan.ByContent}},
		"a picture too large":  {bytes.ReplaceAll(placePicture("", nil, m), []byte("/Width 320/Height 320"), []byte("/Width 99999/Height 99999")), scan.Unread{Page: 1, Why: scan.BySize}},
		"an encrypted file":    {bytes.Replace(placePicture("", nil, m), []byte("/Root"), []byte("/Encrypt 5 0 R/Root"), 1), scan.Unread{Why: scan.ByLock}},
		"a file without pages": {[]byte("%PDF-1.4\n%%EOF\n"), scan.Unread{Why: scan.ByDamage}},
	} {
		got := find(t, tt.data)
		if len(got.Codes) != 0 || !cmp.Equal(got.Unread, []scan.Unread{tt.want}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A picture that cannot be read leaves each page unread on which it stands.
func TestAnUnreadPictureOnSeveralPages(t *testing.T) {
	objects := scantest.Objects{}
	page := scantest.JBIG2Page(1000, image.Pt(600, 800), []byte("x"), objects)
	got := find(t, scantest.WritePDF([]scantest.Page{page, {}, page}, objects))
	if want := []scan.Unread{{Page: 1, Why: scan.ByFormat}, {Page: 3, Why: scan.ByFormat}}; !cmp.Equal(got.Unread, want) {
		t.Errorf("%+v", got)
	}
}

// A page without content has no code, however its nothing is stored.
func TestAPageWithoutContentIsSearched(t *testing.T) {
	var squeezed bytes.Buffer
	if err := zlib.NewWriter(&squeezed).Close(); err != nil {
		t.Fatal(err)
	}
	for name, stream := range map[string]string{
		"nothing": scantest.Stream("", nil), "nothing, compressed": scantest.Stream("/Filter/FlateDecode", squeezed.Bytes()),
		"no compressed data": scantest.Stream("/Filter/FlateDecode", nil),
	} {
		file := scantest.WritePDF([]scantest.Page{{Content: "%%%"}}, nil)
		file = bytes.Replace(file, []byte(scantest.Stream("", []byte("%%%"))), []byte(stream), 1)
		if got := find(t, file); got.Pages != 1 || len(got.Unread) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A colour picture with dark blue modules on yellow paper.
func TestColoursAreGrey(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, side, side))
	code := drawPicture(t, token)
	for y := range side {
		for x := range side {
			m.Set(x, y, color.RGBA{240, 230, 150, 255})
			if code.GrayAt(x, y).Y == 0 {
				m.Set(x, y, color.RGBA{20, 20, 120, 255})
			}
		}
	}
	data := placePicture("/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", scantest.JPEG(t, m, 80), code)
	wantOneCode(t, data, token, false)
}

// FuzzPDF reads changed files of every kind within bounds.
func FuzzPDF(f *testing.F) {
	m := scantest.NewPage(90, 90)
	scantest.DrawCode(f, m, "https://elsewhere.example/", image.Pt(0, 0), 2)
	entries := "/Type/XObject/Subtype/Image/Width 90/Height 90/ColorSpace[/Indexed/DeviceRGB 1<ffffff000020>]/BitsPerComponent 8/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 90>>"
	f.Add(scantest.WritePDF([]scantest.Page{{Content: "q 1 0 0 1 0 0 cm /I Do Q", Resources: "/XObject<</I 800 0 R>>"}}, scantest.Objects{800: scantest.Stream(entries, flate(filterRows(m.Pix, 90, 4)))}))
	f.Add(scantest.WritePDF([]scantest.Page{{Content: drawBoxes(f, "hello", "f", false)}}, nil))
	f.Add(scantest.WritePDF([]scantest.Page{{Content: "BI /W 8 /H 8 /IM true /F /A85 ID z~> EI (a\\)b) Tj <</A[1 2 R]>> /F Do", Resources: "/XObject<</F 600 0 R>>"}}, scantest.Objects{
		600: scantest.Stream("/Subtype/Form/Matrix[1 0 0 1 0 0]/Filter/LZWDecode", compressEarlyLZW([]byte("/F Do 0 0 1 1 re f"))),
		601: scantest.Stream("/Type/ObjStm/N 2/First 10/Filter/RunLengthDecode", runLengths([]byte("10 0 12 20 <</Type/Page>><</A 1>>"))),
		602: scantest.Stream("/Type/XObject/Subtype/Image/Width 320/Height 9/Filter/CCITTFaxDecode/DecodeParms<</K -1>>", []byte("\x00\x10\x01")),
	}))
	f.Fuzz(func(t *testing.T, data []byte) {
		bounds := scan.Bounds{Pages: 10, Codes: 10, Pixels: 1 << 20, Work: 1 << 22}
		steps := 0
		bounds.IsOver = func() bool { steps++; return steps > 2000 }
		got, err := scan.Find(data, bounds)
		if err == nil && (got.Pages > 10 || len(got.Codes) > 10) {
			t.Errorf("%+v", got)
		}
	})
}

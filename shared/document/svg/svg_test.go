package svg

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

func loadFonts(t testing.TB) *font.Set {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	return fonts
}

// dot is a picture of one pixel.
var dot = &displaylist.Picture{MIME: "image/png", Width: 1, Height: 1, Data: []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82")}

func testPage() displaylist.Page {
	red := displaylist.Color{R: 200}
	return displaylist.Page{
		Width: 210, Height: 297, Lang: "zh-CN", Title: "证书 <&>",
		Base: &displaylist.Base{Items: []displaylist.Item{
			&displaylist.Path{Stroke: &red, Width: 0.5, Ops: []displaylist.Op{{Kind: 'M', X: 10, Y: 10}, {Kind: 'L', X: 20, Y: 10}, {Kind: 'B', X1: 1, Y1: 2, X2: 3, Y2: 4, X: 5, Y: 6}, {Kind: 'C'}}},
			&displaylist.Text{X: 20, Y: 40, Size: 5, Bold: 0.2, Body: "姓名：", Role: displaylist.Label, Label: "姓名"},
		}},
		Items: []displaylist.Item{
			&displaylist.Text{X: 50, Y: 40, Size: 5, Body: "欧阳䶮𬱖<&\"", Role: displaylist.Value, Label: "姓名"},
			&displaylist.Image{X: 100, Y: 40, W: 30, H: 42, Picture: dot, Alt: "照片"},
		},
		Seal: displaylist.Rect{X: 140, Y: 230, W: 42, H: 42},
	}
}

func write(t testing.TB) []byte {
	t.Helper()
	data, err := NewWriter(loadFonts(t)).Write(testPage(), dot)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPreviewIsInert(t *testing.T) {
	data := write(t)
	allowed := []string{"svg", "title", "desc", "defs", "path", "g", "use", "image"}
	ids := map[string]bool{}
	var used []string
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(allowed, e.Name.Local) {
			t.Errorf("element %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			switch {
			case strings.HasPrefix(a.Name.Local, "on"), a.Name.Local == "style":
				t.Errorf("attribute %s", a.Name.Local)
			case a.Name.Local == "id":
				ids["#"+a.Value] = true
			case a.Name.Local == "href" && e.Name.Local == "use":
				used = append(used, a.Value)
			case a.Name.Local == "href" && !strings.HasPrefix(a.Value, "data:image/png;base64,"):
				t.Errorf("a reference to %.40s", a.Value)
			}
		}
	}
	for _, u := range used {
		if !ids[u] {
			t.Errorf("%s is used and not defined", u)
		}
	}
	if len(used) < 30 {
		t.Errorf("only %d characters drawn", len(used))
	}
}

func TestPreviewSaysThatItIsOne(t *testing.T) {
	data := write(t)
	if !bytes.Contains(data, []byte("<title id=\"title\">证书 &lt;&amp;&gt;（预览 · 不作为凭证）</title>")) {
		t.Error("the title does not say so")
	}
	gid, _ := loadFonts(t).Faces[0].Glyph('凭')
	if got := bytes.Count(data, []byte(`<use href="#`+glyph{0, gid}.id()+`"`)); got != 3 {
		t.Errorf("凭 is drawn %d times, want thrice", got)
	}
}

func TestAShapeIsWrittenShort(t *testing.T) {
	outline := []font.Segment{
		{Op: 'M', X: 10, Y: 20}, {Op: 'L', X: 40, Y: 20}, {Op: 'L', X: 40, Y: -5}, {Op: 'L', X: 30, Y: -10}, {Op: 'L', X: 20, Y: -8},
		{Op: 'Q', X1: 15, Y1: -5, X: 12.5, Y: 0}, {Op: 'Q', X1: 10, Y1: 5, X: 10, Y: 10}, {Op: 'Q', X1: 11, Y1: 12, X: 10.5, Y: 12}, {Op: 'Z'},
		{Op: 'M', X: 0, Y: 0}, {Op: 'L', X: 1, Y: 1}, {Op: 'Z'},
	}
	const want = "m10 20h30v-25l-10-5-10 2q-5 3-7.5 8t-2.5 10q1 2 .5 2zm-10-20l1 1z"
	if diff := cmp.Diff(want, string(shape(outline))); diff != "" {
		t.Error(diff)
	}
}

// The width of the stroke is in units of the font, as is everything in the group.
func TestBoldTextIsFilledAndStroked(t *testing.T) {
	em := loadFonts(t).Faces[0].UnitsPerEm
	want := fmt.Sprintf(`<g fill="#000000" stroke="#000000" stroke-linejoin="round" stroke-width="%d" `, em/25)
	if got := string(write(t)); strings.Count(got, want) != 1 || strings.Count(got, "stroke-linejoin") != 1 {
		t.Errorf("want %s", want)
	}
}

func TestPreviewCanBeReadAloud(t *testing.T) {
	if !bytes.Contains(write(t), []byte("<desc>姓名：&#xA;欧阳䶮𬱖&lt;&amp;&#34;</desc>")) {
		t.Error("the description lacks the text")
	}
}

func TestUnknownPictureIsRefused(t *testing.T) {
	_, err := NewWriter(loadFonts(t)).Write(testPage(), &displaylist.Picture{MIME: "image/svg+xml"})
	if !errors.Is(err, errPicture) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	w := NewWriter(loadFonts(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Write(testPage(), dot); err != nil {
			b.Fatal(err)
		}
	}
}

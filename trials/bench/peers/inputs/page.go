package inputs

import (
	"fmt"
	"math"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// Page is page.json. Lengths are millimetres from the sheet's top left corner, y
// downwards; colours are sRGB, 0 to 255. Items are painted in their order, and the
// seal's picture last, in Seal.
type Page struct {
	Width    float64   `json:"width"`
	Height   float64   `json:"height"`
	Title    string    `json:"title"`
	Author   string    `json:"author"`
	Subject  string    `json:"subject"`
	Keywords string    `json:"keywords"`
	At       time.Time `json:"at"`
	Name     string    `json:"name"` // the holder's, to be found on the page
	Items    []Item    `json:"items"`
	Seal     Box       `json:"seal"`
}

// Box is a rectangle.
type Box struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// Item is one of the three.
type Item struct {
	Text  *Text  `json:"text,omitempty"`
	Path  *Path  `json:"path,omitempty"`
	Image *Image `json:"image,omitempty"`
}

// Text is one line from the start of its baseline; Size is that of the em.
type Text struct {
	X     float64  `json:"x"`
	Y     float64  `json:"y"`
	Size  float64  `json:"size"`
	Color [3]uint8 `json:"color"`
	Body  string   `json:"body"`
}

// Path is stroked, filled (non-zero rule) or both.
type Path struct {
	Ops    []Op      `json:"ops"`
	Stroke *[3]uint8 `json:"stroke,omitempty"`
	Fill   *[3]uint8 `json:"fill,omitempty"`
	Width  float64   `json:"width,omitempty"`
}

// Op moves (M x y), draws a line (L x y) or a Bézier curve (B x1 y1 x2 y2 x y), or
// closes (C).
type Op struct {
	Kind string    `json:"op"`
	At   []float64 `json:"at,omitempty"`
}

// Image is a file of the same folder, stretched over Box.
type Image struct {
	Box
	File string `json:"file"`
}

// describe turns a sheet into a Page and the files it shows. It fails on what a Page
// has no word for, so that nobody is spared what ours draws.
func describe(c endorsement.Copy, sheet displaylist.Page) (Page, map[string][]byte, error) {
	p := Page{
		Width: sheet.Width, Height: sheet.Height,
		Title: c.Certificate.Title, Author: c.Certificate.Issuer.Name,
		Subject: "注册编号 " + c.Certificate.Number, Keywords: c.Certificate.Identifier,
		At: c.MadeAt, Name: c.Certificate.Holder.Name, Seal: Box(sheet.Seal),
	}
	files := map[string][]byte{}
	names := map[string]string{"持证人照片": PhotoFile, "个人签名图像": SignatureFile, "验真二维码": QRFile}
	for _, list := range [][]displaylist.Item{sheet.Base.Items, sheet.Items} {
		for _, item := range list {
			switch item := item.(type) {
			case *displaylist.Text:
				p.Items = append(p.Items, Item{Text: &Text{
					X: micron(item.X), Y: micron(item.Y), Size: micron(item.Size), Color: rgb(item.Color), Body: item.Body,
				}})
			case *displaylist.Path:
				p.Items = append(p.Items, Item{Path: path(item)})
			case *displaylist.Image:
				name, known := names[item.Alt]
				if !known {
					return p, nil, fmt.Errorf("inputs: a picture of an unknown kind, %q", item.Alt)
				}
				files[name] = item.Picture.Data
				p.Items = append(p.Items, Item{Image: &Image{Box{micron(item.X), micron(item.Y), micron(item.W), micron(item.H)}, name}})
			default:
				return p, nil, fmt.Errorf("inputs: an item of an unknown kind, %T", item)
			}
		}
	}
	return p, files, nil
}

func rgb(c displaylist.Color) [3]uint8 { return [3]uint8{c.R, c.G, c.B} }

func path(from *displaylist.Path) *Path {
	p := &Path{Width: from.Width}
	if from.Stroke != nil {
		c := rgb(*from.Stroke)
		p.Stroke = &c
	}
	if from.Fill != nil {
		c := rgb(*from.Fill)
		p.Fill = &c
	}
	for _, op := range from.Ops {
		o := Op{Kind: string(op.Kind)}
		switch op.Kind {
		case 'M', 'L':
			o.At = microns(op.X, op.Y)
		case 'B':
			o.At = microns(op.X1, op.Y1, op.X2, op.Y2, op.X, op.Y)
		}
		p.Ops = append(p.Ops, o)
	}
	return p
}

// microns rounds coordinates to what can be seen at all, so that nobody writes
// digits for nothing.
func microns(values ...float64) []float64 {
	for i, v := range values {
		values[i] = micron(v)
	}
	return values
}

func micron(mm float64) float64 { return math.Round(mm*1000) / 1000 }

// Package pdf writes a laid-out certificate as a signed PDF, and reads such a
// file back.
//
// The file is PDF 1.7 made for keeping (PDF/A-3, ISO 19005-3): every font it
// uses lies in it, colours are defined by an sRGB profile, the text is tagged
// and can be read aloud and copied, and the machine-readable certificate is
// attached. It is written in one piece: there are no later revisions. The
// signature (PAdES, ETSI EN 319 142-1) covers every byte but its own value,
// and certifies that nothing may be changed afterwards (DocMDP, level 1).
//
// Documents of one kind share most of their bytes. What a page.Base draws, its
// glyphs and the seal's picture are compressed once per process and copied
// into every file; only the holder's own lines are prepared each time.
package pdf

import (
	"fmt"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Document is everything a PDF is made of. The same Document gives the same
// bytes, but for the value of the signature.
type Document struct {
	Form                             int // its number, written in the second line; 0 is 1
	Sheet                            displaylist.Page
	Title, Author, Subject, Keywords string
	At                               time.Time // making and signing, written in +08:00
	ID                               [16]byte  // names the file
	Attachment                       *Attachment
	Stamp                            *displaylist.Picture // the seal's picture, drawn in Sheet.Seal
	Signer                           Signature
	Validation                       *Validation // may be nil
}

// Attachment is a file inside the file.
type Attachment struct {
	Name, MIME, Description string
	Data                    []byte
	Packed                  *deflate.Stream // of Data; nil: Write compresses it
}

// Signature says who signs, and keeps room for the value, in bytes. Every byte
// of room is two of the file, used or not. Without room the document has no
// place for a signature.
type Signature struct {
	Name, Reason, Location string
	Room                   int
}

// Writer makes PDFs. It is safe for use by several goroutines.
type Writer struct {
	fonts *font.Set
	icc   []byte // compressed

	mu       sync.Mutex
	bases    map[*displaylist.Base]*layer
	pictures map[*displaylist.Picture]*picture

	compressor deflate.Compressor
}

// NewWriter returns a Writer that draws with fonts.
func NewWriter(fonts *font.Set) *Writer {
	w := &Writer{
		fonts:    fonts,
		bases:    map[*displaylist.Base]*layer{},
		pictures: map[*displaylist.Picture]*picture{},
	}
	w.icc = w.deflate(sRGB())
	return w
}

// kept bounds how many bases and seal pictures a Writer remembers.
const maxCachedPictures = 64

// Write makes one PDF, complete but for the value of its signature.
func (w *Writer) Write(d Document) (Draft, error) {
	parts, err := w.prepare(d)
	if err != nil {
		return Draft{}, fmt.Errorf("write PDF: %w", err)
	}
	out := newOutput(parts.size()+2*d.Signer.Room, max(d.Form, 1))
	w.assemble(out, d, parts)
	return out.draft(d.Signer.Room), nil
}

// parts are the compressed pieces of one document.
type parts struct {
	base, items *layer
	sealImage   *picture
	attachment  []byte
}

func (w *Writer) prepare(d Document) (parts, error) {
	var p parts
	var err error
	if p.base, err = w.base(d.Sheet); err != nil {
		return p, err
	}
	if p.items, err = w.layer(d.Sheet.Items, displaylist.Beyond(d.Sheet.Base, d.Sheet.Items), d.Sheet.Height, "D", p.base); err != nil {
		return p, err
	}
	if d.Stamp != nil {
		if p.sealImage, err = w.sealPicture(d.Stamp); err != nil {
			return p, fmt.Errorf("seal picture: %w", err)
		}
	}
	if d.Attachment != nil {
		p.attachment = w.attachment(d.Attachment)
	}
	return p, nil
}

func (p parts) size() int {
	n := 24<<10 + len(p.attachment) + p.base.size() + p.items.size()
	if p.sealImage != nil {
		n += p.sealImage.size()
	}
	return n
}

// base prepares the unchanging layer of a sheet, once per *page.Base.
func (w *Writer) base(s displaylist.Page) (*layer, error) {
	if s.Base == nil {
		return &layer{}, nil
	}
	return remember(&w.mu, w.bases, s.Base, func() (*layer, error) {
		return w.layer(s.Base.Items, s.Base.Runes(), s.Height, "B", &layer{})
	})
}

// sealPicture prepares the seal's picture, once per *page.Picture.
func (w *Writer) sealPicture(p *displaylist.Picture) (*picture, error) {
	return remember(&w.mu, w.pictures, p, func() (*picture, error) { return w.picture(p) })
}

// remember looks a prepared piece up by address or makes it. A full memory is
// emptied: the few pieces in use come back at once.
func remember[K comparable, V any](mu *sync.Mutex, memory map[K]*V, key K, make func() (*V, error)) (*V, error) {
	mu.Lock()
	known := memory[key]
	mu.Unlock()
	if known != nil {
		return known, nil
	}
	made, err := make()
	if err != nil {
		return nil, err
	}
	mu.Lock()
	defer mu.Unlock()
	if len(memory) >= maxCachedPictures {
		clear(memory)
	}
	memory[key] = made
	return made, nil
}

func (w *Writer) attachment(a *Attachment) []byte {
	if a.Packed != nil {
		return a.Packed.Zlib()
	}
	return w.deflate(a.Data)
}

// deflate compresses with the zlib framing FlateDecode wants.
func (w *Writer) deflate(data []byte) []byte { return w.compressor.Compress(data).Zlib() }

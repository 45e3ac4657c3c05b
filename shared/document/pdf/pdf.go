// Package pdf writes a laid-out certificate as a signed PDF, and reads such a
// file back.
//
// The file is PDF 1.7 for archiving (PDF/A-3, ISO 19005-3): its fonts are embedded,
// its colours are defined by an sRGB profile, its text is tagged so that it can be read
// aloud and copied, and the machine-readable certificate is attached. It has one
// revision. The signature (PAdES, ETSI EN 319 142-1) covers every byte except its own
// value and forbids any later change (DocMDP, level 1).
//
// Documents of one kind share most of their bytes. The items and glyphs of a
// displaylist.Base and the seal image are compressed once per process and copied into
// every file; only the holder's own lines are compressed for each document.
package pdf

import (
	"fmt"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Document is the content of a PDF. The same Document gives the same bytes, except for
// the value of the signature.
type Document struct {
	Format                           int // number of the file format, written in the second line; 0 means 1
	Page                             displaylist.Page
	Title, Author, Subject, Keywords string
	At                               time.Time // time of making and signing, written in +08:00
	ID                               [16]byte  // identifies the file
	Attachment                       *Attachment
	SealImage                        *displaylist.Picture // drawn in Page.Seal; nil for none
	Signature                        Signature
	Validation                       *Validation // may be nil
}

// Attachment is a file embedded in the PDF.
type Attachment struct {
	Name, MIME, Description string
	Data                    []byte
	Compressed              *deflate.Stream // Data in compressed form; if nil, Write compresses it
}

// Signature says who signs, and how large the value of the signature can be. The file
// has two hexadecimal digits for each byte of Size, whether the value uses them or not.
// With Size 0 the file has no signature field.
type Signature struct {
	Name, Reason, Location string
	Size                   int // bytes reserved for the value
}

// Writer writes PDFs. It is safe for concurrent use.
type Writer struct {
	fonts *font.Set
	icc   []byte        // compressed
	xmp   *deflate.Head // of the metadata

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
	w.icc, w.xmp = w.deflate(sRGB()), w.compressor.NewHead([]byte(xmpHead+xmpSchema))
	return w
}

// maxCachedPictures bounds how many bases and seal images a Writer caches.
const maxCachedPictures = 64

// Write writes a PDF that is complete except for the value of its signature. The error
// names a picture that cannot be drawn.
func (w *Writer) Write(d Document) (Draft, error) {
	parts, err := w.prepare(d)
	if err != nil {
		return Draft{}, fmt.Errorf("write PDF: %w", err)
	}
	out := newOutput(parts.size()+2*d.Signature.Size, max(d.Format, 1))
	w.assemble(out, d, parts)
	return out.draft(d.Signature.Size), nil
}

// parts are the compressed parts of one document.
type parts struct {
	base, items *layer
	sealImage   *picture
	attachment  []byte
}

func (w *Writer) prepare(d Document) (parts, error) {
	var p parts
	var err error
	if p.base, err = w.base(d.Page); err != nil {
		return p, err
	}
	if p.items, err = w.layer(d.Page.Items, displaylist.Beyond(d.Page.Base, d.Page.Items), d.Page.Height, "D", p.base); err != nil {
		return p, err
	}
	if d.SealImage != nil {
		if p.sealImage, err = w.sealPicture(d.SealImage); err != nil {
			return p, fmt.Errorf("seal image: %w", err)
		}
	}
	if d.Attachment != nil {
		p.attachment = w.attachment(d.Attachment)
	}
	return p, nil
}

func (p parts) size() int {
	n := 12<<10 + len(p.attachment) + p.base.size() + p.items.size()
	if p.sealImage != nil {
		n += p.sealImage.size()
	}
	return n
}

// base prepares the unchanging layer of a page, once for each *displaylist.Base.
func (w *Writer) base(s displaylist.Page) (*layer, error) {
	if s.Base == nil {
		return &layer{}, nil
	}
	return getCached(&w.mu, w.bases, s.Base, func() (*layer, error) {
		return w.layer(s.Base.Items, s.Base.Runes(), s.Height, "B", &layer{})
	})
}

// sealPicture prepares the seal image, once for each *displaylist.Picture.
func (w *Writer) sealPicture(p *displaylist.Picture) (*picture, error) {
	return getCached(&w.mu, w.pictures, p, func() (*picture, error) { return w.picture(p) })
}

// getCached returns the value for key, and makes it if it is not in the cache. A full cache
// is cleared; the few values in use are then made again.
func getCached[K comparable, V any](mu *sync.Mutex, cache map[K]*V, key K, make func() (*V, error)) (*V, error) {
	mu.Lock()
	known := cache[key]
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
	if len(cache) >= maxCachedPictures {
		clear(cache)
	}
	cache[key] = made
	return made, nil
}

func (w *Writer) attachment(a *Attachment) []byte {
	if a.Compressed != nil {
		return a.Compressed.Zlib()
	}
	return w.deflate(a.Data)
}

// deflate compresses in the zlib format, as the filter FlateDecode requires.
func (w *Writer) deflate(data []byte) []byte { return w.compressor.Zlib(data) }

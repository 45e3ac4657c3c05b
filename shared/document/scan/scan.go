// Package scan finds the QR codes of this service in what is not its original: a scan, a
// photograph, a page that was printed again, a file that another program saved, a bid
// that was put together from several. It looks at the pictures in a file and at what its
// pages draw. What stands around a code proves nothing; the code is judged as a token.
//
// The same bytes give the same codes everywhere: by the service, by the checker and, as
// WebAssembly, in a browser. Time and memory are bounded by Bounds.
package scan

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	_ "image/gif"
	_ "image/jpeg" // scans are JPEG
	_ "image/png"  // pictures of screens are PNG
	"slices"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp" // pictures that were sent by phones

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
	"github.com/jiazhu/jiazhu/shared/document/credential"
)

// MaxFile is the largest file that is searched, in bytes.
const MaxFile = 64 << 20

// Bounds bound the work on one file.
type Bounds struct {
	Pages  int         // that are searched
	Codes  int         // of ours that are returned
	Pixels int         // of one picture
	Work   int         // pixels that are decoded, drawn and searched, and values that are read
	IsOver func() bool // reports whether the time is over; nil: never
}

// DefaultBounds are those without a bound on time. The work is that on some three hundred scanned pages, or a
// minute or two.
func DefaultBounds() Bounds { return Bounds{Pages: 2000, Codes: 1000, Pixels: 36 << 20, Work: 4 << 30} }

// Why is the reason for which a page was not searched, or not all of it.
type Why string

// The reasons.
const (
	ByTime    Why = "time"      // the time was over, or enough work was done
	ByCodes   Why = "codes"     // enough codes were found before it
	ByPages   Why = "pages"     // it comes after the last page that is searched
	BySize    Why = "size"      // a picture on it is too large
	ByFormat  Why = "format"    // a picture on it has a compression that is not read here, such as JBIG2 or JPEG 2000
	ByDamage  Why = "damaged"   // it or a picture on it cannot be read
	ByLock    Why = "encrypted" // the file is encrypted
	ByContent Why = "content"   // it draws more than is drawn here
)

// Unread is a page that was not searched, or not wholly.
type Unread struct {
	Page int // from 1; 0: the whole file
	Why  Why
}

// Code is a code of ours.
type Code struct {
	Page int // from 1
	Text string
}

// Result is what was found.
type Result struct {
	Pages  int
	Unread []Unread // in the order of pages
	Codes  []Code   // in the order of pages; of several that are alike on one page, one
	Others int      // QR codes of others

	Several int // QR codes with several tokens, of which none is preferred
}

// ErrKind reports what is neither a picture nor a PDF.
var ErrKind = errors.New("scan: neither a picture nor a PDF")

// Find finds the codes of ours in a picture or a PDF of any program. The only error is ErrKind: what
// could not be searched is in the result.
func Find(data []byte, bounds Bounds) (Result, error) {
	w := work{bounds: bounds}
	switch {
	case len(data) > MaxFile:
		return Result{Unread: []Unread{{0, BySize}}}, nil
	case IsPicture(data):
		w.searchPicture(data)
	case isPDF(data):
		w.searchPDF(data)
	default:
		return Result{}, ErrKind
	}
	return w.result, nil
}

// FindInPixels is Find for a picture that was decoded already, by a browser for example: a byte of grey for
// each pixel, 0 for black, row by row. The only error is ErrKind, for a wrong number of bytes.
func FindInPixels(width, height int, grey []byte, bounds Bounds) (Result, error) {
	if width <= 0 || height <= 0 || height > len(grey)/width || len(grey) != width*height {
		return Result{}, ErrKind
	}
	w := work{bounds: bounds}
	w.searchPixels(pixels{width, height, grey})
	return w.result, nil
}

// IsPicture reports whether data begins like a picture that is read here: a JPEG, PNG, GIF, WebP or BMP. Of a
// GIF that moves the first picture is read.
func IsPicture(data []byte) bool {
	head := data[:min(len(data), 16)]
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")), bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return true
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return true
	case len(head) < 16:
		return false
	case bytes.HasPrefix(head, []byte("BM")):
		return bytes.Equal(head[6:10], make([]byte, 4))
	}
	return bytes.HasPrefix(head, []byte("RIFF")) && bytes.HasPrefix(head[8:], []byte("WEBPVP8"))
}

// isPDF reports whether a PDF begins near the beginning of data, where common readers look for it.
func isPDF(data []byte) bool { return bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) }

// work is the search of one file.
type work struct {
	bounds Bounds
	result Result
	file   *anypdf.File                // of a PDF
	seen   map[*anypdf.Stream]searched // pictures that were searched
	layers layers
	covers int // masks that are being read
	done   int // see Bounds.Work
}

// searched is what was found in a picture.
type searched struct {
	texts []string
	why   Why // it was not read; "" if it was
}

// isOver reports whether the search has to end.
func (w *work) isOver() bool {
	return w.done > w.bounds.Work || w.bounds.IsOver != nil && w.bounds.IsOver()
}

func (w *work) leaveUnread(page int, why Why) {
	if u := (Unread{page, why}); !slices.Contains(w.result.Unread, u) {
		w.result.Unread = append(w.result.Unread, u)
	}
}

// note adds the texts of the codes on a page.
func (w *work) note(page int, texts []string) {
	for _, text := range texts {
		found, err := credential.Find(text)
		switch {
		case errors.Is(err, credential.ErrSeveral):
			w.result.Several++
			continue
		case err != nil || found.Token == "":
			w.result.Others++
			continue
		}
		if len(w.result.Codes) >= w.bounds.Codes {
			w.leaveUnread(page, ByCodes)
			return
		}
		w.result.Codes = append(w.result.Codes, Code{page, text})
	}
}

func (w *work) searchPicture(data []byte) {
	w.result.Pages = 1
	p, why := decodePicture(data, w.bounds.Pixels)
	if why != "" {
		w.leaveUnread(1, why)
		return
	}
	w.searchPixels(p)
}

func (w *work) searchPixels(p pixels) {
	w.result.Pages = 1
	w.note(1, w.readCodes(p.spread()))
	if w.isOver() {
		w.leaveUnread(1, ByTime)
	}
}

// decodePicture decodes a picture, whose size is known before its pixels are read.
func decodePicture(data []byte, most int) (pixels, Why) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return pixels{}, ByDamage
	case c.Width <= 0 || c.Height <= 0 || c.Width > most/c.Height/countWords(c.ColorModel):
		return pixels{}, BySize
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return pixels{}, ByDamage
	}
	return convertImage(m), ""
}

// countWords returns how many words of four bytes a pixel takes while it is decoded.
func countWords(m color.Model) int {
	if m == color.RGBA64Model || m == color.NRGBA64Model {
		return 2
	}
	return 1
}

func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

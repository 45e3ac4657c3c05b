package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	pngimage "image/png"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// FuzzPicture takes any bytes as either kind of picture. What is taken has a
// size within its bound, and a dictionary that states it.
func FuzzPicture(f *testing.F) {
	f.Add(jpegPicture().Data)
	for _, p := range drawnPictures() {
		f.Add(p.Data)
	}
	f.Add([]byte("\xFF\xD8\xFF\xFF\xFF\xC0\x00\x08\x08\xFF\xFF\xFF\xFF\x03"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, mime := range []string{"image/jpeg", "image/png"} {
			checkPicture(t, &displaylist.Picture{MIME: mime, Data: data})
		}
	})
}

// FuzzPNG changes one chunk of a real PNG, or adds one, and puts its checksum
// right.
func FuzzPNG(f *testing.F) {
	var pictures [][]byte
	for _, name := range []string{"a palette with opacity", "colour with opacity", "grey", "one ink or nothing", "colour of 16 bits"} {
		pictures = append(pictures, drawnPictures()[name].Data)
	}
	for which := range uint8(len(pictures)) {
		f.Add(which, uint8(0), uint16(0), []byte{0, 0, 0xff, 0xff}, "IHDR", false) // as wide as can be
		f.Add(which, uint8(0), uint16(8), []byte{16}, "IHDR", false)
		f.Add(which, uint8(1), uint16(0), bytes.Repeat([]byte{7}, 900), "PLTE", true)
		f.Add(which, uint8(1), uint16(0), bytes.Repeat([]byte{7}, 300), "tRNS", true)
		f.Add(which, uint8(2), uint16(3), []byte("x"), "IDAT", true)
	}
	f.Fuzz(func(t *testing.T, which, chunk uint8, at uint16, patch []byte, kind string, add bool) {
		if len(kind) != 4 {
			return
		}
		chunks := chunksOf(pictures[int(which)%len(pictures)])
		n := int(chunk) % len(chunks)
		if add {
			chunks = slices.Insert(chunks, n, pngChunk{kind, patch})
		} else {
			body := chunks[n].body
			from := min(int(at), len(body))
			chunks[n] = pngChunk{kind, slices.Concat(body[:from], patch, body[min(from+len(patch), len(body)):])}
		}
		checkPicture(t, &displaylist.Picture{MIME: "image/png", Data: joinChunks(chunks)})
	})
}

// checkPicture prepares a picture within bounds: eight bytes a pixel while a PNG of
// 16 bits is decoded, and four copies of what is drawn.
func checkPicture(t *testing.T, p *displaylist.Picture) {
	t.Helper()
	var got *picture
	var err error
	cost := measure.Of(func() { got, err = (&Writer{}).picture(p) })
	pixels := 0
	if c, _, failed := image.DecodeConfig(bytes.NewReader(p.Data)); failed == nil && c.Width*c.Height <= maxPixels {
		pixels = c.Width * c.Height
	}
	if limit := uint64(24*pixels + 16*len(p.Data) + 4<<20); cost.Bytes > limit {
		t.Errorf("%d bytes allocated for %d of %d pixels, at most %d", cost.Bytes, len(p.Data), pixels, limit)
	}
	switch {
	case err != nil && !errors.Is(err, errPicture):
		t.Errorf("an error without a name: %v", err)
	case err == nil && !strings.HasPrefix(got.dict, "/Type/XObject/Subtype/Image/Width "):
		t.Errorf("a picture without a dictionary: %q", got.dict)
	}
}

type pngChunk struct {
	kind string
	body []byte
}

func chunksOf(data []byte) []pngChunk {
	var all []pngChunk
	for rest := data[8:]; len(rest) >= 12; {
		n := int(binary.BigEndian.Uint32(rest))
		all = append(all, pngChunk{string(rest[4:8]), rest[8 : 8+n]})
		rest = rest[12+n:]
	}
	return all
}

func joinChunks(chunks []pngChunk) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range chunks {
		out = binary.BigEndian.AppendUint32(out, uint32(len(c.body)))
		start := len(out)
		out = append(append(out, c.kind...), c.body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
	}
	return out
}

func TestPicturesThatUnpackToTooMuch(t *testing.T) {
	sized := func(width, height uint32) []byte {
		chunks := chunksOf(drawnPictures()["colour with opacity"].Data)
		header := bytes.Clone(chunks[0].body)
		binary.BigEndian.PutUint32(header, width)
		binary.BigEndian.PutUint32(header[4:], height)
		chunks[0].body = header
		return joinChunks(chunks)
	}
	blank := pngPicture(image.NewPaletted(image.Rect(0, 0, 4000, 4000), color.Palette{color.White})).Data
	var large bytes.Buffer
	if err := pngimage.Encode(&large, image.NewNRGBA(image.Rect(0, 0, 2048, 2048))); err != nil {
		t.Fatal(err)
	}
	jpeg := bytes.Clone(jpegPicture().Data)
	frame := bytes.Index(jpeg, []byte{0xFF, 0xC0})
	copy(jpeg[frame+5:], []byte{0xFF, 0xFF, 0xFF, 0xFF})
	for _, c := range []struct {
		name, mime string
		data       []byte
		want       error
	}{
		{"a side of four thousand million", "image/png", sized(1<<32-1, 1), errPicture},
		{"both sides", "image/png", sized(1<<32-1, 1<<32-1), errPicture},
		{"sides whose product overflows", "image/png", sized(1<<31, 1<<31), errPicture},
		{"no side", "image/png", sized(0, 40), errPicture},
		{"sixteen million dots in 16 KB", "image/png", blank, errPicture},
		{"as many as may be, of nothing", "image/png", large.Bytes(), nil},
		{"fewer rows than it says", "image/png", sized(40, 3000), errPicture},
		{"a JPEG of four thousand million dots", "image/jpeg", jpeg, errPicture},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkPicture(t, &displaylist.Picture{MIME: c.mime, Data: c.data})
			if _, err := (&Writer{}).picture(&displaylist.Picture{MIME: c.mime, Data: c.data}); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

package deflate_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

func samples() map[string][]byte {
	return map[string][]byte{
		"nothing":   {},
		"a letter":  []byte("a"),
		"a hundred": bytes.Repeat([]byte("姓名"), 100),
	}
}

func TestBothFramesHoldTheData(t *testing.T) {
	var c deflate.Compressor
	for name, data := range samples() {
		t.Run(name, func(t *testing.T) {
			s := c.Compress(data)
			r, err := zlib.NewReader(bytes.NewReader(s.Zlib()))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("zlib holds %q (%v), want %q", got, err, data)
			}
			got, err = deflate.Inflate(s.Compressed, len(data))
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("inflated to %q (%v), want %q", got, err, data)
			}
		})
	}
}

func TestAStreamMayBeginWithAHead(t *testing.T) {
	var c deflate.Compressor
	for name, head := range samples() {
		for next, data := range samples() {
			t.Run(name+", "+next, func(t *testing.T) {
				r, err := zlib.NewReader(bytes.NewReader(c.ZlibAfter(c.NewHead(head), data)))
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(r)
				if want := slices.Concat(head, data); err != nil || !bytes.Equal(got, want) {
					t.Errorf("zlib holds %q (%v), want %q", got, err, want)
				}
			})
		}
	}
}

// A garbage collection may take the writers that are not in use, so the best of a few counts.
func TestCompressorsShareTheirWriters(t *testing.T) {
	least := ^uint64(0)
	for range 5 {
		new(deflate.Compressor).Zlib([]byte("a letter"))
		cost := measure.Of(func() { new(deflate.Compressor).Zlib([]byte("a letter")) })
		least = min(least, cost.Bytes)
	}
	if least > 64<<10 {
		t.Errorf("a compressor allocates %d bytes for a letter", least)
	}
}

func TestAStreamIsExactlyAsLongAsStated(t *testing.T) {
	var c deflate.Compressor
	data := bytes.Repeat([]byte("姓名"), 100)
	packed := c.Compress(data).Compressed
	for name, tt := range map[string]struct {
		packed []byte
		size   int
	}{
		"a byte too few expected":  {packed, len(data) - 1},
		"a byte too many expected": {packed, len(data) + 1},
		"a byte behind":            {append(slices.Clone(packed), 0), len(data)},
		"cut short":                {packed[:len(packed)-1], len(data)},
		"nothing at all":           {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := deflate.Inflate(tt.packed, tt.size); !errors.Is(err, deflate.ErrInflate) {
				t.Errorf("got %v, want %v", err, deflate.ErrInflate)
			}
		})
	}
}

func FuzzInflate(f *testing.F) {
	var c deflate.Compressor
	for _, data := range samples() {
		f.Add(c.Compress(data).Compressed, len(data))
	}
	f.Fuzz(func(t *testing.T, packed []byte, size int) {
		if size < 0 || size > 1<<16 {
			return
		}
		if data, err := deflate.Inflate(packed, size); err == nil && len(data) != size {
			t.Errorf("%d bytes, want %d", len(data), size)
		}
	})
}

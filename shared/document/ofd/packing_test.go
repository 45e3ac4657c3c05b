package ofd

import (
	"bytes"
	"compress/flate"
	"errors"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

func TestFontsTextAndDataAreCompressed(t *testing.T) {
	parts, err := unpack(newFixture(t).write(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{templatePart, pagePart, resources + "font_0.ttf", resources + "base_font_0.ttf"} {
		p := parts[find(t, parts, name)]
		if len(p.compressed) == 0 || len(p.compressed) >= len(p.data) {
			t.Errorf("%s: %d bytes are held as %d", name, len(p.data), len(p.compressed))
		}
	}
	for _, name := range []string{rootPart, signaturePart, valuePart} {
		if p := parts[find(t, parts, name)]; p.compressed != nil {
			t.Errorf("%s is compressed: nothing could cover how", name)
		}
	}
}

// inflatesAlike is another stream of the same data.
func inflatesAlike(t testing.TB, data, packed []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if again, err := deflate.Inflate(out.Bytes(), len(data)); err != nil || !bytes.Equal(again, data) || bytes.Equal(out.Bytes(), packed) {
		t.Fatal("not another stream of the same data")
	}
	return out.Bytes()
}

func TestAPackageMadeAnewOfTheSamePartsIsToldApart(t *testing.T) {
	w := newFixture(t)
	tests := map[string]struct {
		change func(parts []part) []part
		want   error
	}{
		"as it was": {func(parts []part) []part { return parts }, nil},
		"a part compressed harder": {func(parts []part) []part {
			p := &parts[find(t, parts, templatePart)]
			p.compressed = inflatesAlike(t, p.data, p.compressed, flate.BestCompression)
			return parts
		}, ErrRepacked},
		"a part not compressed": {func(parts []part) []part {
			parts[find(t, parts, pagePart)].compressed = nil
			return parts
		}, ErrRepacked},
		"a picture compressed": {func(parts []part) []part {
			p := &parts[find(t, parts, resources+"image_0.jpg")]
			p.compressed = inflatesAlike(t, p.data, nil, flate.HuffmanOnly)
			return parts
		}, ErrRepacked},
		"OFD.xml compressed": {func(parts []part) []part {
			parts[0].compressed = inflatesAlike(t, parts[0].data, nil, flate.HuffmanOnly)
			return parts
		}, ErrRepacked},
		"Signature.xml compressed": {func(parts []part) []part {
			p := &parts[find(t, parts, signaturePart)]
			p.compressed = inflatesAlike(t, p.data, nil, flate.HuffmanOnly)
			return parts
		}, ErrRepacked},
		"two parts in each other's place": {func(parts []part) []part {
			parts[2], parts[3] = parts[3], parts[2]
			return parts
		}, ErrRepacked},
		"OFD.xml in second place": {func(parts []part) []part {
			parts[0], parts[1] = parts[1], parts[0]
			return parts
		}, ErrRepacked},
		"the seal's value not at the end": {func(parts []part) []part {
			slices.Reverse(parts[len(parts)-2:])
			return parts
		}, ErrRepacked},
	}
	data := w.write(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			parts, err := unpack(data)
			if err != nil {
				t.Fatal(err)
			}
			again, err := pack(tt.change(parts))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Read(again); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestAFileSealedWithoutItsPacking has the true signer seal a list that says
// nothing of the packing: it is not believed either.
func TestAFileSealedWithoutItsPacking(t *testing.T) {
	w := newFixture(t)
	parts, err := unpack(w.write(t))
	if err != nil {
		t.Fatal(err)
	}
	old := parts[0].data
	parts[0] = newPart(rootPart, bytes.Replace(old, []byte(packingName), []byte("KZ_anything"), 1))
	signature := parts[find(t, parts, signaturePart)].data
	sealed := w.signAgain(t, parts, bytes.Replace(signature, []byte(digest(old)), []byte(parts[0].sum), 1))
	if _, err := Read(sealed); !errors.Is(err, ErrRepacked) {
		t.Errorf("got %v, want %v", err, ErrRepacked)
	}
}

func TestAnInflatedPartIsBounded(t *testing.T) {
	var c deflate.Compressor
	bomb := newCompressedPart("bomb", c.Compress(make([]byte, 4<<20)))
	data, err := pack([]part{bomb})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(data); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want %v", err, ErrTooLarge)
	}
}

package sealimage

import (
	"bytes"
	"image/png"
	"os"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

func TestTheSealIsASmallRedRing(t *testing.T) {
	fonts, err := font.Load()
	if err != nil {
		t.Skip(err)
	}
	data, err := Draw(fonts, "住房和城乡建设部测试专用章", "仅供测试")
	if err != nil {
		t.Fatal(err)
	}
	if path := os.Getenv("STAMP_OUT"); path != "" {
		os.WriteFile(path, data, 0o600)
	}
	if len(data) > 7<<10 {
		t.Errorf("the picture has %d bytes, want under 7 KB", len(data))
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		x, y int
		ink  bool
	}{
		"the ring at the top":           {Pixels / 2, 6, true},
		"the star in the middle":        {Pixels / 2, Pixels / 2, true},
		"nothing in the corner":         {2, 2, false},
		"nothing between ring and line": {Pixels / 2, Pixels - 40, false},
	} {
		_, _, _, a := picture.At(tt.x, tt.y).RGBA()
		if (a > 0) != tt.ink || a > 0xd000 {
			t.Errorf("%s: alpha %x", name, a)
		}
	}
}

func TestACharacterWithoutAGlyphIsRefused(t *testing.T) {
	fonts, err := font.Load()
	if err != nil {
		t.Skip(err)
	}
	if _, err := Draw(fonts, "测试\U0010FFFF", ""); err == nil {
		t.Error("drawn without its glyph")
	}
}

package sealimage

import (
	"bytes"
	"os"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// The benchmark of documents seals them with this picture.
func TestTheBenchmarkHasTheSameSeal(t *testing.T) {
	fonts, err := font.Load()
	if err != nil {
		t.Skip(err)
	}
	drawn, err := Draw(fonts, testca.SealName, "仅供测试")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("../../../trials/bench/render/stamp.png")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(drawn, kept) {
		t.Error("trials/bench/render/stamp.png is another picture: write this one there with STAMP_OUT")
	}
}

package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/config"
	"github.com/jiazhu/jiazhu/shared/document"
	"github.com/jiazhu/jiazhu/shared/render/font"
	"github.com/jiazhu/jiazhu/shared/seal/keys"
)

// press is what documents are made with.
type press struct {
	maker  *document.Maker
	tokens keys.Signer
	fonts  *font.Set
}

// openPress reads the fonts and the keys: pdf and seal sign the documents, token the QR code,
// and seal.esl is the electronic seal that the seal's key uses.
func openPress(at config.Location) (p press, err error) {
	if p.fonts, err = font.Load(); err != nil {
		return p, err
	}
	var k document.Keys
	for name, into := range map[string]*keys.Signer{"pdf": &k.PDF, "seal": &k.Seal, "token": &p.tokens} {
		if *into, err = keys.Open("file://"+at.Path(), name); err != nil {
			return p, err
		}
	}
	if k.ESL, err = os.ReadFile(filepath.Join(at.Path(), "seal.esl")); err != nil {
		return p, fmt.Errorf("reading the electronic seal: %w", err)
	}
	p.maker, err = document.New(p.fonts, k)
	return p, err
}

// Package inputs makes what every program in this comparison is given: the same
// certificates, laid out, with their pictures, their data and the keys.
//
// There are several certificates, so that nobody is measured on a document it has
// just made. Each is a folder that holds
//
//	page.json         what stands where on the sheet, see Page
//	certificate.json  the data to attach, in canonical form
//	photo.jpg hand.png qr.png
//
// and beside them lie the font, and the seal's picture, the seal itself and the keys
// (package documents). Holders are invented, and the keys are made anew each time.
package inputs

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/pictures"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
)

// The names in the folder of all inputs.
const (
	CaseFormat    = "case-%02d" // the folder of a certificate, by its number from 0
	PageFile      = "page.json"
	DataFile      = "certificate.json"
	PhotoFile     = "photo.jpg"
	SignatureFile = "hand.png"
	QRFile        = "qr.png"
	FontFile      = "font.ttf"
)

// Write fills dir. font is the path of the TrueType file everyone embeds from. It
// returns the certificates in the order of their folders.
func Write(ctx context.Context, dir, fontPath string) ([]endorsement.Copy, error) {
	if err := documents.WriteKeys(ctx, dir); err != nil {
		return nil, err
	}
	if err := linkFont(dir, fontPath); err != nil {
		return nil, err
	}
	fonts, err := font.Load()
	if err != nil {
		return nil, err
	}
	schemes, err := scheme.Load()
	if err != nil {
		return nil, err
	}
	copies, err := certificates()
	if err != nil {
		return nil, err
	}
	sheets := layout.New(fonts)
	for i, c := range copies {
		s, ok := schemes.ByID(c.Certificate.Scheme)
		if !ok {
			return nil, fmt.Errorf("inputs: no scheme %q", c.Certificate.Scheme)
		}
		in := layout.Input{Scheme: s, Copy: c, Photo: pictures.Photo(i), SignatureImage: pictures.Handwriting(i), QRText: c.QR, Test: c.Test}
		sheet, err := sheets.Certificate(in)
		if err != nil {
			return nil, fmt.Errorf("inputs: lay out: %w", err)
		}
		if err := writeCase(filepath.Join(dir, fmt.Sprintf(CaseFormat, i)), in, sheet); err != nil {
			return nil, err
		}
	}
	return copies, nil
}

// linkFont puts the font beside the rest without copying it.
func linkFont(dir, fontPath string) error {
	path, err := filepath.Abs(fontPath)
	if err != nil {
		return err
	}
	return os.Symlink(path, filepath.Join(dir, FontFile))
}

// writeCase writes the directory of one certificate.
func writeCase(dir string, in layout.Input, sheet displaylist.Page) error {
	data, err := in.Copy.Canonical()
	if err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	page, files, err := describe(in.Copy, sheet)
	if err != nil {
		return err
	}
	if files[PageFile], err = json.MarshalIndent(page, "", " "); err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	files[DataFile] = data
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

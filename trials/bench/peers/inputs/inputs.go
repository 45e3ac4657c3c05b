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
// and beside them lie the seal's picture, the seal itself and the keys. Holders are
// invented, and the keys are made anew each time.
package inputs

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// The names in the folder of all inputs.
const (
	CaseFormat    = "case-%02d" // the folder of a certificate, by its number from 0
	PageFile      = "page.json"
	DataFile      = "certificate.json"
	PhotoFile     = "photo.jpg"
	SignatureFile = "hand.png"
	QRFile        = "qr.png"
	SealImageFile = "stamp.png"
	SealFile      = "seal.esl" // DER, GB/T 38540
	FontFile      = "font.ttf"
	PDFKey        = "pdf"  // P-256: pdf.key.pem (PKCS #8) and pdf.chain.pem (leaf first)
	SealKey       = "seal" // SM2, in the same two files
)

// At is when the documents are made and signed.
func At() time.Time { return time.Date(2026, 11, 23, 10, 24, 7, 0, civil.Zone()) }

// Write fills dir. font is the path of the TrueType file everyone embeds from. It
// returns the certificates in the order of their folders.
func Write(ctx context.Context, dir, fontPath string) ([]endorsement.Copy, error) {
	w := writer{dir: dir}
	w.write(SealImageFile, sealImage())
	if err := w.keys(ctx); err != nil {
		return nil, err
	}
	if err := w.link(fontPath); err != nil {
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
		in := layout.Input{Scheme: s, Copy: c, Photo: photo(i), SignatureImage: hand(i), QRText: c.QR, Test: c.Test}
		sheet, err := sheets.Certificate(in)
		if err != nil {
			return nil, fmt.Errorf("inputs: lay out: %w", err)
		}
		if err := w.certificate(i, in, sheet); err != nil {
			return nil, err
		}
	}
	return copies, w.err
}

// writer writes files until the first one fails.
type writer struct {
	dir string
	err error
}

func (w *writer) write(name string, data []byte) {
	if w.err != nil {
		return
	}
	path := filepath.Join(w.dir, name)
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err == nil {
		w.err = os.WriteFile(path, data, 0o600)
	}
}

func (w *writer) keys(ctx context.Context) error {
	ca, err := testca.New(time.Now())
	if err != nil {
		return err
	}
	seal, err := ca.NewSeal(ctx, sealImage())
	if err != nil {
		return err
	}
	w.write(SealFile, seal)
	for name, issued := range map[string]testca.Issued{PDFKey: ca.PDF, SealKey: ca.Seal} {
		w.write(name+".key.pem", issued.KeyPEM)
		w.write(name+".chain.pem", issued.ChainPEM)
	}
	return w.err
}

// link puts the font beside the rest without copying it.
func (w *writer) link(fontPath string) error {
	path, err := filepath.Abs(fontPath)
	if err != nil {
		return err
	}
	if err := os.Symlink(path, filepath.Join(w.dir, FontFile)); err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	return nil
}

func (w *writer) certificate(i int, in layout.Input, sheet displaylist.Page) error {
	data, err := in.Copy.Canonical()
	if err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	laid, pictures, err := describe(in.Copy, sheet)
	if err != nil {
		return err
	}
	described, err := json.MarshalIndent(laid, "", " ")
	if err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	folder := fmt.Sprintf(CaseFormat, i)
	w.write(filepath.Join(folder, PageFile), described)
	w.write(filepath.Join(folder, DataFile), data)
	for name, picture := range pictures {
		w.write(filepath.Join(folder, name), picture)
	}
	return w.err
}

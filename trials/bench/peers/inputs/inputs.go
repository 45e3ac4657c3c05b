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

	"github.com/jiazhu/jiazhu/internal/must"
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
func Write(ctx context.Context, dir, fontPath string) (copies []endorsement.Copy, err error) {
	defer must.Catch(&err)
	must.Do(documents.WriteKeys(ctx, dir))
	must.Do(os.Symlink(must.Get(filepath.Abs(fontPath)), filepath.Join(dir, FontFile)))
	schemes, sheets := must.Get(scheme.Load()), layout.New(must.Get(font.Load()))
	copies = must.Get(certificates())
	for i, c := range copies {
		s, ok := schemes.ByID(c.Certificate.Scheme)
		if !ok {
			return nil, fmt.Errorf("inputs: no scheme %q", c.Certificate.Scheme)
		}
		in := layout.Input{Scheme: s, Copy: c, Photo: pictures.Photo(i), SignatureImage: pictures.Handwriting(i), QRText: c.QR, Test: c.Test}
		writeCase(filepath.Join(dir, fmt.Sprintf(CaseFormat, i)), in, must.Get(sheets.Certificate(in)))
	}
	return copies, nil
}

// writeCase writes the directory of one certificate.
func writeCase(dir string, in layout.Input, sheet displaylist.Page) {
	page, files := must.Get2(describe(in.Copy, sheet))
	files[PageFile], files[DataFile] = must.Get(json.MarshalIndent(page, "", " ")), must.Get(in.Copy.Canonical())
	must.Do(os.MkdirAll(dir, 0o755))
	for name, data := range files {
		must.Do(os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
}

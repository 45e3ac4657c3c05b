// Package receiptpdf prints the receipt of a verification (核验回执) as a PDF of one
// page: the verdict, every finding with its reason, who asked, what was examined, and
// how to check the receipt later.
//
// The page is for people and is not signed. The signed receipt, a compact JWS, is
// attached to the file, and the page prints its digest. The same Receipt gives the
// same bytes on every machine, so that a page can be compared with one drawn again.
package receiptpdf

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
)

// The media type and the description of the attachment.
const (
	attachmentMIME = "application/jose"
	attachmentWhat = "核验回执（签名数据）"
)

// Receipt is the content of the page. All texts are printed unchanged and are in one
// language.
type Receipt struct {
	ID         string    // of the receipt
	At         time.Time // of the verification
	Verdict    string    // the heading, not coloured
	Facts      []Fact    // what was asked about, one per line
	Rows       []Row     // the verdict's rows
	Notes      []string
	Test       bool   // prints 测试
	Receipt    string // compact JWS
	Attachment string // its file name inside the PDF
}

// Tone is the colour of a row's result.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Good
	Unsure
	Bad
)

// Fact is a labelled value.
type Fact struct{ Label, Value string }

// Row is one row of the verdict.
type Row struct {
	Label, Result, Text string
	Tone                Tone
}

// Printer prints receipts. It is safe for concurrent use.
type Printer struct {
	fonts *font.Set
	pdf   *pdf.Writer
}

// New returns a Printer that draws with fonts.
func New(fonts *font.Set) *Printer { return &Printer{fonts, pdf.NewWriter(fonts)} }

// Print makes the PDF: one page A4, tagged, with the receipt attached. A character
// that the fonts lack is printed as 〓, because callers choose their own names. It
// returns ErrFull when the texts do not fit on a page.
func (p *Printer) Print(s Receipt) ([]byte, error) {
	page, err := p.layout(s)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(s.Receipt))
	d := pdf.Document{
		Page: page, Title: title, Author: "", Subject: s.Verdict, Keywords: s.ID, At: s.At,
		Attachment: &pdf.Attachment{Name: s.Attachment, MIME: attachmentMIME, Description: attachmentWhat, Data: []byte(s.Receipt)},
	}
	copy(d.ID[:], sum[:])
	made, err := p.pdf.Write(d)
	if err != nil {
		return nil, fmt.Errorf("receiptpdf: %w", err)
	}
	return made.Data, nil
}

func digest(receipt string) string {
	sum := sha256.Sum256([]byte(receipt))
	return hex.EncodeToString(sum[:])
}

// digestCode returns a QR code of the receipt's digest, "sha256:" and hex.
func digestCode(receipt string) (*displaylist.Picture, error) {
	code, err := qr.Encode("sha256:"+digest(receipt), qr.M)
	if err != nil {
		return nil, fmt.Errorf("receiptpdf: %w", err)
	}
	const scale, quiet = 4, 4
	code.Scale = scale
	side := (code.Size + 2*quiet) * scale
	return &displaylist.Picture{MIME: "image/png", Data: code.PNG(), Width: side, Height: side}, nil
}

// replaceMissing replaces characters that the fonts lack with 〓.
func (p *Printer) replaceMissing(text string) string {
	for _, r := range p.fonts.MissingRunes(text) {
		text = strings.ReplaceAll(text, string(r), "〓")
	}
	return text
}

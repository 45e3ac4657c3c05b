// Package slip lays out the receipt of a verification (核验回执) on one page:
// the verdict in one word, every row of it with its reason, who asked, what was
// examined, and how anybody can check the receipt again.
//
// The page is for people and is not signed. The signed receipt, a compact JWS,
// is attached to the file, and the page prints its digest. The same Slip gives the
// same bytes on every machine, so that a page can be drawn again and compared.
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

// The attachment.
const (
	attachmentMIME = "application/jose"
	attachmentWhat = "核验回执（签名数据）"
)

// Receipt is what is printed. All texts are printed as they are, in one language.
type Receipt struct {
	ID         string    // of the receipt
	At         time.Time // of the verification
	Verdict    string    // the heading, in no colour
	Facts      []Fact    // what was asked about, line by line
	Rows       []Row     // the verdict's rows
	Notes      []string
	Test       bool   // prints 测试
	Receipt    string // compact JWS
	Attachment string // its file name inside the PDF
}

// Tone colours the results of rows.
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

// Printer makes slips. It is safe for use by several goroutines.
type Printer struct {
	fonts *font.Set
	pdf   *pdf.Writer
}

// New returns a Printer that draws with fonts.
func New(fonts *font.Set) *Printer { return &Printer{fonts, pdf.NewWriter(fonts)} }

// Print makes the PDF: one page A4, tagged, with the receipt attached. A
// character the fonts lack is printed as 〓, for whoever asks may call themselves
// anything. The error says that the texts do not fit on a page.
func (p *Printer) Print(s Receipt) ([]byte, error) {
	sheet, err := p.layout(s)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(s.Receipt))
	d := pdf.Document{
		Sheet: sheet, Title: title, Author: "", Subject: s.Verdict, Keywords: s.ID, At: s.At,
		Attachment: &pdf.Attachment{Name: s.Attachment, MIME: attachmentMIME, Description: attachmentWhat, Data: []byte(s.Receipt)},
	}
	copy(d.ID[:], sum[:])
	made, err := p.pdf.Write(d)
	if err != nil {
		return nil, fmt.Errorf("slip: %w", err)
	}
	return made.Data, nil
}

func digest(receipt string) string {
	sum := sha256.Sum256([]byte(receipt))
	return hex.EncodeToString(sum[:])
}

// digestCode is the digest as a QR code, "sha256:" and hex.
func digestCode(receipt string) (*displaylist.Picture, error) {
	code, err := qr.Encode("sha256:"+digest(receipt), qr.M)
	if err != nil {
		return nil, fmt.Errorf("slip: %w", err)
	}
	const scale, quiet = 4, 4
	code.Scale = scale
	side := (code.Size + 2*quiet) * scale
	return &displaylist.Picture{MIME: "image/png", Data: code.PNG(), Width: side, Height: side}, nil
}

// replaceMissing replaces what the fonts lack.
func (p *Printer) replaceMissing(text string) string {
	for _, r := range p.fonts.MissingRunes(text) {
		text = strings.ReplaceAll(text, string(r), "〓")
	}
	return text
}

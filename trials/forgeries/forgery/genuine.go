package forgery

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures are measured
	_ "image/png"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// Copy is a genuine copy, as its holder or whoever they gave it to has it.
type Copy struct {
	PDF, OFD []byte
	Link     string       // in its QR code
	Receipt  ReceiptFiles // of a verification of the code

	JSON   []byte               // certificate.json
	Says   endorsement.Copy     // the same, read
	Signer string               // its name, as the PDF states it
	CMS    []byte               // the PDF's signature
	Seal   []byte               // the OFD's seal
	Value  []byte               // the OFD's signature
	Photo  *displaylist.Picture // as it lies in the OFD
	Hand   *displaylist.Picture // the picture of the holder's signature
}

// ReceiptFiles is a receipt: its text and its page.
type ReceiptFiles struct {
	Text string
	Page []byte
}

// Token is what the QR code holds after the page's address.
func (c Copy) Token() string { return credential.FromLink(c.Link) }

// Genuine is what every attacker has: a copy with its receipt, another copy of the same holder, and
// one of another holder.
type Genuine struct {
	Copy, Second, Other Copy
	Photograph          []byte // of the printed copy, a JPEG
}

// Files are all genuine files and codes, in every form they are handed in.
func (g Genuine) Files() [][]byte {
	all := [][]byte{g.Photograph}
	for _, c := range []Copy{g.Copy, g.Second, g.Other} {
		all = append(all, c.files()...)
	}
	return all
}

func (c Copy) files() [][]byte {
	return [][]byte{c.PDF, c.OFD, []byte(c.Link), []byte(c.Token()), []byte(c.Receipt.Text), c.Receipt.Page}
}

// errGenuine says that what is called a genuine file is none that forgeries can be made from.
var errGenuine = errors.New("not a genuine copy")

// ReadCopy takes a genuine copy apart: its files, its link and, where there is one, its receipt.
func ReadCopy(pdfFile, ofdFile []byte, link string, receipt ReceiptFiles) (Copy, error) {
	c := Copy{PDF: pdfFile, OFD: ofdFile, Link: link, Receipt: receipt}
	file, err := pdf.Read(pdfFile)
	if err != nil {
		return c, fmt.Errorf("%w: %w", errGenuine, err)
	}
	if len(file.Attachments) != 1 || file.Signature == nil {
		return c, fmt.Errorf("%w: the PDF has %d attachments", errGenuine, len(file.Attachments))
	}
	c.JSON, c.CMS, c.Signer = file.Attachments[0].Data, file.Signature.CMS, file.Signature.Name
	if c.Says, err = endorsement.ParseCopy(c.JSON); err != nil {
		return c, fmt.Errorf("%w: %w", errGenuine, err)
	}
	return c, c.readOFD()
}

func (c *Copy) readOFD() error {
	o, err := openOFD(c.OFD)
	if err != nil {
		return err
	}
	c.Seal, c.Value = o.data("Seal.esl"), o.data("SignedValue.dat")
	if c.Seal == nil || c.Value == nil {
		return fmt.Errorf("%w: the OFD is not sealed", errGenuine)
	}
	for _, p := range o.parts {
		if !strings.Contains(p.name, "/Res/") {
			continue
		}
		size, kind, err := image.DecodeConfig(bytes.NewReader(p.data))
		if err != nil { // a font
			continue
		}
		picture := &displaylist.Picture{MIME: "image/" + kind, Data: p.data, Width: size.Width, Height: size.Height}
		switch {
		case kind == "jpeg":
			c.Photo = picture
		case size.Width > size.Height:
			c.Hand = picture
		}
	}
	if c.Photo == nil || c.Hand == nil {
		return fmt.Errorf("%w: the OFD lacks a picture", errGenuine)
	}
	return nil
}

// sealPicture is the picture inside a seal.
func sealPicture(esl []byte) (*displaylist.Picture, error) {
	seal, err := ses.ParseSeal(esl)
	if err != nil {
		return nil, err
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(seal.Picture.Data))
	if err != nil {
		return nil, err
	}
	return &displaylist.Picture{MIME: "image/png", Data: seal.Picture.Data, Width: size.Width, Height: size.Height}, nil
}

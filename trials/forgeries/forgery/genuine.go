package forgery

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures are measured
	_ "image/png"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
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

// errGenuine is returned for a file that forgeries cannot be made from.
var errGenuine = errors.New("not a genuine copy")

// ReadCopy takes a genuine copy apart: its files, its link and, where there is one, its receipt.
func ReadCopy(pdfFile, ofdFile []byte, link string, receipt ReceiptFiles) (c Copy, err error) {
	defer must.Catch(&err)
	c = Copy{PDF: pdfFile, OFD: ofdFile, Link: link, Receipt: receipt}
	file := must.Get(pdf.Read(pdfFile))
	if len(file.Attachments) != 1 || file.Signature == nil {
		return c, fmt.Errorf("%w: the PDF has %d attachments", errGenuine, len(file.Attachments))
	}
	c.JSON, c.CMS, c.Signer = file.Attachments[0].Data, file.Signature.CMS, file.Signature.Name
	c.Says = must.Get(endorsement.ParseCopy(c.JSON))
	o := openOFD(ofdFile)
	c.Seal, c.Value = o.find("Seal.esl").data, o.find("SignedValue.dat").data
	for _, p := range o.parts {
		if !strings.Contains(p.name, "/Res/") || strings.HasSuffix(p.name, ".ttf") {
			continue
		}
		picture := readPicture(p.data)
		switch {
		case picture.MIME == "image/jpeg":
			c.Photo = picture
		case picture.Width > picture.Height:
			c.Hand = picture
		}
	}
	if c.Photo == nil || c.Hand == nil {
		return c, fmt.Errorf("%w: the OFD lacks a picture", errGenuine)
	}
	return c, nil
}

func readPicture(data []byte) *displaylist.Picture {
	size, kind := must.Get2(image.DecodeConfig(bytes.NewReader(data)))
	return &displaylist.Picture{MIME: "image/" + kind, Data: data, Width: size.Width, Height: size.Height}
}

// sealPicture is the picture inside a seal.
func sealPicture(esl []byte) *displaylist.Picture {
	return readPicture(must.Get(ses.ParseSeal(esl)).Picture.Data)
}

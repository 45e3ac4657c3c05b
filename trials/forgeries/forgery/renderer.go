package forgery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential/metadata"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Renderer draws certificates as the service does: its source is public.
type Renderer struct {
	layout  *layout.Layout
	pdf     *pdf.Writer
	ofd     *ofd.Writer
	schemes scheme.Set
}

// NewRenderer opens the service's fonts and schemes.
func NewRenderer() (p *Renderer, err error) {
	defer must.Catch(&err)
	fonts := must.Get(font.Load())
	return &Renderer{layout.New(fonts), pdf.NewWriter(fonts), ofd.NewWriter(fonts), must.Get(scheme.Load())}, nil
}

// draft is a page to be drawn: what it shows, and what it carries.
type draft struct {
	contents         endorsement.Copy
	photo, signature *displaylist.Picture
	seal             *displaylist.Picture // drawn where the seal stands
	form             int                  // of the file, as its copy's version
	at               time.Time            // of signing, as the file states it
	attachment       pdf.Attachment
}

// draftOf is a genuine copy's page with its own JSON.
func draftOf(c Copy) draft {
	picture := sealPicture(c.Seal)
	return draft{c.Says, c.Photo, c.Hand, picture, c.Says.FormatVersion(), c.Says.MadeAt, certificateJSON(c.JSON)}
}

func certificateJSON(data []byte) pdf.Attachment {
	return pdf.Attachment{Name: "certificate.json", MIME: "application/json", Description: "加注件数据", Data: data}
}

func receiptText(text string) pdf.Attachment {
	return pdf.Attachment{Name: "receipt.jws", MIME: "application/jose", Description: "核验回执（签名数据）", Data: []byte(text)}
}

func (p *Renderer) sheet(d draft) displaylist.Page {
	s, ok := p.schemes.ByID(d.contents.Certificate.Scheme)
	if !ok {
		must.Do(fmt.Errorf("no scheme %q", d.contents.Certificate.Scheme))
	}
	return must.Get(p.layout.Certificate(layout.Input{
		Scheme: s, Copy: d.contents, Photo: d.photo, SignatureImage: d.signature, QRText: d.contents.QR, Test: d.contents.Test,
	}))
}

// subject is the subject that the service's files state.
func (d draft) subject() string {
	return fmt.Sprintf("注册编号 %s，使用有效期 %s 至 %s", d.contents.Certificate.Number, d.contents.UseFrom, d.contents.UseUntil)
}

// writePDF draws a draft as a PDF. Without a signer it has no signature, and the seal is only a picture.
func (p *Renderer) writePDF(ctx context.Context, d draft, s *signer) []byte {
	sheet := p.sheet(d)
	sum := sha256.Sum256(d.attachment.Data)
	record := d.contents.Certificate
	doc := pdf.Document{
		Format: d.form, Page: sheet, Title: record.Title, Author: record.Issuer.Name, Keywords: record.Identifier,
		Subject: d.subject(), At: d.at, ID: [16]byte(sum[:]), Attachment: &d.attachment, SealImage: d.seal,
	}
	if s != nil {
		doc.Signature = pdf.Signature{Name: s.name, Reason: "证照加注", Size: s.room}
	} else {
		at := sheet.Seal
		doc.Page.Items = append(doc.Page.Items, &displaylist.Image{X: at.X, Y: at.Y, W: at.W, H: at.H, Picture: d.seal, Alt: "电子印章"})
	}
	made := must.Get(p.pdf.Write(doc))
	if s == nil {
		return made.Data
	}
	return must.Get(made.AddSignature(s.sign(ctx, made.Digest)))
}

// writeOFD draws a draft as an OFD and has it sealed. The metadata are those of the JSON it carries.
func (p *Renderer) writeOFD(ctx context.Context, d draft, s sealer) []byte {
	sheet := p.sheet(d)
	sum := sha256.Sum256(d.attachment.Data)
	record := d.contents.Certificate
	doc := ofd.Document{
		Format: d.form, Page: sheet, Title: record.Title, Author: record.Issuer.Name,
		Subject: d.subject(), At: d.at, ID: hex.EncodeToString(sum[:16]), ValidFrom: d.contents.UseFrom, ValidUntil: d.contents.UseUntil,
		Attachment: &ofd.Attachment{
			Name: d.attachment.Name, MIME: d.attachment.MIME, Description: d.attachment.Description, Data: d.attachment.Data,
		},
		ESL: s.esl,
	}
	if says, err := endorsement.ParseCopy(d.attachment.Data); err == nil {
		for _, e := range metadata.Elements(says, hex.EncodeToString(sum[:])) {
			doc.CustomData = append(doc.CustomData, ofd.Datum(e))
		}
	}
	made := must.Get(p.ofd.Write(doc))
	return must.Get(made.AddSignature(s.sign(ctx, made.DataHash, made.Property, made.At)))
}

package issue

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/document/credential/metadata"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// The attachment of both documents: the canonical JSON.
const (
	attachmentName        = "certificate.json"
	attachmentMIME        = "application/json"
	attachmentDescription = "加注件数据"
)

func subject(c endorsement.Copy) string {
	return fmt.Sprintf("注册编号 %s，使用有效期 %s 至 %s", c.Certificate.Number, c.UseFrom, c.UseUntil)
}

func (m *Issuer) pdfDocument(c preparedCopy) pdf.Document {
	record := c.in.Copy.Certificate
	return pdf.Document{
		Format:   c.in.Copy.FormatVersion(),
		Page:     c.page,
		Title:    record.Title,
		Author:   record.Issuer.Name,
		Subject:  subject(c.in.Copy),
		Keywords: record.Identifier,
		At:       c.in.At,
		ID:       c.id(),
		Attachment: &pdf.Attachment{
			Name: attachmentName, MIME: attachmentMIME, Description: attachmentDescription, Data: c.data.Data, Compressed: c.data,
		},
		SealImage: c.by.sealImage,
		Signature: pdf.Signature{Name: c.by.signer, Reason: "证照加注", Size: c.by.signatureSize},
	}
}

func (m *Issuer) ofdDocument(c preparedCopy) ofd.Document {
	copied, id := c.in.Copy, c.id()
	return ofd.Document{
		Format:     copied.FormatVersion(),
		Page:       c.page,
		Title:      copied.Certificate.Title,
		Author:     copied.Certificate.Issuer.Name,
		Subject:    subject(copied),
		At:         c.in.At,
		ID:         hex.EncodeToString(id[:]),
		CustomData: customData(copied, hex.EncodeToString(c.sum[:])),
		Attachment: &ofd.Attachment{
			Name: attachmentName, MIME: attachmentMIME, Description: attachmentDescription, Data: c.data.Data, Compressed: c.data,
		},
		ValidFrom:  copied.UseFrom,
		ValidUntil: copied.UseUntil,
		ESL:        c.by.ESL,
	}
}

func customData(c endorsement.Copy, digest string) []ofd.Datum {
	elements := metadata.Elements(c, digest)
	data := make([]ofd.Datum, len(elements))
	for i, e := range elements {
		data[i] = ofd.Datum(e)
	}
	return data
}

// newUnavailable returns the problem for a key that did not sign, or a timestamp authority that
// gave no timestamp; the holder can only try again later.
func newUnavailable(err error) error {
	p := problem.New(problem.SigningUnavailable)
	if errors.Is(err, tsp.ErrNone) {
		p = p.WithDetail("时间戳机构没有给出签章所需的可信时间戳，证照尚未生成，也没有留下未完成的记录。",
			"The time-stamping authority gave no trusted timestamp, which the signature needs. No certificate was made and nothing is left half done.")
	}
	return p.WithCause(err)
}

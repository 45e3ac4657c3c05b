package issue

import (
	"encoding/hex"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/document/credential/metadata"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// The attachment both documents carry.
const (
	attachmentName = "certificate.json"
	attachmentMIME = "application/json"
	attachmentWhat = "加注件数据"
)

func subject(c endorsement.Copy) string {
	return fmt.Sprintf("注册编号 %s，使用有效期 %s 至 %s", c.Certificate.Number, c.UseFrom, c.UseUntil)
}

func (m *Issuer) pdfDocument(j documentInput) pdf.Document {
	record := j.in.Copy.Certificate
	return pdf.Document{
		Form:     j.in.Copy.FormatVersion(),
		Sheet:    j.sheet,
		Title:    record.Title,
		Author:   record.Issuer.Name,
		Subject:  subject(j.in.Copy),
		Keywords: record.Identifier,
		At:       j.in.At,
		ID:       j.id(),
		Attachment: &pdf.Attachment{
			Name: attachmentName, MIME: attachmentMIME, Description: attachmentWhat, Data: j.data.Data, Packed: j.data,
		},
		Stamp:  m.sealImage,
		Signer: pdf.Signature{Name: m.signer, Reason: "证照加注", Room: m.signatureSize},
	}
}

func (m *Issuer) ofdDocument(j documentInput) ofd.Document {
	c, id := j.in.Copy, j.id()
	return ofd.Document{
		Form:       c.FormatVersion(),
		Sheet:      j.sheet,
		Title:      c.Certificate.Title,
		Author:     c.Certificate.Issuer.Name,
		Subject:    subject(c),
		At:         j.in.At,
		ID:         hex.EncodeToString(id[:]),
		CustomData: customData(c, hex.EncodeToString(j.sum[:])),
		Attachment: &ofd.Attachment{
			Name: attachmentName, MIME: attachmentMIME, Description: attachmentWhat, Data: j.data.Data, Packed: j.data,
		},
		ValidFrom:  c.UseFrom,
		ValidUntil: c.UseUntil,
		ESL:        m.keys.ESL,
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

// newUnavailable says that a key did not sign: the holder can only try later.
func newUnavailable(err error) error {
	return problem.New(problem.SigningUnavailable).WithCause(err)
}

package evidence

import (
	"crypto/x509/pkix"
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// examinePDF examines a PDF. The signature must cover every byte of the file, verify,
// and forbid later changes.
func examinePDF(data []byte, trust Trust) verdict.Evidence {
	file, err := pdf.Read(data)
	switch {
	case err != nil || len(file.Problems) > 0:
		why := pdf.Diagnose(data)
		if errors.Is(why, pdf.ErrForeign) || len(data) > MaxFile {
			return examineForeignPDF(data, trust)
		}
		return brokenEvidence(verdict.PDF, pdfReason(why))
	case file.Signature == nil: // a signature that the altered file does not lead to may still be in it
		return examineForeignPDF(data, trust)
	case !file.Signature.CoversWhole:
		return brokenEvidence(verdict.PDF, verdict.Altered)
	}
	signed, err := cms.Verify(file.Signature.CMS, file.Signature.Digest)
	if err != nil {
		return brokenEvidence(verdict.PDF, verdict.Altered)
	}
	if len(file.Attachments) != 1 || file.Attachments[0].Name != Attachment {
		return brokenEvidence(verdict.PDF, verdict.Contradicts)
	}
	c, err := endorsement.ParseCopy(file.Attachments[0].Data)
	if err != nil || c.FormatVersion() != file.Format || !hasSameQR(c, trust) {
		return brokenEvidence(verdict.PDF, verdict.Contradicts)
	}
	made := trust.judgeTimestamp(signed.Timestamp, signed.Value, file.Signature.At)
	if made.wrong != verdict.Fine {
		return brokenEvidence(verdict.PDF, made.wrong)
	}
	if made.at.Before(signed.Certificate.NotBefore) || made.at.After(signed.Certificate.NotAfter) {
		return brokenEvidence(verdict.PDF, verdict.SignerExpired)
	}
	issuer, signing := trust.issuerOf(signature{use: SignsPDF, certificate: signed.Certificate.Raw, made: made}, c)
	return copyEvidence(verdict.PDF, issuer, signing, c, trust)
}

// pdfReason returns the reason for an error in the structure of a PDF.
func pdfReason(err error) verdict.Reason {
	return reasonOf(err, verdict.Altered, []reasonRule{
		{pdf.ErrTooLarge, verdict.TooLarge},
		{pdf.ErrForeign, verdict.Foreign},
		{pdf.ErrFormat, verdict.Unsupported},
		{pdf.ErrTruncated, verdict.Truncated},
		{pdf.ErrPrefixed, verdict.Prefixed},
		{pdf.ErrUpdated, verdict.Updated},
		{pdf.ErrAppended, verdict.Appended},
	})
}

// nameOf returns the subject's name for display.
func nameOf(subject pkix.Name) string {
	if subject.CommonName != "" {
		return subject.CommonName
	}
	return strings.Join(subject.Organization, " ")
}

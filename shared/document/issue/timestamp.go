package issue

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

// Timestamper fetches what keeps signatures verifiable for years. Without it a PDF is
// PAdES-BASELINE-B, with timestamps -T, with revocation proofs -LT (ETSI EN 319 142-1, 6).
// If it fails, nothing is signed. Package ltv implements it.
type Timestamper interface {
	// Prepare returns the largest size of a timestamp token in bytes, and the proofs for
	// a chain (DER, leaf first) and for the timestamps, or nil if no proofs are wanted.
	Prepare(ctx context.Context, chain [][]byte) (tokenSize int, proofs *revocation.Proofs, err error)
	// Timestamp returns a timestamp token, DER, over a signature's value.
	Timestamp(ctx context.Context, value []byte) ([]byte, error)
	// TimestampPrepared returns a token that fits what Prepare returned, or
	// revocation.ErrIncomplete.
	TimestampPrepared(ctx context.Context, value []byte) ([]byte, error)
}

// writePDF writes the PDF and signs it, with timestamp and proofs if there is a
// Timestamper. If the timestamp authority has changed its certificate since the proofs
// were fetched, they are fetched once more.
func (m *Issuer) writePDF(ctx context.Context, c preparedCopy) ([]byte, error) {
	d := m.pdfDocument(c)
	if c.by.Timestamper == nil {
		return m.signPDF(ctx, c.by, d, nil)
	}
	data, err := m.signPDFWithProofs(ctx, c.by, d)
	if errors.Is(err, revocation.ErrIncomplete) {
		return m.signPDFWithProofs(ctx, c.by, d)
	}
	return data, err
}

func (m *Issuer) signPDFWithProofs(ctx context.Context, by *authority, d pdf.Document) ([]byte, error) {
	tokenSize, proofs, err := by.Timestamper.Prepare(ctx, by.PDF.Chain())
	if err != nil {
		return nil, newUnavailable(err)
	}
	if proofs != nil {
		d.Validation = &pdf.Validation{Certificates: proofs.Certificates, CRLs: proofs.CRLs, OCSPs: proofs.OCSPs}
	}
	if d.Signature.Size, err = by.pdfKey.SignatureSize(tokenSize); err != nil {
		return nil, newUnavailable(err)
	}
	return m.signPDF(ctx, by, d, by.Timestamper.TimestampPrepared)
}

func (m *Issuer) signPDF(ctx context.Context, by *authority, d pdf.Document, timestamp cms.TimestampFunc) ([]byte, error) {
	draft, err := m.pdf.Write(d)
	if err != nil {
		return nil, err
	}
	value, err := by.pdfKey.Sign(ctx, draft.Digest, timestamp)
	if err != nil {
		return nil, newUnavailable(err)
	}
	return draft.AddSignature(value)
}

// writeOFD writes the OFD and seals it.
func (m *Issuer) writeOFD(ctx context.Context, c preparedCopy) ([]byte, error) {
	draft, err := m.ofd.Write(m.ofdDocument(c))
	if err != nil {
		return nil, err
	}
	value, err := c.by.sealKey.Sign(ctx, draft.DataHash, draft.Property, draft.At, c.by.sealTimestamp())
	if err != nil {
		return nil, newUnavailable(err)
	}
	return draft.AddSignature(value)
}

// sealTimestamp returns what requests the timestamps of seals, or nil.
func (k Keys) sealTimestamp() ses.TimestampFunc {
	switch {
	case k.SealTimestamp != nil:
		return k.SealTimestamp
	case k.Timestamper != nil:
		return k.Timestamper.Timestamp
	}
	return nil
}

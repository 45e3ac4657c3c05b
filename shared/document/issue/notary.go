package issue

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

// Notary adds to signatures what keeps them verifiable for years. With time
// stamps a PDF is PAdES-BASELINE-T, with proofs -LT, without a Notary -B (ETSI
// EN 319 142-1, 6). What it cannot give makes signing fail: see package notary.
type Notary interface {
	// Prepare returns how long a time-stamp token is at most, in bytes, and the
	// proofs for a chain and for the time stamps, or nil where none are wanted.
	Prepare(ctx context.Context, chain [][]byte) (tokenSize int, proofs *revocation.Proofs, err error)
	// Stamp returns a token, DER, over a signature's value.
	Timestamp(ctx context.Context, value []byte) ([]byte, error)
	// StampPrepared returns one that Prepare reckoned with, or
	// revocation.ErrIncomplete.
	TimestampPrepared(ctx context.Context, value []byte) ([]byte, error)
}

// writePDF writes the PDF with what the notary has for it. A time-stamping
// authority that has just changed its certificate is prepared for once more.
func (m *Maker) writePDF(ctx context.Context, j job) ([]byte, error) {
	d := m.pdfDocument(j)
	if m.keys.Notary == nil {
		return m.pdf.Write(ctx, d)
	}
	for again := true; ; again = false {
		if err := m.prepare(ctx, &d); err != nil {
			return nil, unavailable(err)
		}
		data, err := m.pdf.Write(ctx, d)
		if !again || !errors.Is(err, revocation.ErrIncomplete) {
			return data, err
		}
	}
}

func (m *Maker) prepare(ctx context.Context, d *pdf.Document) error {
	size, proofs, err := m.keys.Notary.Prepare(ctx, m.keys.PDF.Chain())
	if err != nil {
		return err
	}
	if proofs != nil {
		d.Validation = &pdf.Validation{Certificates: proofs.Certificates, CRLs: proofs.CRLs, OCSPs: proofs.OCSPs}
	}
	d.Signer.Sign = m.signPDF(m.keys.Notary.TimestampPrepared)
	d.Signer.Room, err = m.pdfKey.Room(size)
	return err
}

func (m *Maker) signPDF(stamp cms.Stamp) func(ctx context.Context, digest []byte) ([]byte, error) {
	return func(ctx context.Context, digest []byte) ([]byte, error) {
		value, err := m.pdfKey.Sign(ctx, digest, stamp)
		return value, unavailable(err)
	}
}

func (m *Maker) sealTimestamp() ses.Stamp {
	if m.keys.Notary == nil {
		return nil
	}
	return m.keys.Notary.Timestamp
}

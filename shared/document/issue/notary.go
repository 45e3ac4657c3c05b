package issue

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

// Timestamper adds to signatures what keeps them verifiable for years. With time
// stamps a PDF is PAdES-BASELINE-T, with proofs -LT, without a Notary -B (ETSI
// EN 319 142-1, 6). What it cannot give makes signing fail: see package notary.
type Timestamper interface {
	// Prepare returns how long a time-stamp token is at most, in bytes, and the
	// proofs for a chain and for the time stamps, or nil where none are wanted.
	Prepare(ctx context.Context, chain [][]byte) (tokenSize int, proofs *revocation.Proofs, err error)
	// Stamp returns a token, DER, over a signature's value.
	Timestamp(ctx context.Context, value []byte) ([]byte, error)
	// StampPrepared returns one that Prepare reckoned with, or
	// revocation.ErrIncomplete.
	TimestampPrepared(ctx context.Context, value []byte) ([]byte, error)
}

// writePDF writes the PDF and signs it, with what the notary has for it. A
// time-stamping authority that has just changed its certificate is prepared for
// once more.
func (m *Issuer) writePDF(ctx context.Context, j documentInput) ([]byte, error) {
	d := m.pdfDocument(j)
	if m.keys.Notary == nil {
		return m.signPDF(ctx, d, nil)
	}
	for again := true; ; again = false {
		if err := m.prepare(ctx, &d); err != nil {
			return nil, newUnavailable(err)
		}
		data, err := m.signPDF(ctx, d, m.keys.Notary.TimestampPrepared)
		if !again || !errors.Is(err, revocation.ErrIncomplete) {
			return data, err
		}
	}
}

func (m *Issuer) prepare(ctx context.Context, d *pdf.Document) error {
	size, proofs, err := m.keys.Notary.Prepare(ctx, m.keys.PDF.Chain())
	if err != nil {
		return err
	}
	if proofs != nil {
		d.Validation = &pdf.Validation{Certificates: proofs.Certificates, CRLs: proofs.CRLs, OCSPs: proofs.OCSPs}
	}
	d.Signer.Room, err = m.pdfKey.SignatureSize(size)
	return err
}

func (m *Issuer) signPDF(ctx context.Context, d pdf.Document, stamp cms.TimestampFunc) ([]byte, error) {
	draft, err := m.pdf.Write(d)
	if err != nil {
		return nil, err
	}
	value, err := m.pdfKey.Sign(ctx, draft.Digest, stamp)
	if err != nil {
		return nil, newUnavailable(err)
	}
	return draft.AddSignature(value)
}

// writeOFD writes the OFD and seals it.
func (m *Issuer) writeOFD(ctx context.Context, j documentInput) ([]byte, error) {
	draft, err := m.ofd.Write(m.ofdDocument(j))
	if err != nil {
		return nil, err
	}
	var stamp ses.TimestampFunc
	if m.keys.Notary != nil {
		stamp = m.keys.Notary.Timestamp
	}
	value, err := ses.SignWithTimestamp(ctx, m.keys.Seal, m.keys.ESL, draft.DataHash, draft.Property, draft.At, stamp)
	if err != nil {
		return nil, newUnavailable(err)
	}
	return draft.AddSignature(value)
}

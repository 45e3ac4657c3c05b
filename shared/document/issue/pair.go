package issue

import (
	"context"
	"crypto/sha256"
	"fmt"
)

// Pair makes the two signed documents of one copy, one after the other and
// without a preview. Its errors are those of Make.
func (m *Issuer) Pair(ctx context.Context, in Input) (pdf, ofd []byte, err error) {
	j, err := m.begin(in)
	if err != nil {
		return nil, nil, err
	}
	if pdf, err = m.writePDF(ctx, j); err != nil {
		return nil, nil, fmt.Errorf("document: %w", err)
	}
	if ofd, err = m.writeOFD(ctx, j); err != nil {
		return nil, nil, fmt.Errorf("document: %w", err)
	}
	return pdf, ofd, nil
}

// PDF makes the signed PDF alone.
func (m *Issuer) PDF(ctx context.Context, in Input) ([]byte, error) {
	j, err := m.begin(in)
	if err != nil {
		return nil, err
	}
	return m.writePDF(ctx, j)
}

// OFD makes the sealed OFD alone.
func (m *Issuer) OFD(ctx context.Context, in Input) ([]byte, error) {
	j, err := m.begin(in)
	if err != nil {
		return nil, err
	}
	return m.writeOFD(ctx, j)
}

// begin lays the certificate out, and compresses its data for both documents.
func (m *Issuer) begin(in Input) (documentInput, error) {
	data, err := in.Copy.Canonical()
	if err != nil {
		return documentInput{}, fmt.Errorf("document: %w", err)
	}
	sheet, err := m.layout.Certificate(m.layoutInput(in, false))
	if err != nil {
		return documentInput{}, fmt.Errorf("document: %w", err)
	}
	return documentInput{in: in, sheet: sheet, data: m.compressor.Compress(data), sum: sha256.Sum256(data)}, nil
}

package issue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// Make makes the two files of one copy concurrently, so that with keys in a key service
// the two signatures take as long as one. The error is or wraps the problem glyph-missing
// if the fonts lack a character, seal-missing if there are no keys of the issuing
// authority, or signing-unavailable if a key did not sign; any other error means that the
// input is wrong.
func (m *Issuer) Make(ctx context.Context, in Input) (Documents, error) {
	c, err := m.prepare(in)
	if err != nil {
		return Documents{}, err
	}
	d := Documents{Digest: hex.EncodeToString(c.sum[:])}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		d.PDF, err = m.writePDF(ctx, c)
		return err
	})
	group.Go(func() (err error) {
		d.OFD, err = m.writeOFD(ctx, c)
		return err
	})
	if err := group.Wait(); err != nil {
		return Documents{}, fmt.Errorf("issue: %w", err)
	}
	return d, nil
}

// MakePair makes the two signed documents of one copy, one after the other. Its errors are
// those of Make.
func (m *Issuer) MakePair(ctx context.Context, in Input) (pdf, ofd []byte, err error) {
	c, err := m.prepare(in)
	if err != nil {
		return nil, nil, err
	}
	if pdf, err = m.writePDF(ctx, c); err != nil {
		return nil, nil, fmt.Errorf("issue: %w", err)
	}
	if ofd, err = m.writeOFD(ctx, c); err != nil {
		return nil, nil, fmt.Errorf("issue: %w", err)
	}
	return pdf, ofd, nil
}

// MakePDF makes only the signed PDF. Its errors are those of Make.
func (m *Issuer) MakePDF(ctx context.Context, in Input) ([]byte, error) {
	c, err := m.prepare(in)
	if err != nil {
		return nil, err
	}
	return m.writePDF(ctx, c)
}

// MakeOFD makes only the sealed OFD. Its errors are those of Make.
func (m *Issuer) MakeOFD(ctx context.Context, in Input) ([]byte, error) {
	c, err := m.prepare(in)
	if err != nil {
		return nil, err
	}
	return m.writeOFD(ctx, c)
}

// preparedCopy is the input of both documents.
type preparedCopy struct {
	in   Input
	by   *authority
	page displaylist.Page
	data *deflate.Stream   // the canonical JSON
	sum  [sha256.Size]byte // SHA-256 of the canonical JSON
}

// id identifies both documents by their common content.
func (c preparedCopy) id() [16]byte { return [16]byte(c.sum[:]) }

// prepare lays out the certificate and compresses its canonical JSON.
func (m *Issuer) prepare(in Input) (preparedCopy, error) {
	authority := in.Copy.Certificate.Issuer
	by := m.authorities[authority.Code]
	if by == nil {
		return preparedCopy{}, fmt.Errorf("issue: %w", endorsement.MissingSeal(authority.Name))
	}
	data, err := in.Copy.Canonical()
	if err != nil {
		return preparedCopy{}, fmt.Errorf("issue: %w", err)
	}
	page, err := m.layout.Certificate(newLayoutInput(in))
	if err != nil {
		return preparedCopy{}, fmt.Errorf("issue: %w", err)
	}
	return preparedCopy{in: in, by: by, page: page, data: m.compressor.Compress(data), sum: sha256.Sum256(data)}, nil
}

func newLayoutInput(in Input) layout.Input {
	return layout.Input{
		Scheme: in.Scheme, Copy: in.Copy, Photo: in.Photo, SignatureImage: in.SignatureImage,
		QRText: in.Copy.QR, Test: in.Copy.Test,
	}
}

// Package document makes the files of an endorsed copy: a signed PDF, a sealed
// OFD and a preview.
//
// The certificate's face is laid out once and written twice, so the two
// documents cannot disagree on paper; and both carry the same canonical JSON of
// the copy, byte for byte, so that they can be shown not to disagree in data:
// their digests are equal. The PDF is signed with a P-256 key (PAdES), the OFD
// sealed with an SM2 key (GB/T 38540), and both show the picture that is inside
// the electronic seal.
//
// The preview is laid out apart, without a QR code, because it proves nothing
// and must not look as if it did.
package issue

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"image/png"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/svg"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Keys are what documents are signed with.
type Keys struct {
	PDF  keys.Signer // P-256, with its certificates
	Seal keys.Signer // SM2, with a certificate that the electronic seal names
	ESL  []byte      // the electronic seal, DER (GB/T 38540); its picture is PNG

	Notary Timestamper // nil for signatures without time stamps
}

// ErrKeys reports keys that cannot make documents. It is found at start, not
// when the first holder asks.
var ErrKeys = errors.New("document: these keys cannot sign documents")

// Input is one copy to be made.
type Input struct {
	Scheme    scheme.Scheme
	Copy      endorsement.Copy
	Photo     *displaylist.Picture // may be nil where the scheme needs none
	Signature *displaylist.Picture // the holder's handwriting; may be nil
	At        time.Time            // when it is signed
}

// Documents are the files of one copy.
type Documents struct {
	PDF, OFD []byte
	Preview  []byte // SVG
	Digest   string // of the canonical JSON that both documents carry: SHA-256, hex
}

// Issuer makes documents. It prepares fonts, seal and the unchanging parts of
// each kind of certificate once, and is safe for use by several goroutines.
type Issuer struct {
	layout        *layout.Layout
	pdf           *pdf.Writer
	ofd           *ofd.Writer
	svg           *svg.Writer
	keys          Keys
	pdfKey        *cms.Signatory
	signer        string               // name in the PDF signer's certificate
	signatureSize int                  // for the PDF's signature, bytes
	sealImage     *displaylist.Picture // the picture inside the seal

	compressor deflate.Compressor
}

// New returns a Maker that draws with fonts and signs with k. The error wraps
// ErrKeys where k cannot sign.
func New(fonts *font.Set, k Keys) (*Issuer, error) {
	signer, err := signerName(k.PDF)
	if err != nil {
		return nil, err
	}
	stamp, err := sealPicture(k)
	if err != nil {
		return nil, err
	}
	pdfKey, err := cms.NewSignatory(k.PDF)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	room, err := pdfKey.SignatureSize(0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	return &Issuer{
		layout: layout.New(fonts), pdf: pdf.NewWriter(fonts), ofd: ofd.NewWriter(fonts), svg: svg.NewWriter(fonts),
		keys: k, pdfKey: pdfKey, signer: signer, signatureSize: room, sealImage: stamp,
	}, nil
}

func signerName(k keys.Signer) (string, error) {
	if k == nil || keys.IsSM2(k.PublicKey()) || len(k.Chain()) == 0 {
		return "", fmt.Errorf("%w: the PDF needs a P-256 key with certificates", ErrKeys)
	}
	leaf, err := x509.ParseCertificate(k.Chain()[0])
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrKeys, err)
	}
	return leaf.Subject.CommonName, nil
}

// sealPicture is the picture inside the seal, which must name the key it is used
// with.
func sealPicture(k Keys) (*displaylist.Picture, error) {
	if k.Seal == nil || !keys.IsSM2(k.Seal.PublicKey()) || len(k.Seal.Chain()) == 0 {
		return nil, fmt.Errorf("%w: the seal needs an SM2 key with a certificate", ErrKeys)
	}
	seal, err := ses.ParseSeal(k.ESL)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if len(seal.Signers) > 0 && !slices.ContainsFunc(seal.Signers, func(c []byte) bool { return bytes.Equal(c, k.Seal.Chain()[0]) }) {
		return nil, fmt.Errorf("%w: the seal does not name this key", ErrKeys)
	}
	size, err := png.DecodeConfig(bytes.NewReader(seal.Picture.Data))
	if err != nil {
		return nil, fmt.Errorf("%w: the seal's picture: %w", ErrKeys, err)
	}
	return &displaylist.Picture{MIME: "image/png", Data: seal.Picture.Data, Width: size.Width, Height: size.Height}, nil
}

// Make makes the files of one copy, at the same time: where a key is kept by a
// service far away, the two signatures then take as long as one. The error is, or
// wraps, the problem glyph-missing where a font lacks a character, or
// signing-unavailable where a key did not sign; any other is a mistake in the input.
func (m *Issuer) Make(ctx context.Context, in Input) (Documents, error) {
	j, err := m.begin(in)
	if err != nil {
		return Documents{}, err
	}
	d := Documents{Digest: hex.EncodeToString(j.sum[:])}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		d.PDF, err = m.writePDF(ctx, j)
		return err
	})
	group.Go(func() (err error) {
		d.OFD, err = m.writeOFD(ctx, j)
		return err
	})
	group.Go(func() (err error) {
		d.Preview, err = m.preview(in)
		return err
	})
	if err := group.Wait(); err != nil {
		return Documents{}, fmt.Errorf("document: %w", err)
	}
	return d, nil
}

func (m *Issuer) layoutInput(in Input, preview bool) layout.Input {
	return layout.Input{
		Scheme: in.Scheme, Copy: in.Copy, Photo: in.Photo, Signature: in.Signature,
		QRText: in.Copy.QR, Test: in.Copy.Test, Preview: preview,
	}
}

func (m *Issuer) preview(in Input) ([]byte, error) {
	sheet, err := m.layout.Certificate(m.layoutInput(in, true))
	if err != nil {
		return nil, err
	}
	return m.svg.Write(sheet, m.sealImage)
}

// documentInput is what both documents are written from.
type documentInput struct {
	in    Input
	sheet displaylist.Page
	data  *deflate.Stream   // the canonical copy
	sum   [sha256.Size]byte // of data
}

// id names both documents by the content they share.
func (j documentInput) id() [16]byte { return [16]byte(j.sum[:]) }

// Package issue makes the files of an endorsed copy (加注件): a signed PDF and a sealed
// OFD.
//
// The certificate is laid out once, and the PDF and the OFD are written from the same
// page, so they show the same. Both carry the canonical JSON of the copy, byte for byte,
// so anyone can check that their data are the same. The PDF is signed with a P-256 key
// (PAdES), the OFD is sealed with an SM2 key (GB/T 38540), and both show the image that
// is inside the electronic seal. Keys and seal are those of the copy's issuing authority.
package issue

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"image/png"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// Authorities holds the keys of the issuing authorities (发证机关) by their codes (GB 32100).
type Authorities map[string]Keys

// Keys holds the keys that sign an issuing authority's documents, and its electronic seal.
type Keys struct {
	PDF  keys.Signer // P-256, with its certificates
	Seal keys.Signer // SM2, with a certificate that the electronic seal names
	ESL  []byte      // the electronic seal, DER (GB/T 38540); its image is a PNG

	Timestamper Timestamper // nil for signatures without timestamps

	// SealTimestamp returns the timestamp of a seal's signature, from an authority that uses SM2;
	// nil for that of Timestamper.
	SealTimestamp ses.TimestampFunc
}

// ErrKeys reports keys that cannot sign documents. New returns it, so the function
// fails when it starts and not at the first request.
var ErrKeys = errors.New("issue: these keys cannot sign documents")

// Input is the content of one copy's files.
type Input struct {
	Scheme         scheme.Scheme
	Copy           endorsement.Copy
	Photo          *displaylist.Picture // nil if the scheme requires none
	SignatureImage *displaylist.Picture // of the holder's handwriting; may be nil
	At             time.Time            // time of signing
}

// Documents are the files of one copy.
type Documents struct {
	PDF, OFD []byte
	Digest   string // SHA-256, in hex, of the canonical JSON that both documents carry
}

// Issuer makes documents. It prepares the fonts, the seal images and the unchanging parts
// of each kind of certificate once. It is safe for concurrent use.
type Issuer struct {
	layout      *layout.Layout
	pdf         *pdf.Writer
	ofd         *ofd.Writer
	authorities map[string]*authority // by code

	compressor deflate.Compressor
}

// authority is an issuing authority's keys with what is read from them once.
type authority struct {
	Keys
	pdfKey        *cms.Signatory
	sealKey       *ses.Signatory
	signer        string // subject's common name in the PDF signer's certificate
	signatureSize int    // bytes reserved for the PDF's signature
	sealImage     *displaylist.Picture
	sealID        string
}

// New returns an Issuer that draws with fonts and signs each copy with the keys of its
// issuing authority. The error wraps ErrKeys if there are none, or if they cannot sign.
func New(fonts *font.Set, a Authorities) (*Issuer, error) {
	if len(a) == 0 {
		return nil, fmt.Errorf("%w: there are none", ErrKeys)
	}
	m := &Issuer{
		layout: layout.New(fonts), pdf: pdf.NewWriter(fonts), ofd: ofd.NewWriter(fonts),
		authorities: map[string]*authority{},
	}
	for code, k := range a {
		ready, err := newAuthority(k)
		if err != nil {
			return nil, fmt.Errorf("issuing authority %s: %w", code, err)
		}
		m.authorities[code] = ready
	}
	return m, nil
}

// KeySetOf returns with what the copies of the issuing authority with a code are sealed; ok is false
// if there are no keys of it.
func (m *Issuer) KeySetOf(code string) (k sealhistory.KeySet, ok bool) {
	a := m.authorities[code]
	if a == nil {
		return k, false
	}
	return sealhistory.KeySet{
		Issuer: code, Seal: a.sealID,
		PDF: sealhistory.Fingerprint(a.PDF.Chain()[0]), OFD: sealhistory.Fingerprint(a.Seal.Chain()[0]),
	}, true
}

// Check returns an error that wraps ErrKeys if the keys cannot sign.
func (k Keys) Check() error {
	_, err := newAuthority(k)
	return err
}

func newAuthority(k Keys) (*authority, error) {
	signer, err := signerName(k.PDF)
	if err != nil {
		return nil, err
	}
	sealID, sealImage, err := readSeal(k)
	if err != nil {
		return nil, err
	}
	pdfKey, err := cms.NewSignatory(k.PDF)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	sealKey, err := ses.NewSignatory(k.Seal, k.ESL)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	size, err := pdfKey.SignatureSize(0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	return &authority{Keys: k, pdfKey: pdfKey, sealKey: sealKey, signer: signer, signatureSize: size, sealImage: sealImage, sealID: sealID}, nil
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

// readSeal returns the number of the seal and the image inside it. The seal must list the
// certificate of the key that it is used with.
func readSeal(k Keys) (id string, image *displaylist.Picture, err error) {
	if k.Seal == nil || !keys.IsSM2(k.Seal.PublicKey()) || len(k.Seal.Chain()) == 0 {
		return "", nil, fmt.Errorf("%w: the seal needs an SM2 key with a certificate", ErrKeys)
	}
	seal, err := ses.ParseSeal(k.ESL)
	if err != nil {
		return "", nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	certificate := k.Seal.Chain()[0]
	if len(seal.Signers) > 0 && !slices.ContainsFunc(seal.Signers, func(c []byte) bool { return bytes.Equal(c, certificate) }) {
		return "", nil, fmt.Errorf("%w: the seal does not name this key", ErrKeys)
	}
	size, err := png.DecodeConfig(bytes.NewReader(seal.Picture.Data))
	if err != nil {
		return "", nil, fmt.Errorf("%w: the seal's image: %w", ErrKeys, err)
	}
	return seal.ID, &displaylist.Picture{MIME: "image/png", Data: seal.Picture.Data, Width: size.Width, Height: size.Height}, nil
}

package main

import (
	"context"
	_ "embed"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/photo"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// The names of the keys and the seal in their folder.
const (
	pdfKey   = "pdf"
	sealKey  = "seal"
	sealFile = "seal.esl"
)

// stamp is the picture in the local authority's seal, as local/testkeys/sealimage
// draws it.
//
//go:embed stamp.png
var sealImage []byte

// writeKeys has the test authority issue what the documents are signed with.
func writeKeys(ctx context.Context, folder string) error {
	ca, err := testca.New(time.Now())
	if err != nil {
		return err
	}
	seal, err := ca.NewSeal(ctx, sealImage)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		sealFile:               seal,
		pdfKey + ".key.pem":    ca.PDF.KeyPEM,
		pdfKey + ".chain.pem":  ca.PDF.ChainPEM,
		sealKey + ".key.pem":   ca.Seal.KeyPEM,
		sealKey + ".chain.pem": ca.Seal.ChainPEM,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// documentIssuer makes documents as the service does.
type documentIssuer struct {
	issuer     *issue.Issuer
	keys       issue.Keys
	scheme     scheme.Scheme
	photos     []*displaylist.Picture
	photoBytes int // bytes of a photo as it was reported, in the mean
	signatures []*displaylist.Picture
}

// newDocumentIssuer is what a process of the service does when it starts: it loads the
// font, the schemes and the keys.
func newDocumentIssuer(folder string) (*documentIssuer, error) {
	fonts, err := font.Load()
	if err != nil {
		return nil, err
	}
	schemes, err := scheme.Load()
	if err != nil {
		return nil, err
	}
	p := &documentIssuer{}
	p.scheme, _ = schemes.ByID("constructor-1")
	if p.keys.PDF, err = keys.Open("file://"+folder, pdfKey); err != nil {
		return nil, err
	}
	if p.keys.Seal, err = keys.Open("file://"+folder, sealKey); err != nil {
		return nil, err
	}
	if p.keys.ESL, err = os.ReadFile(filepath.Join(folder, sealFile)); err != nil {
		return nil, err
	}
	p.issuer, err = issue.New(fonts, p.keys)
	return p, err
}

// addPictures makes photos and signatures for the holders to share, the photos
// as the service keeps what is reported.
func (p *documentIssuer) addPictures() error {
	for i := range 16 {
		given := portrait(i)
		p.photoBytes += len(given.Data) / 16
		var err error
		if given.Data, err = photo.Rebuild(given.Data); err != nil {
			return err
		}
		p.photos = append(p.photos, given)
		p.signatures = append(p.signatures, handwriting(i))
	}
	return nil
}

// input is what the i-th holder's documents are made of. Pictures are new
// values each time, as they are when they come out of a request.
func (p *documentIssuer) input(ctx context.Context, i int) (issue.Input, error) {
	c, err := holder(ctx, p.keys.PDF, i)
	if err != nil {
		return issue.Input{}, err
	}
	photo, hand := *p.photos[i%len(p.photos)], *p.signatures[i%len(p.signatures)]
	return issue.Input{Scheme: p.scheme, Copy: c, Photo: &photo, SignatureImage: &hand, At: timeOfMaking()}, nil
}

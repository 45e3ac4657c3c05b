package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg" // the photo
	_ "image/png"  // the other pictures
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/trials/bench/peers/inputs"
)

// documentIssuer has everything documents are made with.
type documentIssuer struct {
	issuer *issue.Issuer
	cases  []issue.Input // each certificate as the service has it when it begins
}

func newDocumentIssuer(dir string) (*documentIssuer, error) {
	fonts, err := font.Load()
	if err != nil {
		return nil, err
	}
	k, err := readKeys(dir)
	if err != nil {
		return nil, err
	}
	maker, err := issue.New(fonts, k)
	if err != nil {
		return nil, err
	}
	schemes, err := scheme.Load()
	if err != nil {
		return nil, err
	}
	p := &documentIssuer{issuer: maker}
	for i := range inputs.Count() {
		in, err := readCase(filepath.Join(dir, fmt.Sprintf(inputs.CaseFormat, i)), schemes)
		if err != nil {
			return nil, err
		}
		p.cases = append(p.cases, in)
	}
	return p, nil
}

func readKeys(dir string) (k issue.Keys, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return k, err
	}
	if k.PDF, err = keys.Open("file://"+dir, inputs.PDFKey); err != nil {
		return k, err
	}
	if k.Seal, err = keys.Open("file://"+dir, inputs.SealKey); err != nil {
		return k, err
	}
	k.ESL, err = os.ReadFile(filepath.Join(dir, inputs.SealFile))
	return k, err
}

func readCase(dir string, schemes scheme.Set) (in issue.Input, err error) {
	data, err := os.ReadFile(filepath.Join(dir, inputs.DataFile))
	if err != nil {
		return in, err
	}
	if err := json.Unmarshal(data, &in.Copy); err != nil {
		return in, fmt.Errorf("%s: %w", dir, err)
	}
	in.At = in.Copy.MadeAt
	var ok bool
	if in.Scheme, ok = schemes.ByID(in.Copy.Certificate.Scheme); !ok {
		return in, fmt.Errorf("%s: no scheme %q", dir, in.Copy.Certificate.Scheme)
	}
	if in.Photo, err = picture(filepath.Join(dir, inputs.PhotoFile)); err != nil {
		return in, err
	}
	in.SignatureImage, err = picture(filepath.Join(dir, inputs.SignatureFile))
	return in, err
}

func picture(path string) (*displaylist.Picture, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	size, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &displaylist.Picture{MIME: "image/" + kind, Data: data, Width: size.Width, Height: size.Height}, nil
}

func (p *documentIssuer) onlyPDF(ctx context.Context, i int) ([][]byte, error) {
	file, err := p.issuer.MakePDF(ctx, p.cases[i])
	return [][]byte{file}, err
}

func (p *documentIssuer) onlyOFD(ctx context.Context, i int) ([][]byte, error) {
	file, err := p.issuer.MakeOFD(ctx, p.cases[i])
	return [][]byte{file}, err
}

func (p *documentIssuer) pair(ctx context.Context, i int) ([][]byte, error) {
	first, second, err := p.issuer.MakePair(ctx, p.cases[i])
	return [][]byte{first, second}, err
}

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
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
	"github.com/jiazhu/jiazhu/trials/bench/peers/inputs"
)

// makeFunc makes the documents of one certificate.
type makeFunc func(ctx context.Context, in issue.Input) ([][]byte, error)

// makers are the ways to make documents, by their argument.
func makers(issuer *documents.Issuer) map[string]makeFunc {
	return map[string]makeFunc{
		"pdf": func(ctx context.Context, in issue.Input) ([][]byte, error) {
			file, err := issuer.MakePDF(ctx, in)
			return [][]byte{file}, err
		},
		"ofd": func(ctx context.Context, in issue.Input) ([][]byte, error) {
			file, err := issuer.MakeOFD(ctx, in)
			return [][]byte{file}, err
		},
		"pair": func(ctx context.Context, in issue.Input) ([][]byte, error) {
			pdf, ofd, err := issuer.MakePair(ctx, in)
			return [][]byte{pdf, ofd}, err
		},
	}
}

// readCases reads each certificate as the service has it when it begins.
func readCases(dir string, issuer *documents.Issuer) (all []issue.Input, err error) {
	for i := range inputs.Count() {
		in, err := readCase(filepath.Join(dir, fmt.Sprintf(inputs.CaseFormat, i)))
		if err != nil {
			return nil, err
		}
		var ok bool
		if in.Scheme, ok = issuer.Schemes.ByID(in.Copy.Certificate.Scheme); !ok {
			return nil, fmt.Errorf("certificate %d: no scheme %q", i, in.Copy.Certificate.Scheme)
		}
		all = append(all, in)
	}
	return all, nil
}

func readCase(dir string) (in issue.Input, err error) {
	data, err := os.ReadFile(filepath.Join(dir, inputs.DataFile))
	if err != nil {
		return in, err
	}
	if err := json.Unmarshal(data, &in.Copy); err != nil {
		return in, fmt.Errorf("%s: %w", dir, err)
	}
	in.At = in.Copy.MadeAt
	if in.Photo, err = readPicture(filepath.Join(dir, inputs.PhotoFile)); err != nil {
		return in, err
	}
	in.SignatureImage, err = readPicture(filepath.Join(dir, inputs.SignatureFile))
	return in, err
}

func readPicture(path string) (*displaylist.Picture, error) {
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

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

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
	"github.com/jiazhu/jiazhu/trials/bench/peers/inputs"
)

// makeFunc makes the documents of one certificate. It stops at an error (package must).
type makeFunc func(ctx context.Context, in issue.Input) [][]byte

// makers are the ways to make documents, by their argument.
func makers(issuer *documents.Issuer) map[string]makeFunc {
	return map[string]makeFunc{
		"pdf": func(ctx context.Context, in issue.Input) [][]byte { return [][]byte{must.Get(issuer.MakePDF(ctx, in))} },
		"ofd": func(ctx context.Context, in issue.Input) [][]byte { return [][]byte{must.Get(issuer.MakeOFD(ctx, in))} },
		"pair": func(ctx context.Context, in issue.Input) [][]byte {
			pdf, ofd := must.Get2(issuer.MakePair(ctx, in))
			return [][]byte{pdf, ofd}
		},
	}
}

// readCases reads each certificate as the service has it when it begins.
func readCases(dir string, issuer *documents.Issuer) (all []issue.Input) {
	for i := range inputs.Count() {
		at := filepath.Join(dir, fmt.Sprintf(inputs.CaseFormat, i))
		in := issue.Input{Photo: readPicture(filepath.Join(at, inputs.PhotoFile)), SignatureImage: readPicture(filepath.Join(at, inputs.SignatureFile))}
		must.Do(json.Unmarshal(must.Get(os.ReadFile(filepath.Join(at, inputs.DataFile))), &in.Copy))
		in.At = in.Copy.MadeAt
		var ok bool
		if in.Scheme, ok = issuer.Schemes.ByID(in.Copy.Certificate.Scheme); !ok {
			must.Do(fmt.Errorf("certificate %d: no scheme %q", i, in.Copy.Certificate.Scheme))
		}
		all = append(all, in)
	}
	return all
}

func readPicture(path string) *displaylist.Picture {
	data := must.Get(os.ReadFile(path))
	size, kind := must.Get2(image.DecodeConfig(bytes.NewReader(data)))
	return &displaylist.Picture{MIME: "image/" + kind, Data: data, Width: size.Width, Height: size.Height}
}

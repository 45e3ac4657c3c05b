// Package fileset makes files as somebody who opens bids receives them: good copies, bad ones of twenty kinds, and
// scans, merged documents and printed ones. A service on this machine has registered what is registered of them.
package fileset

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// Size is how many files of each part there are. A pair is a PDF and an OFD.
type Size struct {
	Good    int // pairs
	Bad     int // pairs of each kind
	Scans   int
	Merged  int
	Printed int
}

// FullSize is the whole set: 120 good files and 80 bad ones, which are signed, and 22 beside them that are not.
func FullSize() Size { return Size{Good: 60, Bad: 2, Scans: 12, Merged: 6, Printed: 4} }

// SmallSize has every kind once.
func SmallSize() Size { return Size{Good: 5, Bad: 1, Scans: 5, Merged: 2, Printed: 1} }

// File is a file with what has to be said of it, for the day on which it was made.
type File struct {
	Path    string          `json:"path"` // good/01.pdf
	Kind    string          `json:"kind"`
	Verdict verdict.Overall `json:"verdict"`
	Check   verdict.Check   `json:"check,omitempty"`  // the row that decides, where one does
	Reason  verdict.Reason  `json:"reason,omitempty"` // its reason
	Codes   int             `json:"codes"`            // in it, where it is no copy itself
	Data    []byte          `json:"-"`
}

// Question is asked of every file.
func (m *Maker) Question() verdict.Question {
	return verdict.Question{AsOf: m.Today, Specialty: specialty, Purpose: purpose}
}

const (
	specialty = "建筑工程"
	purpose   = "投标"
)

// Maker makes a set.
type Maker struct {
	*testservice.Service
	ca    *testca.Authority
	size  Size
	next  int // number of the next holder
	files []File
	pdfs  [][]byte // of the good copies
}

// Start starts a service of its own. Stop ends it and removes its data.
func Start(ctx context.Context) (*Maker, error) {
	data, err := os.MkdirTemp("", "jiazhu-desk-")
	if err != nil {
		return nil, err
	}
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	_, ca, err := testkeys.New(filepath.Join(data, "keys"), fmt.Sprintf("http://127.0.0.1:%d", port), must.Get(scheme.Load()))
	if err != nil {
		return nil, err
	}
	s, err := testservice.Start(ctx, stack.Options{
		Data: data, Port: port, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
	})
	if err != nil {
		return nil, err
	}
	s.AddCleanup(func() { _ = os.RemoveAll(data) })
	return &Maker{Service: s, ca: ca}, nil
}

// Make makes the files.
func (m *Maker) Make(ctx context.Context, size Size) (files []File, err error) {
	defer must.Catch(&err)
	m.size, m.files, m.pdfs = size, nil, nil
	m.makeGood(ctx)
	m.makeBad(ctx)
	m.makeUnsigned(ctx)
	return m.files, nil
}

func (m *Maker) add(f File) { m.files = append(m.files, f) }

// addPair adds both files of a copy.
func (m *Maker) addPair(directory string, n int, pair forgery.Copy, f File) {
	for ending, data := range map[string][]byte{"pdf": pair.PDF, "ofd": pair.OFD} {
		f.Path, f.Data = fmt.Sprintf("%s-%02d.%s", directory, n, ending), data
		m.add(f)
	}
}

// Write writes the files, with what has to be said of them in expected.json.
func (m *Maker) Write(directory string, files []File) (err error) {
	defer must.Catch(&err)
	must.Do(os.RemoveAll(directory))
	for _, f := range files {
		at := filepath.Join(directory, "files", filepath.FromSlash(f.Path))
		must.Do(os.MkdirAll(filepath.Dir(at), 0o755))
		must.Do(os.WriteFile(at, f.Data, 0o644))
	}
	expected := must.Get(json.MarshalIndent(map[string]any{
		"question": map[string]string{"asOf": m.Today.String(), "specialty": specialty, "purpose": purpose}, "files": files,
	}, "", "  "))
	return os.WriteFile(filepath.Join(directory, "expected.json"), append(expected, '\n'), 0o644)
}

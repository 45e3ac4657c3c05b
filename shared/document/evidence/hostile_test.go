package evidence_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// The memory that examining a file may allocate: for each byte the entries of lists
// and trees, and in addition the bound on unpacked parts.
const (
	filePerByte = 40
	fileBeside  = 20 << 20
)

// try examines a hostile file and checks the reason, if one is given.
func try(t *testing.T, trust evidence.Trust, f hostile.File, kind verdict.Kind, why verdict.Reason) {
	t.Helper()
	hostile.Try(t, f, filePerByte, fileBeside, func(t *testing.T, data []byte) string {
		got := evidence.Examine(data, trust)
		if why == "" {
			why = got.Integrity.Reason
		}
		checkRefused(t, got, kind, why)
		return string(got.Integrity.Reason)
	})
}

func TestHostilePackages(t *testing.T) {
	d := newFixture(t)
	files, err := hostile.Packages(d.made.OFD)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		try(t, d.trust, f, verdict.OFD, "")
	}
}

func TestHostilePDFs(t *testing.T) {
	d := newFixture(t)
	files, err := hostile.PDFs(d.made.PDF)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		try(t, d.trust, f, verdict.PDF, "")
	}
}

// A file signed by an unknown key is examined as far as the copy inside.
func TestHostileCopies(t *testing.T) {
	d := newFixture(t)
	for _, f := range hostile.Objects(900_000) {
		f.Data = d.signPDF(t, f.Data)
		try(t, d.trust, f, verdict.PDF, "")
	}
}

// The structures of a signature are read before trust is decided.
func TestHostileStructures(t *testing.T) {
	const perByte, beside = 32, 64 << 10
	readers := map[string]func(der []byte) error{
		"CMS":        func(der []byte) error { _, err := cms.Verify(der, make([]byte, 32)); return err },
		"seal":       func(der []byte) error { _, err := ses.ParseSeal(der); return err },
		"signature":  func(der []byte) error { _, err := ses.Parse(der); return err },
		"time stamp": func(der []byte) error { _, err := tsp.Parse(der); return err },
	}
	for _, name := range slices.Sorted(maps.Keys(readers)) {
		for _, f := range hostile.DER(60_000) {
			hostile.Try(t, hostile.File{Name: name + ": " + f.Name, Data: f.Data}, perByte, beside, func(t *testing.T, data []byte) string {
				err := readers[name](data)
				if err == nil {
					return ""
				}
				return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "ses: "), "tsp: ")
			})
		}
	}
}

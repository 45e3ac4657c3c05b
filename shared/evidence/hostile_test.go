package evidence_test

import (
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// What examining a file may allocate: for each byte the entries of lists and trees,
// and beside that what its parts may unpack to.
const (
	filePerByte = 40
	fileBeside  = 20 << 20
)

// try examines a hostile file, and demands the reason where one is given.
func try(t *testing.T, trust evidence.Trust, f hostile.File, kind verdict.Kind, why verdict.Reason) {
	t.Helper()
	hostile.Try(t, f, filePerByte, fileBeside, func(t *testing.T, data []byte) string {
		got := evidence.Examine(data, trust)
		if why == "" {
			why = got.Integrity.Reason
		}
		refused(t, got, kind, why)
		return string(got.Integrity.Reason)
	})
}

func TestHostilePackages(t *testing.T) {
	d := newDesk(t)
	files, err := hostile.Packages(d.made.OFD)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		try(t, d.trust, f, verdict.OFD, "")
	}
}

func TestHostilePDFs(t *testing.T) {
	d := newDesk(t)
	files, err := hostile.PDFs(d.made.PDF)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		try(t, d.trust, f, verdict.PDF, "")
	}
}

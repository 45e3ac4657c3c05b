package fileset

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// programs are those that scan, merge and print, with the Debian packages that have them.
var programs = []struct{ name, of string }{{"pdftoppm", "poppler-utils"}, {"pdfunite", "poppler-utils"}, {"pdftocairo", "poppler-utils"}, {"qpdf", "qpdf"}}

// makeUnsigned makes what bidders send instead of a copy's files: scans, several copies merged to one PDF, and PDFs
// that were printed again. None has a signature over what it shows, and all show codes of good copies.
func (m *Maker) makeUnsigned(ctx context.Context) {
	if m.size.Scans+m.size.Merged+m.size.Printed == 0 {
		return
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p.name); err != nil {
			must.Do(fmt.Errorf("%w: install %s", err, p.of))
		}
	}
	directory := must.Get(os.MkdirTemp(m.Data, "desk-"))
	defer os.RemoveAll(directory)
	w := workshop{ctx, directory}
	for i, data := range m.pdfs {
		must.Do(os.WriteFile(w.copyPath(i), data, 0o600))
	}
	m.scanCopies(w)
	for n := range m.size.Merged {
		m.addUnsigned("merged", n, "pdf", copiesMerged, w.mergeCopies(n, len(m.pdfs)))
	}
	for n := range m.size.Printed {
		m.addUnsigned("printed", n, "pdf", 1, w.run("out.pdf", "pdftocairo", "-pdf", w.copyPath(n%len(m.pdfs)), "out.pdf"))
	}
}

// copiesMerged is how many copies are merged to one document.
const copiesMerged = 5

func (m *Maker) addUnsigned(kind string, n int, ending string, codes int, data []byte) {
	m.add(File{
		Path: fmt.Sprintf("%s/%s-%02d.%s", kind, kind, n+1, ending), Kind: kind, Verdict: verdict.Unknown,
		Check: verdict.Integrity, Reason: verdict.NotOriginal, Codes: codes, Data: data,
	})
}

// workshop is a directory where programs of others run.
type workshop struct {
	ctx       context.Context
	directory string
}

func (w workshop) copyPath(i int) string {
	return filepath.Join(w.directory, fmt.Sprintf("copy%02d.pdf", i))
}

// run runs a program and returns the file that it writes.
func (w workshop) run(output, program string, arguments ...string) []byte {
	cmd := exec.CommandContext(w.ctx, program, arguments...)
	cmd.Dir = w.directory
	if said, err := cmd.CombinedOutput(); err != nil {
		must.Do(fmt.Errorf("%s: %w: %s", program, err, said))
	}
	return must.Get(os.ReadFile(filepath.Join(w.directory, output)))
}

// mergeCopies merges copies by two programs in turn.
func (w workshop) mergeCopies(n, copies int) []byte {
	var paths []string
	for i := range copiesMerged {
		paths = append(paths, w.copyPath((n*copiesMerged+i)%copies))
	}
	if n%2 == 0 {
		return w.run("out.pdf", "pdfunite", append(paths, "out.pdf")...)
	}
	return w.run("out.pdf", "qpdf", slices.Concat([]string{"--empty", "--pages"}, paths, []string{"--", "out.pdf"})...)
}

// scanResolution is that of an office's scanner, in dots for each inch.
const scanResolution = 150

// scanCopies scans copies as JPEG and PNG and as PDFs of one or three pictures, each a little askew.
func (m *Maker) scanCopies(w workshop) {
	const pagesOfPDF = 3
	next := 0
	scan := func() image.Image {
		data := w.run("page.png", "pdftoppm", "-r", strconv.Itoa(scanResolution), "-png", "-singlefile", w.copyPath(next%len(m.pdfs)), "page")
		next++
		page := must.Get(png.Decode(bytes.NewReader(data)))
		return tilt(page, []float64{0.6, -1.4, 2.2, -3, 0}[next%5])
	}
	for n := range m.size.Scans {
		switch n % 5 {
		case 0, 1:
			m.addUnsigned("scan", n, "jpg", 1, encodeJPEG(scan(), 75-20*(n%2)))
		case 2:
			var out bytes.Buffer
			must.Do(png.Encode(&out, scan()))
			m.addUnsigned("scan", n, "png", 1, out.Bytes())
		case 3:
			m.addUnsigned("scan", n, "pdf", 1, pdfOf(scan()))
		case 4:
			var pages []image.Image
			for range pagesOfPDF {
				pages = append(pages, scan())
			}
			m.addUnsigned("scan", n, "pdf", pagesOfPDF, pdfOf(pages...))
		}
	}
}

func encodeJPEG(m image.Image, quality int) []byte {
	var out bytes.Buffer
	must.Do(jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}))
	return out.Bytes()
}

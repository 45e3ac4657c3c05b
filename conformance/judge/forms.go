package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
)

// verapdf checks both standards in one process.
func (j *judge) verapdf(ctx context.Context) []outcome {
	files := j.filesFor(manifest.PDFA, "pdf") // the controls of each standard are checked against both
	out := lines(ctx, "java", append(j.java("verapdf", "3a,ua1"), files...)...)
	said := map[string]string{} // by flavour and file: the first rule broken
	at := ""
	for _, line := range out {
		if file, ok := strings.CutPrefix(line, "PASS "); ok {
			said[file] = ""
		} else if file, ok := strings.CutPrefix(line, "FAIL "); ok {
			at, said[file] = file, "fails"
		} else if said[at] == "fails" {
			said[at] = strings.TrimSpace(line)
		}
	}
	var all []outcome
	for flavour, tool := range map[string]manifest.Tool{"3a ": manifest.PDFA, "ua1 ": manifest.PDFUA} {
		for _, file := range files {
			why, ok := said[flavour+file]
			if !ok {
				must.Do(fmt.Errorf("veraPDF says nothing on %s", file))
			}
			if c := j.control(file); c == nil || c.Refuses(tool) {
				all = append(all, j.outcomeOf(tool, form, file, why))
			}
		}
	}
	return all
}

func (j *judge) qpdf(ctx context.Context) []outcome {
	return j.judgeEach(ctx, manifest.QPDF, form, "pdf", func(ctx context.Context, file string) string {
		said := output(ctx, "qpdf", "--check", file)
		if strings.Contains(said, "No syntax or stream encoding errors found") && !strings.Contains(said, "WARNING") {
			return ""
		}
		return oneLine(said)
	})
}

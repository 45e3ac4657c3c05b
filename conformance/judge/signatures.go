package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
)

// table runs a program that prints one line for each file, with tab-separated fields,
// the file first, and returns the fields by file.
func table(ctx context.Context, files []string, fields int, program string, args ...string) map[string][]string {
	rows := map[string][]string{}
	for _, line := range lines(ctx, program, append(args, files...)...) {
		if row := strings.Split(line, "\t"); len(row) == fields {
			rows[row[0]] = row[1:]
		}
	}
	for _, file := range files {
		if rows[file] == nil {
			must.Do(fmt.Errorf("%s says nothing on %s", args[0], file))
		}
	}
	return rows
}

// noRevocationMessages returns the two messages of DSS for missing revocation data.
func noRevocationMessages() []string {
	return []string{"The certificate validation is not conclusive!", "No revocation data found for the certificate!"}
}

// dss checks with DSS that nothing but revocation data is missing, and that without
// the revocation check the result is TOTAL_PASSED, over the whole file. DSS takes
// revocation data only from a revision added after the signature, which these files
// must not have.
func (j *judge) dss(ctx context.Context) []outcome {
	files := j.filesFor(manifest.DSS, "pdf")
	rows := table(ctx, files, 6, "java", j.java("dss", "validate", filepath.Join(j.directory, manifest.Root))...)
	var all []outcome
	for _, file := range files {
		row := rows[file]
		all = append(all, j.outcomeOf(manifest.DSS, signature, file, dssProblem(row)))
		if j.control(file) == nil {
			all = append(all, j.outcomeOf(manifest.DSS, level, file, describeMismatch(row[0], "PAdES-BASELINE-"+j.specimen(file).Level)))
		}
	}
	return all
}

func dssProblem(row []string) string {
	lenient, extent, wrong := row[2], row[3], row[4]
	strange := func(e string) bool { return e != "" && !slices.Contains(noRevocationMessages(), e) }
	if extent == "whole" && lenient == "TOTAL_PASSED" && !slices.ContainsFunc(strings.Split(wrong, "; "), strange) {
		return ""
	}
	return strings.Join(row, ", ")
}

func describeMismatch(got, wanted string) string {
	if got == wanted {
		return ""
	}
	return fmt.Sprintf("it is %s, not %s", got, wanted)
}

func (j *judge) pyhanko(ctx context.Context) []outcome {
	files := j.filesFor(manifest.PyHanko, "pdf")
	rows := table(ctx, files, 4, j.python, filepath.Join(j.harnesses, "pyhanko", "judge.py"), filepath.Join(j.directory, manifest.Root))
	var all []outcome
	for _, file := range files {
		row, problem := rows[file], ""
		if row[0] != "pass" {
			problem = row[2]
		}
		all = append(all, j.outcomeOf(manifest.PyHanko, signature, file, problem))
		if s := j.specimen(file); j.control(file) == nil {
			wanted := s.Level
			if s.LongTerm {
				wanted = "LT"
			}
			all = append(all, j.outcomeOf(manifest.PyHanko, level, file, describeMismatch(row[1], wanted)))
		}
	}
	return all
}

// itext asks for what pyHanko is asked, but not for the level.
func (j *judge) itext(ctx context.Context) (all []outcome) {
	files := j.filesFor(manifest.IText, "pdf")
	rows := table(ctx, files, 3, "java", j.java("itext", filepath.Join(j.directory, manifest.Root))...)
	for _, file := range files {
		problem := rows[file][1]
		if rows[file][0] == "pass" {
			problem = ""
		}
		all = append(all, j.outcomeOf(manifest.IText, signature, file, problem))
	}
	return all
}

// pdfcpu verifies with the given authorities. It calls no signature valid without revocation
// data from the network, so that has to be its only doubt.
func (j *judge) pdfcpu(ctx context.Context) []outcome {
	settings := must.Get(os.MkdirTemp(j.scratch, "pdfcpu-"))
	said := output(ctx, j.pdfcpuProgram, "certificates", "import", "--conf", settings, filepath.Join(j.directory, manifest.Root))
	if !strings.Contains(said, "imported") {
		must.Do(errors.New("pdfcpu took no authorities: " + said))
	}
	return j.judgeEach(ctx, manifest.PDFCPU, signature, "pdf", func(ctx context.Context, file string) string {
		said := output(ctx, j.pdfcpuProgram, "signatures", "validate", "--conf", settings, "--offline", "--all", "--full", file)
		return signatureProblem(said, "Type: ", "Status: validity of the signature is unknown", "Reason: signer's certificate revocation status is unknown",
			"certified, visible, signed", "no changes allowed")
	})
}

// pdfsig exits with 0 whatever it finds, so its output decides.
func (j *judge) pdfsig(ctx context.Context) []outcome {
	return j.judgeEach(ctx, manifest.Pdfsig, signature, "pdf", func(ctx context.Context, file string) string {
		said := output(ctx, "pdfsig", "-nocert", file)
		return signatureProblem(said, "Signature #", "Signature Validation: Signature is Valid.", "Total document signed")
	})
}

// mutool verifies without trust anchors and exits with 0 whatever it finds, so its
// output decides.
func (j *judge) mutool(ctx context.Context) []outcome {
	if !mutoolIsInstalled() {
		return nil
	}
	return j.judgeEach(ctx, manifest.MuTool, signature, "pdf", func(ctx context.Context, file string) string {
		said := output(ctx, "mutool", "sign", "-v", file)
		return signatureProblem(said, "Verifying signature", "The document is unchanged since signing.")
	})
}

func mutoolIsInstalled() bool {
	_, err := exec.LookPath("mutool")
	return err == nil
}

// signatureProblem returns "" if the output reports one signature, which means mark
// exactly once, and contains every wanted text; otherwise it returns the output.
func signatureProblem(said, mark string, wanted ...string) string {
	one := strings.Count(said, mark) == 1
	for _, w := range wanted {
		one = one && strings.Count(said, w) == 1
	}
	if one && !problemOutput.MatchString(said) {
		return ""
	}
	return oneLine(said)
}

// oneLine returns a program's output as one line, never "".
func oneLine(said string) string {
	return cmp.Or(strings.Join(strings.Fields(said), " "), "it says nothing")
}

var problemOutput = regexp.MustCompile(`(?i)digest (error|mismatch)|not total|syntax error|edits since`)

// ofdrw checks digests and signatures without trust anchors.
func (j *judge) ofdrw(ctx context.Context) []outcome {
	files := j.filesFor(manifest.Ofdrw, "ofd")
	out := lines(ctx, "java", append(j.java("ofdrw", "validate"), files...)...)
	said := map[string]string{}
	for _, line := range out {
		if file, ok := strings.CutPrefix(line, "VALID "); ok {
			said[file] = ""
		} else if file, why, ok := strings.Cut(strings.TrimPrefix(line, "INVALID "), ": "); ok {
			said[file] = why
		}
	}
	var all []outcome
	for _, file := range files {
		why, ok := said[file]
		if !ok {
			must.Do(fmt.Errorf("ofdrw says nothing on %s", file))
		}
		all = append(all, j.outcomeOf(manifest.Ofdrw, signature, file, why))
	}
	return all
}

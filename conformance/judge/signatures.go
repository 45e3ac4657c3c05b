package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/conformance/manifest"
)

// table runs a program that prints a line for each file, tabs between its
// fields, the file first, and returns the fields by file.
func table(ctx context.Context, files []string, fields int, program string, args ...string) (map[string][]string, error) {
	out, err := lines(ctx, program, append(args, files...)...)
	if err != nil {
		return nil, err
	}
	rows := map[string][]string{}
	for _, line := range out {
		if row := strings.Split(line, "\t"); len(row) == fields {
			rows[row[0]] = row[1:]
		}
	}
	for _, file := range files {
		if rows[file] == nil {
			return nil, fmt.Errorf("%s says nothing on %s", args[0], file)
		}
	}
	return rows, nil
}

// unrevoked are the two ways DSS says that a file has no revocation data,
// which only long-term signatures carry.
func unrevoked() []string {
	return []string{"The certificate validation is not conclusive!", "No revocation data found for the certificate!"}
}

// dss: the standard policy's answer is TOTAL_PASSED for long-term signatures;
// for others nothing but revocation data may be missing, and without that
// question it is TOTAL_PASSED. In both cases over the whole file.
func (j *judge) dss(ctx context.Context) ([]outcome, error) {
	files := j.shown(manifest.DSS, "pdf")
	rows, err := table(ctx, files, 6, "java", j.java("dss", "validate", filepath.Join(j.folder, manifest.Root))...)
	if err != nil {
		return nil, err
	}
	var all []outcome
	for _, file := range files {
		row, wanted := rows[file], j.specimen(file).Level
		all = append(all, j.judged(manifest.DSS, signature, file, wrongByDSS(row, wanted)))
		if j.control(file) == nil {
			problem := ""
			if row[0] != "PAdES-BASELINE-"+wanted {
				problem = "it says " + row[0]
			}
			all = append(all, j.judged(manifest.DSS, level, file, problem))
		}
	}
	return all, nil
}

func wrongByDSS(row []string, wanted string) string {
	strict, lenient, extent, errors := row[1], row[2], row[3], row[4]
	missing := func(e string) bool { return e == "" || slices.Contains(unrevoked(), e) }
	switch {
	case extent != "whole", lenient != "TOTAL_PASSED":
	case wanted == "LT" && strict == "TOTAL_PASSED":
		return ""
	case wanted != "LT" && !slices.ContainsFunc(strings.Split(errors, "; "), func(e string) bool { return !missing(e) }):
		return ""
	}
	return strings.Join(row, ", ")
}

func (j *judge) pyhanko(ctx context.Context) ([]outcome, error) {
	files := j.shown(manifest.PyHanko, "pdf")
	rows, err := table(ctx, files, 4, j.python, filepath.Join(j.harnesses, "pyhanko", "judge.py"), filepath.Join(j.folder, manifest.Root))
	if err != nil {
		return nil, err
	}
	var all []outcome
	for _, file := range files {
		row, problem := rows[file], ""
		if row[0] != "pass" {
			problem = row[2]
		}
		all = append(all, j.judged(manifest.PyHanko, signature, file, problem))
		if wanted := j.specimen(file).Level; j.control(file) == nil {
			problem = ""
			if row[1] != wanted {
				problem = fmt.Sprintf("it is %s, not %s", row[1], wanted)
			}
			all = append(all, j.judged(manifest.PyHanko, level, file, problem))
		}
	}
	return all, nil
}

// pdfsig ends well whatever it finds.
func (j *judge) pdfsig(ctx context.Context) ([]outcome, error) {
	return j.perFile(ctx, manifest.Pdfsig, signature, "pdf", func(ctx context.Context, file string) (string, error) {
		said, err := output(ctx, "pdfsig", "-nocert", file)
		return unlessSaid(said, "Signature #", "Signature Validation: Signature is Valid.", "Total document signed"), err
	})
}

// mutool verifies without trusting anyone, and ends well whatever it finds.
func (j *judge) mutool(ctx context.Context) ([]outcome, error) {
	if _, err := exec.LookPath("mutool"); err != nil {
		return nil, nil
	}
	return j.perFile(ctx, manifest.MuTool, signature, "pdf", func(ctx context.Context, file string) (string, error) {
		said, err := output(ctx, "mutool", "sign", "-v", file)
		return unlessSaid(said, "Verifying signature", "The document is unchanged since signing."), err
	})
}

// unlessSaid returns "" where a program speaks of one signature, which once
// with mark, and says all it has to say; else what it said.
func unlessSaid(said, mark string, wanted ...string) string {
	one := strings.Count(said, mark) == 1
	for _, w := range wanted {
		one = one && strings.Count(said, w) == 1
	}
	if one && !troubled.MatchString(said) {
		return ""
	}
	return strings.Join(strings.Fields(said), " ")
}

var troubled = regexp.MustCompile(`(?i)digest (error|mismatch)|not total|syntax error|edits since`)

// ofdrw checks digests and signatures, and knows no trust.
func (j *judge) ofdrw(ctx context.Context) ([]outcome, error) {
	files := j.shown(manifest.Ofdrw, "ofd")
	out, err := lines(ctx, "java", append(j.java("ofdrw", "validate"), files...)...)
	if err != nil {
		return nil, err
	}
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
			return nil, fmt.Errorf("ofdrw says nothing on %s", file)
		}
		all = append(all, j.judged(manifest.Ofdrw, signature, file, why))
	}
	return all, nil
}

package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/desk/fileset"
)

// validator is a program of others that verifies signatures, or the form of files. conformance/run builds them.
type validator struct {
	name     string
	ending   string // of the files that it takes
	trusting bool   // it has no list of whom to trust
	formOnly bool   // it does not verify signatures, so that it accepts what was altered
	run      func(ctx context.Context, files []string) (accepted map[string]bool, err error)
}

// validators are those that are built.
func (v validatorPlace) validators() (all []validator, missing []string) {
	dss, ofdrw, verapdf, python := v.jar("dss"), v.jar("ofdrw"), v.jar("verapdf"), filepath.Join(v.root, ".cache", "python", "pyhanko", "bin", "python")
	add := func(needed string, one validator) {
		if _, err := os.Stat(needed); err != nil {
			missing = append(missing, one.name)
			return
		}
		all = append(all, one)
	}
	add(dss, validator{name: "EU DSS", ending: "pdf", run: func(ctx context.Context, files []string) (map[string]bool, error) {
		// with tabs between: file, level, strict result, result without revocation, extent, errors
		return readLines(ctx, append([]string{"java", "-Djava.awt.headless=true", "-jar", dss, "validate", v.trust}, files...), func(line string) (string, bool) {
			row := strings.Split(line, "\t")
			return row[0], len(row) > 4 && row[3] == "TOTAL_PASSED" && row[4] == "whole"
		})
	}})
	add(python, validator{name: "pyHanko", ending: "pdf", run: func(ctx context.Context, files []string) (map[string]bool, error) {
		return readLines(ctx, append([]string{python, filepath.Join(v.root, "conformance", "pyhanko", "judge.py"), v.trust}, files...), func(line string) (string, bool) {
			row := strings.Split(line, "\t")
			return row[0], len(row) > 1 && row[1] == "pass"
		})
	}})
	add(ofdrw, validator{name: "ofdrw", ending: "ofd", trusting: true, run: func(ctx context.Context, files []string) (map[string]bool, error) {
		return readLines(ctx, append([]string{"java", "-Djava.awt.headless=true", "-jar", ofdrw, "validate"}, files...), func(line string) (string, bool) {
			file, valid := strings.CutPrefix(line, "VALID ")
			if !valid {
				file, _, _ = strings.Cut(strings.TrimPrefix(line, "INVALID "), ": ")
			}
			return file, valid
		})
	}})
	add(verapdf, validator{name: "veraPDF", ending: "pdf", formOnly: true, run: func(ctx context.Context, files []string) (map[string]bool, error) {
		return readLines(ctx, append([]string{"java", "-Djava.awt.headless=true", "-jar", verapdf, "3a"}, files...), func(line string) (string, bool) {
			file, conforms := strings.CutPrefix(line, "PASS 3a ")
			if !conforms {
				file = strings.TrimPrefix(line, "FAIL 3a ")
			}
			return file, conforms
		})
	}})
	return all, missing
}

// validatorPlace is where the validators are, and the authority whose signatures they trust.
type validatorPlace struct{ root, trust string }

func (v validatorPlace) jar(name string) string {
	return filepath.Join(v.root, "conformance", name, "target", name+"-harness.jar")
}

// readLines runs a program that prints a line for each file.
func readLines(ctx context.Context, command []string, read func(line string) (file string, accepted bool)) (map[string]bool, error) {
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		return nil, err
	}
	accepted := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		file, ok := read(strings.TrimSuffix(line, "\n"))
		accepted[file] = ok
	}
	return accepted, nil
}

// checkValidators compares the signed files' integrity with what validators of others say. What the service calls
// intact and signed by a trusted signer they have to accept. What they refuse, or the service calls altered, the other may
// not accept; beyond that the service is the stricter one, of what stands around and beside a signature.
func checkValidators(ctx context.Context, m *fileset.Maker, directory string, files []fileset.File, found []finding) (list []checks.Check) {
	place := validatorPlace{m.Root, filepath.Join(m.Data, "root.pem")}
	must.Do(os.WriteFile(place.trust, lastBlock(must.Get(os.ReadFile(filepath.Join(m.Paths.Office(testca.Ministry), "pdf.chain.pem")))), 0o600))
	all, missing := place.validators()
	for _, v := range all {
		list = append(list, checkValidator(ctx, v, directory, files, found))
	}
	if len(missing) > 0 {
		fmt.Printf("not built, so it did not judge (conformance/run builds it): %s\n", strings.Join(missing, ", "))
	}
	return list
}

func checkValidator(ctx context.Context, v validator, directory string, files []fileset.File, found []finding) checks.Check {
	var paths []string
	var judged []int
	for i, f := range files {
		if signed := f.Reason != verdict.NotOriginal; signed && strings.HasSuffix(f.Path, "."+v.ending) {
			paths, judged = append(paths, filepath.Join(directory, filepath.FromSlash(f.Path))), append(judged, i)
		}
	}
	agrees := "agrees on the integrity of"
	if v.formOnly {
		agrees = "finds the form right in what is intact of"
	}
	c := checks.Check{Name: fmt.Sprintf("%s %s %d signed files", v.name, agrees, len(paths)), OK: true}
	accepted, err := v.run(ctx, paths)
	if err != nil {
		return checks.Check{Name: c.Name, Got: err.Error()}
	}
	for n, i := range judged {
		said, known := accepted[paths[n]]
		intact := strings.Contains(found[i].row(verdict.Integrity), " pass ")
		trusted := v.trusting || strings.Contains(found[i].row(verdict.Issuer), " pass ")
		altered := !v.formOnly && strings.HasSuffix(found[i].row(verdict.Integrity), " "+string(verdict.Altered))
		if !known || intact && trusted && !said || altered && said {
			c.OK, c.Got = false, c.Got+fmt.Sprintf("%s: accepted %v, but the API: %s\n      ", files[i].Path, said, found[i].rows())
		}
	}
	return c
}

// lastBlock is the last certificate of a chain: its root.
func lastBlock(chain []byte) []byte {
	var all [][]byte
	for block, rest := pem.Decode(chain); block != nil; block, rest = pem.Decode(rest) {
		all = append(all, pem.EncodeToMemory(block))
	}
	return slices.Clone(bytes.Join(all[len(all)-1:], nil))
}

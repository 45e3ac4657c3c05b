package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/desk/fileset"
)

// finding is what a verifier says of a file.
type finding struct {
	Verdict verdict.Overall `json:"verdict"`
	Checks  []checkRow      `json:"checks"`
	Scan    *foundCodes     `json:"scan"`
}

type checkRow struct {
	Check  verdict.Check  `json:"check"`
	Result verdict.Result `json:"result"`
	Reason verdict.Reason `json:"reason"`
}

type foundCodes struct {
	Codes []foundCode `json:"codes"`
}

type foundCode struct {
	Page    int     `json:"page"`
	Verdict finding `json:"verdict"`
}

// codes are those found in the file, each by its page and the rows of its verdict.
func (f finding) codes() (all []string) {
	if f.Scan == nil {
		return nil
	}
	for _, c := range f.Scan.Codes {
		all = append(all, fmt.Sprintf("page %d %s", c.Page, c.Verdict.rows()))
	}
	return all
}

// row is one row of the finding, or "".
func (f finding) row(check verdict.Check) string {
	for _, r := range f.Checks {
		if r.Check == check {
			return fmt.Sprintf("%s %s %s", r.Check, r.Result, r.Reason)
		}
	}
	return ""
}

// rows are those that decide, in one line. What a verifier itself says of its sources is not compared.
func (f finding) rows() string {
	var all []string
	for _, r := range f.Checks {
		if r.Check != verdict.Freshness && r.Check != verdict.Paper {
			all = append(all, f.row(r.Check))
		}
	}
	return string(f.Verdict) + ": " + strings.Join(all, ", ")
}

// rowsOfAll are the rows of the file and of every code in it.
func (f finding) rowsOfAll() string {
	return strings.Join(append([]string{f.rows()}, f.codes()...), "; ")
}

// verifier judges all files, in order.
type verifier struct {
	name   string
	judge  func(ctx context.Context, files []fileset.File) ([]finding, error)
	states func(f finding) finding // what it would state of what the API finds; nil = the same
}

// byIdentity is what who only states a copy's identity is told: a copy that the register knows otherwise is one that
// nobody registered.
func byIdentity(f finding) finding {
	f.Checks = slices.Clone(f.Checks)
	for i, r := range f.Checks {
		if r.Check == verdict.Copy && r.Reason == verdict.Mismatch {
			f.Checks[i].Reason = verdict.NoRecord
		}
	}
	return f
}

func judge(ctx context.Context, m *fileset.Maker, s settings, files []fileset.File) (list []checks.Check) {
	reply := must.Get(m.API.Send(ctx, seed.Call{Method: "GET", Path: "/.well-known/jiazhu-trust.json"}))
	keys := filepath.Join(m.Data, "jiazhu-trust.json")
	must.Do(os.WriteFile(keys, reply.Body, 0o600))
	asked := m.Question()
	question := []string{"-as-of", asked.AsOf.String(), "-specialty", asked.Specialty, "-purpose", asked.Purpose}
	at := filepath.Join(s.out, "files")
	registry := append([]string{s.verify, "-json", "-keys", keys, "-registry", m.URL}, question...)
	receipts := filepath.Join(s.out, "receipts")
	jiazhu := append([]string{filepath.Join(m.Root, "build", "jiazhu"), "verify", "-json", "-url", m.URL, "-receipts", receipts}, question...)
	offline := append([]string{s.verify, "-json", "-keys", keys}, question...)
	verifiers := []verifier{
		{"API", func(ctx context.Context, files []fileset.File) ([]finding, error) { return askAPI(ctx, m, files) }, nil},
		{"offline checker with the register", runCommand(append(registry, at), at, 1), byIdentity},
		{"jiazhu verify", runCommand(append(jiazhu, at), at, 1), byIdentity},
		{"job", runJob(m, keys), nil},
		{"page's program", runPage(m, keys, at), byIdentity},
	}
	var first []finding
	for i, v := range verifiers {
		start := time.Now()
		found, err := v.judge(ctx, files)
		fmt.Printf("%s: %.1f s\n", v.name, time.Since(start).Seconds())
		if err != nil {
			list = append(list, checks.Check{Name: v.name, Got: err.Error()})
			continue
		}
		list = append(list, checkExpected(v.name, files, found))
		if i == 0 {
			first = found
		} else {
			list = append(list, checkSame(v, files, first, found))
		}
	}
	list = append(list, checkReceipts(ctx, []string{s.verify, "-keys", keys}, receipts))
	found, err := runCommand(append(offline, at), at, 1)(ctx, files)
	list = append(list, checkNoneValid(files, found, err))
	if first != nil {
		list = append(list, checkValidators(ctx, m, at, files, first)...)
	}
	return list
}

// checkExpected demands the verdict and the deciding row of each file, and all codes of those that are no copies.
func checkExpected(name string, files []fileset.File, found []finding) checks.Check {
	c := checks.Check{Name: fmt.Sprintf("%s: %d files are what they should be", name, len(files)), OK: true}
	for i, f := range files {
		ok := found[i].Verdict == f.Verdict || f.Verdict == "" && found[i].Verdict != verdict.Valid
		if row := found[i].row(f.Check); f.Check != "" && (row == "" || !strings.HasSuffix(row, string(f.Reason)) || strings.Contains(row, " pass ")) {
			ok = false
		}
		if codes := found[i].codes(); len(codes) != f.Codes || slices.ContainsFunc(codes, func(code string) bool { return !strings.Contains(code, " valid: ") }) {
			ok = false
		}
		if !ok {
			c.OK, c.Got = false, c.Got+fmt.Sprintf("%s (%s, %d codes): %s\n      ", f.Path, f.Verdict, f.Codes, found[i].rowsOfAll())
		}
	}
	return c
}

// checkSame demands that a verifier says the same as the API in every row.
func checkSame(v verifier, files []fileset.File, want, got []finding) checks.Check {
	c := checks.Check{Name: v.name + " says the same as the API, row by row", OK: true}
	for i, f := range files {
		expected := want[i]
		if v.states != nil {
			expected = v.states(expected)
		}
		if got[i].rowsOfAll() != expected.rowsOfAll() {
			c.OK, c.Got = false, c.Got+fmt.Sprintf("%s: %s\n        the API: %s\n      ", f.Path, got[i].rowsOfAll(), expected.rowsOfAll())
		}
	}
	return c
}

// checkReceipts demands that what jiazhu verify saved are genuine receipts.
func checkReceipts(ctx context.Context, verify []string, directory string) checks.Check {
	const genuine = 3
	saved := must.Get(filepath.Glob(filepath.Join(directory, "核验回执-*.jws")))
	c := checks.Check{Name: fmt.Sprintf("the %d receipts of jiazhu verify are genuine", len(saved)), OK: len(saved) > 0}
	for _, file := range saved {
		cmd := exec.CommandContext(ctx, verify[0], append(verify[1:], file)...)
		if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != genuine {
			c.OK, c.Got = false, c.Got+fmt.Sprintf("%s: %s\n      ", filepath.Base(file), out)
		}
	}
	return c
}

// checkNoneValid demands that without the register nothing is valid, and nothing good is invalid.
func checkNoneValid(files []fileset.File, found []finding, err error) checks.Check {
	c := checks.Check{Name: "offline nothing is valid, and nothing good is invalid", OK: err == nil}
	if err != nil {
		c.Got = err.Error()
		return c
	}
	for i, f := range files {
		if found[i].Verdict == verdict.Valid || f.Verdict == verdict.Valid && found[i].Verdict != verdict.Unknown {
			c.OK, c.Got = false, c.Got+f.Path+": "+found[i].rows()+"\n      "
		}
	}
	return c
}

// askAPI hands the files in one by one.
func askAPI(ctx context.Context, m *fileset.Maker, files []fileset.File) (all []finding, err error) {
	asked := m.Question()
	day := asked.AsOf.String()
	query := &client.VerifyParams{AsOf: &day, Specialty: &asked.Specialty, Purpose: &asked.Purpose}
	for _, f := range files {
		raw, err := client.Read[json.RawMessage](m.Client().VerifyWithBody(ctx, query, "application/octet-stream", bytes.NewReader(f.Data)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Path, err)
		}
		var one finding
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// runCommand runs a command that prints a line of JSON for each file below a directory, and ends with an exit code.
func runCommand(command []string, directory string, wanted int) func(context.Context, []fileset.File) ([]finding, error) {
	return func(ctx context.Context, files []fileset.File) ([]finding, error) {
		cmd := exec.CommandContext(ctx, command[0], command[1:]...)
		var out, complaint bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &complaint
		err := cmd.Run()
		var exited *exec.ExitError
		if err != nil && !errors.As(err, &exited) {
			return nil, err
		}
		all := make([]finding, len(files))
		judged := 0
		for line := range strings.Lines(out.String()) {
			var one struct {
				File string
				finding
			}
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				return nil, fmt.Errorf("%w: %.300s", err, line)
			}
			name := strings.TrimPrefix(filepath.ToSlash(one.File), filepath.ToSlash(directory)+"/")
			i := slices.IndexFunc(files, func(f fileset.File) bool { return f.Path == name })
			if i < 0 || all[i].Verdict != "" {
				return nil, fmt.Errorf("%s is no file of the set, or is one twice", name)
			}
			all[i] = one.finding
			judged++
		}
		if code := cmd.ProcessState.ExitCode(); judged != len(files) || code != wanted {
			return nil, fmt.Errorf("%d of %d files were judged, exit code %d: %s", judged, len(files), code, complaint.String())
		}
		return all, nil
	}
}

// runPage runs the program of the verify page by Node.
func runPage(m *fileset.Maker, keys, directory string) func(context.Context, []fileset.File) ([]finding, error) {
	return func(ctx context.Context, files []fileset.File) ([]finding, error) {
		asked, wasm := m.Question(), filepath.Join(m.Root, "functions", "verify", "wasm")
		question := must.Get(json.Marshal(map[string]string{"asOf": asked.AsOf.String(), "specialty": asked.Specialty, "purpose": asked.Purpose}))
		command := []string{
			"node", filepath.Join(m.Root, "trials", "desk", "page.mjs"), filepath.Join(wasm, "desk.wasm.gz"), filepath.Join(wasm, "wasm_exec.js"),
			keys, m.URL, string(question), directory,
		}
		for _, f := range files {
			command = append(command, f.Path)
		}
		return runCommand(command, directory, 0)(ctx, files)
	}
}

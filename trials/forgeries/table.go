package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// result is a forgery with all that was said of it.
type result struct {
	forgery  forgery.Forgery
	findings []finding
}

// failures are the findings that must not be: it was called valid, or not judged.
func (r result) failures() (all []finding) {
	for _, f := range r.findings {
		if f.valid || f.err != nil {
			all = append(all, f)
		}
	}
	return all
}

// unjudgedFinding is a finding of a judge that did not judge, if there is one.
func (r result) unjudgedFinding() (finding, bool) {
	for _, f := range r.findings {
		if f.err != nil {
			return f, true
		}
	}
	return finding{}, false
}

// row counts the forgeries of a kind, of an attacker, or all.
type row struct {
	name   string
	made   int
	judged map[string]int // by judge
	valid  int
}

// rows are the attackers and their kinds, in the order in which the forgeries were made, and last all together.
func rows(results []result) []*row {
	total := &row{name: "all", judged: map[string]int{}}
	var all []*row
	known := map[string]*row{}
	find := func(attacker forgery.Attacker, kind, name string) *row {
		key := string(attacker) + kind
		if known[key] == nil {
			known[key] = &row{name: name, judged: map[string]int{}}
			all = append(all, known[key])
		}
		return known[key]
	}
	for _, r := range results {
		f := r.forgery
		for _, at := range []*row{find(f.Attacker, "", "a "+string(f.Attacker)), find(f.Attacker, f.Kind, "    "+f.Kind), total} {
			at.add(r)
		}
	}
	return append(all, total)
}

func (r *row) add(of result) {
	r.made++
	seen, valid := map[string]bool{}, false
	for _, f := range of.findings {
		if f.err == nil && !seen[f.judge] {
			seen[f.judge] = true
			r.judged[f.judge]++
		}
		valid = valid || f.valid
	}
	if valid {
		r.valid++
	}
}

// printTable writes the table: made, judged by each judge, and found valid by any.
func printTable(to io.Writer, results []result) {
	fmt.Fprintf(to, "%-84s %5s", "", "made")
	for _, j := range judges() {
		fmt.Fprintf(to, " %9s", j)
	}
	fmt.Fprintf(to, " %9s\n", "valid")
	for _, r := range rows(results) {
		fmt.Fprintf(to, "%-84s %5d", r.name, r.made)
		for _, j := range judges() {
			fmt.Fprintf(to, " %9d", r.judged[j])
		}
		fmt.Fprintf(to, " %9d\n", r.valid)
	}
}

// answers counts what the API first said of each forgery.
func answers(results []result) string {
	count := map[string]int{}
	for _, r := range results {
		if len(r.findings) > 0 {
			word, _, _ := strings.Cut(r.findings[0].message, " ")
			count[strings.Trim(word, ":")]++
		}
	}
	words := slices.Sorted(maps.Keys(count))
	for i, word := range words {
		words[i] = fmt.Sprintf("%s %d", word, count[word])
	}
	return "the API's first answers: " + strings.Join(words, ", ")
}

// writeForgery writes a forgery that was called valid, or not judged, with how it was made.
func writeForgery(dir string, r result) (err error) {
	defer must.Catch(&err)
	at := filepath.Join(dir, filepath.FromSlash(r.forgery.Path()))
	must.Do(os.MkdirAll(filepath.Dir(at), 0o755))
	var how strings.Builder
	fmt.Fprintf(&how, "attacker: %s\nkind: %s\nname: %s\nform: %s\n", r.forgery.Attacker, r.forgery.Kind, r.forgery.Name, r.forgery.Form)
	if !r.forgery.AsOf.IsZero() {
		fmt.Fprintf(&how, "relied on: %s\n", r.forgery.AsOf)
	}
	for _, f := range r.findings {
		fmt.Fprintln(&how, f)
	}
	must.Do(os.WriteFile(at, r.forgery.Data, 0o644))
	return os.WriteFile(at+".how.txt", []byte(how.String()), 0o644)
}

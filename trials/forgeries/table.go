package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

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

// row counts the forgeries of a kind.
type row struct {
	attacker forgery.Attacker
	kind     string
	made     int
	judged   map[string]int
	valid    int
	unjudged int
}

// rows are the kinds in the order in which they were made.
func rows(results []result) []*row {
	var all []*row
	known := map[string]*row{}
	for _, r := range results {
		key := string(r.forgery.Attacker) + r.forgery.Kind
		at := known[key]
		if at == nil {
			at = &row{attacker: r.forgery.Attacker, kind: r.forgery.Kind, judged: map[string]int{}}
			known[key] = at
			all = append(all, at)
		}
		at.add(r)
	}
	return all
}

func (r *row) add(of result) {
	r.made++
	seen := map[string]bool{}
	valid, unjudged := false, false
	for _, f := range of.findings {
		if f.err == nil && !seen[f.judge] {
			seen[f.judge] = true
			r.judged[f.judge]++
		}
		valid, unjudged = valid || f.valid, unjudged || f.err != nil
	}
	if valid {
		r.valid++
	}
	if unjudged {
		r.unjudged++
	}
}

// printTable writes the table: made, judged by each judge, and found valid by any.
func printTable(to io.Writer, results []result) {
	line := func(cells ...any) {
		fmt.Fprintf(to, "%-84s %5v", cells[0], cells[1])
		for _, c := range cells[2:] {
			fmt.Fprintf(to, " %9v", c)
		}
		fmt.Fprintln(to)
	}
	head := []any{"", "made"}
	for _, j := range judges() {
		head = append(head, j)
	}
	line(append(head, "valid")...)
	write := func(name string, r *row) {
		cells := []any{name, r.made}
		for _, j := range judges() {
			cells = append(cells, r.judged[j])
		}
		line(append(cells, r.valid)...)
	}
	all := &row{judged: map[string]int{}}
	list := rows(results)
	for _, attacker := range forgery.Attackers() {
		sum := &row{judged: map[string]int{}}
		for _, r := range list {
			if r.attacker == attacker {
				sum.addRow(r)
			}
		}
		all.addRow(sum)
		write("a "+string(attacker), sum)
		for _, r := range list {
			if r.attacker == attacker {
				write("    "+r.kind, r)
			}
		}
	}
	write("all", all)
}

func (r *row) addRow(o *row) {
	r.made, r.valid, r.unjudged = r.made+o.made, r.valid+o.valid, r.unjudged+o.unjudged
	for j, n := range o.judged {
		r.judged[j] += n
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

// times says how long each judge took, all workers together.
func times(results []result) string {
	sum := map[string]time.Duration{}
	for _, r := range results {
		for _, f := range r.findings {
			sum[f.judge] += f.duration
		}
	}
	text := "time of all workers:"
	for _, j := range judges() {
		text += fmt.Sprintf(" %s %.0f s,", j, sum[j].Seconds())
	}
	return strings.TrimSuffix(text, ",")
}

// writeForgery writes a forgery that was called valid, or not judged, with how it was made.
func writeForgery(folder string, r result) error {
	at := filepath.Join(folder, filepath.FromSlash(r.forgery.Path()))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	var how strings.Builder
	fmt.Fprintf(&how, "attacker: %s\nkind: %s\nname: %s\nform: %s\n", r.forgery.Attacker, r.forgery.Kind, r.forgery.Name, r.forgery.Form)
	if !r.forgery.AsOf.IsZero() {
		fmt.Fprintf(&how, "relied on: %s\n", r.forgery.AsOf)
	}
	for _, f := range r.findings {
		fmt.Fprintln(&how, f)
	}
	if err := os.WriteFile(at, r.forgery.Data, 0o644); err != nil {
		return err
	}
	return os.WriteFile(at+".how.txt", []byte(how.String()), 0o644)
}

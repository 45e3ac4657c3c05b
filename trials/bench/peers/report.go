package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
)

// report prints the table, what the checks found, and the closing line. It is an error
// if a peer failed.
func report(w io.Writer, lines []peerResult, n int) error {
	fmt.Fprintf(w, "\n%d documents each, in %d rounds; %s/%s, %d CPUs, load average %s\n\n",
		n, rounds, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), load())
	notes, err := table(w, lines)
	if err != nil {
		return err
	}
	explain(w, lines, notes)
	return writeSummary(w, lines)
}

// table returns the notes it refers to.
func table(w io.Writer, lines []peerResult) (notes []string, err error) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "peer\tmakes\tn\twarm-up\tCPU ms\tthread ms\tbest wall ms\tbytes\t× CPU\t× thread\t× wall\t× bytes\t")
	for _, l := range lines {
		if l.err != nil {
			fmt.Fprintf(t, "%s\t%s\t%s\t\t\t\t\t\t\t\t\t\t\n", l.name, l.makes, state(l.err))
			continue
		}
		mark := ""
		for _, note := range l.notes {
			notes = append(notes, note)
			mark += fmt.Sprintf(" [%d]", len(notes))
		}
		writeLine(t, l, ourLine(lines, l.makes), mark)
	}
	return notes, t.Flush()
}

func state(err error) string {
	switch {
	case err == nil:
		return "measured"
	case errors.Is(err, errMissing):
		return "skipped"
	}
	return "failed"
}

func writeSummary(w io.Writer, lines []peerResult) error {
	count := map[string]int{}
	for _, l := range lines {
		count[state(l.err)]++
	}
	fmt.Fprintf(w, "\n%d measured, %d failed", count["measured"], count["failed"])
	if count["skipped"] > 0 {
		fmt.Fprintf(w, ", %d skipped", count["skipped"])
	}
	fmt.Fprintln(w)
	if count["failed"] > 0 {
		return errors.New("not every peer could be measured")
	}
	return nil
}

// figures are means in milliseconds and bytes of one document.
type figures struct{ cpu, thread, wall, bytes float64 }

func (l peerResult) figures() figures {
	r := l.result
	n := float64(r.Documents)
	return figures{1e3 * r.CPU / n, 1e3 * r.Thread / n, 1e3 * r.BestWall, float64(r.Bytes) / n}
}

// ourLine is our line for what a peer makes.
func ourLine(lines []peerResult, makes string) peerResult {
	for _, l := range lines {
		if l.name == "ours" && l.makes == makes && l.err == nil {
			return l
		}
	}
	return peerResult{}
}

func writeLine(w io.Writer, l, own peerResult, mark string) {
	f, o := l.figures(), own.figures()
	thread, perThread := "–", "–"
	if f.thread > 0 {
		thread, perThread = fmt.Sprintf("%.2f", f.thread), fmt.Sprintf("%.1f", f.thread/o.cpu)
	}
	fmt.Fprintf(w, "%s%s\t%s\t%d\t%d\t%.2f\t%s\t%.2f\t%.0f\t%.1f\t%s\t%.1f\t%.2f\t\n",
		l.name, mark, l.makes, l.result.Documents, l.warmups, f.cpu, thread, f.wall, f.bytes, f.cpu/o.cpu, perThread, f.wall/o.wall, f.bytes/o.bytes)
}

func explain(w io.Writer, lines []peerResult, notes []string) {
	fmt.Fprintln(w, "\nCPU is that of the whole process, with its compiler and collector; thread, of the JVMs, that of the one that")
	fmt.Fprintln(w, "makes documents. Both are means. × is times ours for the same kind; of thread, times our whole process.")
	for i, note := range notes {
		fmt.Fprintf(w, "[%d] %s\n", i+1, note)
	}
	seen := map[string]bool{}
	for _, l := range lines {
		if l.err != nil {
			fmt.Fprintf(w, "%s, %s: NOT MEASURED, %s: %v\n", l.name, l.makes, state(l.err), l.err)
		} else if !seen[l.name] {
			seen[l.name] = true
			fmt.Fprintf(w, "%s: %s\n", l.name, l.version)
		}
	}
}

// load is the machine's load average, where it tells.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	words := strings.Fields(string(data))
	return strings.Join(words[:min(3, len(words))], " ")
}

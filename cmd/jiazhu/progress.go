package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// meter shows how much of something is done: as a bar on a terminal, elsewhere as a line for each
// tenth.
type meter struct {
	bar         *progressbar.ProgressBar
	lines       io.Writer // nil on a terminal, and for a quiet command
	what        string
	all, done   int64
	tenthsShown int64
}

// startMeter starts a meter of all bytes or, if they are no bytes, of all pieces.
func (c console) startMeter(all int64, what string, areBytes, quiet bool) *meter {
	file, ok := c.err.(*os.File)
	onTerminal := ok && term.IsTerminal(int(file.Fd()))
	m := &meter{what: what, all: all, bar: progressbar.NewOptions64(all,
		progressbar.OptionSetWriter(c.err), progressbar.OptionSetVisibility(onTerminal && !quiet), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(areBytes), progressbar.OptionShowCount(), progressbar.OptionThrottle(200*time.Millisecond),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(c.err) }))}
	if !onTerminal && !quiet {
		m.lines = c.err
	}
	return m
}

// Write counts the bytes.
func (m *meter) Write(data []byte) (int, error) {
	m.set(m.done + int64(len(data)))
	return len(data), nil
}

func (m *meter) set(done int64) {
	m.done = done
	_ = m.bar.Set64(done) // it is only shown
	if m.lines == nil || m.all <= 0 {
		return
	}
	if tenths := 10 * done / m.all; tenths > m.tenthsShown {
		m.tenthsShown = tenths
		fmt.Fprintf(m.lines, "%s: %d %%\n", m.what, 10*tenths)
	}
}

func (m *meter) finish() { _ = m.bar.Finish() }

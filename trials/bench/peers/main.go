// Command peers makes the same certificate with this service's code and with the
// libraries that one would use instead, checks every file with other people's programs,
// and measures what making them takes: `make bench-peers`.
//
// Each peer is a small program of its own (java, reportlab, pdflib, ours) that is
// started once, warmed up, and then asked for a batch at a time, in turn with all
// others, so that other programs disturb all alike. A peer whose files do not pass is
// not timed: a PDF must have a signature that pdfsig calls
// valid over the whole file, an OFD a seal that ofdrw calls valid; the holder's name
// must be found on the page, and the page must look like ours.
//
// BENCH_PEERS_N is how many documents each makes; fewer also shorten the warm-up.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/bench/peers/inputs"
	"github.com/jiazhu/jiazhu/trials/checks"
)

// Paths from the repository's root.
const (
	workDir  = "build/peers"
	fontPath = "shared/document/font/data/NotoSerifSC-Regular.ttf"
)

// documents is how many each peer makes unless BENCH_PEERS_N says otherwise.
const documents = 200

func main() {
	checks.Run("bench-peers", func(ctx context.Context) (int, error) { return 0, run(ctx, os.Getenv("BENCH_PEERS_N")) })
}

func run(ctx context.Context, count string) error {
	n := documents
	if count != "" {
		var err error
		if n, err = strconv.Atoi(count); err != nil || n < rounds {
			return fmt.Errorf("BENCH_PEERS_N is %q: give a number, %d or more", count, rounds)
		}
	}
	if _, err := os.Stat("template.yaml"); err != nil {
		return errors.New("run this in the repository's root")
	}
	must.Do(needPoppler())
	dir := recreateDirectory(filepath.Join(workDir, "inputs"))
	files := recreateDirectory(filepath.Join(workDir, "files"))
	copies := must.Get(inputs.Write(ctx, dir, fontPath))
	tools := prepare(ctx)
	defer os.RemoveAll(tools.tempDir)
	b := comparison{inputDir: dir, documents: n, checker: externalChecker{dir: files, copies: copies, tools: tools}}
	return report(os.Stdout, b.run(ctx, peers(tools)), n)
}

// recreateDirectory empties a directory and returns its absolute path.
func recreateDirectory(dir string) string {
	path := must.Get(filepath.Abs(dir))
	must.Do(os.RemoveAll(path))
	must.Do(os.MkdirAll(path, 0o755))
	return path
}

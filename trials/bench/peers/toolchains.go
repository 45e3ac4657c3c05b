package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// errMissing reports a language that is not on this machine: its peers are skipped.
var errMissing = errors.New("not installed")

// toolchains says for each language why its peers cannot run; nil when they can.
type toolchains struct {
	java, python, node error
	vera               error  // veraPDF, which only checks
	tempDir            string // for temporary files, in memory where possible
}

// prepare builds the peers and gets their libraries.
func prepare(ctx context.Context) (t toolchains) {
	for _, language := range []struct {
		name, peers string
		err         *error
	}{
		{"java", "PDFBox, iText and ofdrw", &t.java},
		{"python", "ReportLab and pyHanko", &t.python},
		{"node", "pdf-lib and signpdf", &t.node},
		{"vera", "the check of PDF/A", &t.vera},
	} {
		if *language.err = runPrepare(ctx, language.name); *language.err != nil {
			fmt.Fprintf(os.Stderr, "bench-peers: WITHOUT %s: %v\n", language.peers, *language.err)
		}
	}
	memory := "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		memory = ""
	}
	var err error
	if t.tempDir, err = os.MkdirTemp(memory, "peers"); err != nil && t.java == nil {
		t.java = err
	}
	return t
}

func runPrepare(ctx context.Context, language string) error {
	const missing = 3
	out, err := exec.CommandContext(ctx, "trials/bench/peers/prepare", language).CombinedOutput()
	var failed *exec.ExitError
	if errors.As(err, &failed) && failed.ExitCode() == missing {
		return fmt.Errorf("%w: %s", errMissing, bytes.TrimSpace(out))
	}
	if err != nil {
		return fmt.Errorf("prepare %s: %w: %s", language, err, bytes.TrimSpace(out))
	}
	return nil
}

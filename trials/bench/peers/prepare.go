package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Where the peers and what they need lie.
const (
	javaDir    = "trials/bench/peers/java"
	nodeDir    = "trials/bench/peers/pdflib"
	veraDir    = "conformance/verapdf"
	venv       = ".cache/peers/venv"
	venvPython = venv + "/bin/python"
)

// errMissing reports a language that is not on this machine: its peers are skipped.
var errMissing = errors.New("missing")

// toolchains says for each language why its peers cannot run; nil when they can.
type toolchains struct {
	java, python, node error
	vera               error  // veraPDF, which judges only
	tempDir            string // a folder for temporary files, in memory where there is one
}

// prepare builds the peers and gets their libraries, pinned, from the registries.
func prepare(ctx context.Context) toolchains {
	t := toolchains{java: prepareJava(ctx, javaDir), python: preparePython(ctx), node: prepareNode(ctx)}
	if t.vera = t.java; t.vera == nil {
		t.vera = prepareJava(ctx, veraDir)
	}
	memory := "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		memory = ""
	}
	var err error
	if t.tempDir, err = os.MkdirTemp(memory, "peers"); err != nil && t.java == nil {
		t.java = err
	}
	for _, language := range []struct {
		peers string
		why   error
	}{
		{"PDFBox, iText and ofdrw", t.java},
		{"ReportLab and pyHanko", t.python},
		{"pdf-lib and signpdf", t.node},
		{"the judgement of PDF/A", t.vera},
	} {
		if language.why != nil {
			fmt.Fprintf(os.Stderr, "bench-peers: WITHOUT %s: %v\n", language.peers, language.why)
		}
	}
	return t
}

func prepareJava(ctx context.Context, folder string) error {
	for _, program := range []string{"java", "javac", "mvn"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is %w: install a JDK, 17 or newer, and Maven", program, errMissing)
		}
	}
	return do(ctx, ".", "mvn", "-q", "-B", "-f", filepath.Join(folder, "pom.xml"), "package")
}

func preparePython(ctx context.Context) error {
	const wanted = "trials/bench/peers/reportlab/requirements.txt"
	if _, err := exec.LookPath("python3"); err != nil {
		return fmt.Errorf("python3 is %w: install Python, 3.10 or newer, with venv", errMissing)
	}
	return installOnce(venv, wanted, func() error {
		if err := do(ctx, ".", "python3", "-m", "venv", "--clear", venv); err != nil {
			return err
		}
		return do(ctx, ".", venvPython, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", wanted)
	})
}

func prepareNode(ctx context.Context) error {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is %w: install Node.js, 20 or newer", program, errMissing)
		}
	}
	return installOnce(filepath.Join(nodeDir, "node_modules"), filepath.Join(nodeDir, "package-lock.json"), func() error {
		return do(ctx, nodeDir, "npm", "ci", "--silent", "--no-audit", "--no-fund")
	})
}

// installOnce installs into folder what the file wanted lists, unless that very list has
// been installed there.
func installOnce(folder, wanted string, install func() error) error {
	list, err := os.ReadFile(wanted)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(list)
	mark, have := filepath.Join(folder, ".installed"), []byte(hex.EncodeToString(sum[:]))
	if old, err := os.ReadFile(mark); err == nil && bytes.Equal(old, have) {
		return nil
	}
	if err := install(); err != nil {
		return err
	}
	return os.WriteFile(mark, have, 0o644)
}

// do runs a program and, where it fails, tells what it said.
func do(ctx context.Context, folder, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}

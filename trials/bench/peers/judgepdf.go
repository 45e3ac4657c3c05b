package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func needPoppler() error {
	for _, program := range []string{"pdfsig", "pdftotext", "pdftoppm", "pdffonts", "pdfdetach"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is missing: install poppler-utils, without it no file can be checked", program)
		}
	}
	return nil
}

// lookPDF checks the PDF of certificate i with poppler and veraPDF.
func (j externalChecker) lookPDF(ctx context.Context, file string, i int) inspection {
	f := inspection{kind: "pdf", page: file + ".png"}
	if f.fatal = checkSignature(ctx, file); f.fatal != nil {
		return f
	}
	text, err := output(ctx, "pdftotext", "-raw", file, "-")
	if err != nil {
		f.fatal = err
		return f
	}
	f.text = strings.Join(strings.Fields(text), "")
	if _, f.fatal = output(ctx, "pdftoppm", "-r", "100", "-png", "-singlefile", file, file); f.fatal != nil {
		return f
	}
	if f.notes, f.fatal = fontNotes(ctx, file); f.fatal != nil {
		return f
	}
	f.notes = append(f.notes, j.checkAttachment(detachFile(ctx, file), i)...)
	if i == plainCase {
		f.notes = append(f.notes, j.checkArchival(ctx, file)...)
	}
	return f
}

// checkSignature reads pdfsig's output: its exit code is 0 whatever it finds.
func checkSignature(ctx context.Context, file string) error {
	words, err := output(ctx, "pdfsig", "-nocert", file)
	if err != nil {
		return err
	}
	for _, wanted := range []string{"Signature is Valid", "Total document signed", "ETSI.CAdES.detached"} {
		if !strings.Contains(words, wanted) {
			return fmt.Errorf("pdfsig does not say %q", wanted)
		}
	}
	return nil
}

// fontNotes lists fonts that are not in the file, or are in it as a whole.
func fontNotes(ctx context.Context, file string) ([]string, error) {
	table, err := output(ctx, "pdffonts", file)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if len(lines) < 3 {
		return nil, errors.New("pdffonts finds no font")
	}
	var notes []string
	for _, line := range lines[2:] {
		words := strings.Fields(line)
		yes := words[len(words)-5 : len(words)-2] // embedded, subset, with ToUnicode; then the object's two numbers
		if yes[0] != "yes" || yes[1] != "yes" || yes[2] != "yes" {
			notes = append(notes, fmt.Sprintf("pdffonts, of %s: embedded %s, marked as a subset %s, to Unicode %s", words[0], yes[0], yes[1], yes[2]))
		}
	}
	return notes, nil
}

// detachFile returns the first file that a PDF carries, or nothing.
func detachFile(ctx context.Context, file string) []byte {
	path := file + ".json"
	if _, err := output(ctx, "pdfdetach", "-save", "1", "-o", path, file); err != nil {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return data
}

// checkArchival asks veraPDF whether the file is PDF/A-3b.
func (j externalChecker) checkArchival(ctx context.Context, file string) []string {
	if j.tools.vera != nil {
		return nil
	}
	words, err := output(ctx, "java", "-jar", filepath.Join(veraDir, "target", "verapdf-harness.jar"), "3b", file)
	if err == nil && strings.Contains(words, "PASS") {
		return nil
	}
	return []string{"not PDF/A-3b, says veraPDF"}
}

// output returns what a program prints; its standard error is in the error.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return string(out), fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(failed.Stderr)))
	}
	return string(out), err
}

package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestTheSameProgramGivesTheSameExecutableBundle(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "bootstrap")
	if err := os.WriteFile(program, []byte("program"), 0o600); err != nil {
		t.Fatal(err)
	}
	var made [2][]byte
	for i := range made {
		archive := filepath.Join(dir, "new", "a.zip")
		if err := bundle(program, archive); err != nil {
			t.Fatal(err)
		}
		var err error
		if made[i], err = os.ReadFile(archive); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Error("two bundles differ")
	}
	z, err := zip.NewReader(bytes.NewReader(made[0]), int64(len(made[0])))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != 1 || z.File[0].Name != "bootstrap" || z.File[0].Mode().Perm() != 0o755 {
		t.Errorf("holds %v", z.File)
	}
	content, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(content); err != nil || string(got) != "program" {
		t.Errorf("got %q, %v", got, err)
	}
}

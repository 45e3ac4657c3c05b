package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Location is where a secret or a bundle is kept: "file:///etc/jiazhu/field.key", or a directory.
// If a key service keeps a signing key, a file in the directory of signing keys says so (see
// package seal/keys).
type Location struct {
	path string
}

// ParseLocation reads a location. The only scheme is "file", with an absolute
// path and no host.
func ParseLocation(value string) (Location, error) {
	u, err := url.Parse(value)
	switch {
	case err != nil:
		return Location{}, errors.New("want a location such as file:///path")
	case u.Scheme != "file":
		return Location{}, fmt.Errorf("scheme %q is not supported: want file:///path", u.Scheme)
	case u.Host != "" || !filepath.IsAbs(u.Path) || u.RawQuery != "" || u.Fragment != "":
		return Location{}, errors.New("want file:// and an absolute path")
	}
	return Location{path: filepath.Clean(u.Path)}, nil
}

// Path is the absolute path of the file or directory; empty if not set.
func (l Location) Path() string { return l.path }

// Read returns the contents of the file.
func (l Location) Read() ([]byte, error) {
	data, err := os.ReadFile(l.path)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	return data, nil
}

func location(into *Location) func(string) error {
	return func(value string) error {
		l, err := ParseLocation(value)
		if err == nil {
			*into = l
		}
		return err
	}
}

// longestDocument bounds a file of settings: 1 MiB, which holds some thousands of clients.
const longestDocument = 1 << 20

// document allows a value to be in a file: read gets the file's contents if the variable has a
// location, otherwise the variable itself.
func document(read func(string) error) func(string) error {
	return func(value string) error {
		if !strings.HasPrefix(value, "file:") {
			return read(value)
		}
		l, err := ParseLocation(value)
		if err != nil {
			return err
		}
		info, err := os.Stat(l.path)
		if err != nil {
			return err
		}
		if info.Size() > longestDocument {
			return fmt.Errorf("%s has %d bytes, at most %d", l.path, info.Size(), longestDocument)
		}
		data, err := os.ReadFile(l.path)
		if err != nil {
			return err
		}
		if err := read(string(data)); err != nil {
			return fmt.Errorf("%s: %w", l.path, err)
		}
		return nil
	}
}

// Command pages makes the files of the pages as they are served. It bundles their scripts and style sheets, and
// gives each file that may be kept for ever a name that changes with its content.
//
// The verify page goes into functions/verify/bundle, which that function embeds. Its files that a bucket keeps go into
// build/v/plain, those of them that are compressed into build/v/gzip. The portals' pages go into build/portal.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := writePages("."); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

func writePages(root string) error {
	verify, err := bundleVerify(root)
	if err != nil {
		return fmt.Errorf("verify page: %w", err)
	}
	portals, err := bundlePortals(root)
	if err != nil {
		return fmt.Errorf("portals' pages: %w", err)
	}
	return errors.Join(
		verify.write(filepath.Join(root, "functions", "verify", "bundle")),
		listVersioned(verify).write(filepath.Join(root, "build", "v")),
		portals.write(filepath.Join(root, "build", "portal")),
	)
}

// files are texts and pictures by their paths.
type files map[string][]byte

// write replaces what is in a directory, but for a hidden file.
func (f files) write(to string) error {
	old, err := filepath.Glob(filepath.Join(to, "[^.]*"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	for name, data := range f {
		path := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

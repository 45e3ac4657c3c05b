// Command pages writes the files of the portals' pages, as a content network serves them, into
// build/portal.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/portal"
)

func main() {
	if err := writePages(filepath.Join("build", "portal")); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

func writePages(to string) error {
	files, err := portal.Files(os.DirFS("portal"))
	if err != nil {
		return err
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Command docs makes the page /docs of openapi.yaml: HTML and a style sheet, no script, nothing from
// elsewhere. It writes the page where the function verify embeds it, beside a copy of the contract.
//
//	go run ./tools/docs         # writes functions/verify/docs; a test here says when it is out of step
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

// directory is where the function embeds the page from.
const outputDir = "functions/verify/docs"

func run(root string) error {
	files, err := files(root)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(root, outputDir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// files are what is generated, by name.
func files(root string) (map[string][]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	contract, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	examples, err := readPrograms(root)
	if err != nil {
		return nil, err
	}
	page, err := render(contract, examples)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"docs.html": page, "openapi.yaml": text}, nil
}

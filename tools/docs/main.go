// Command docs makes the page /docs of openapi.yaml: HTML and a style sheet, no script, nothing from
// elsewhere. It writes the page where the function verify embeds it, beside a copy of the contract.
//
//	go run ./tools/docs         # writes functions/verify/docs; a test here says when it is out of step
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/must"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

// directory is where the function embeds the page from.
const outputDir = "functions/verify/docs"

func run(root string) (err error) {
	defer must.Catch(&err)
	for name, content := range must.Get(files(root)) {
		must.Do(os.WriteFile(filepath.Join(root, outputDir, name), content, 0o644))
	}
	return nil
}

// files are what is generated, by name.
func files(root string) (all map[string][]byte, err error) {
	defer must.Catch(&err)
	text := must.Get(os.ReadFile(filepath.Join(root, "openapi.yaml")))
	contract, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	page := must.Get(render(contract, must.Get(readPrograms(root))))
	return map[string][]byte{"docs.html": page, "openapi.yaml": text}, nil
}

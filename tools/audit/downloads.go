package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// download is a file that tools/fetch takes out of an npm package.
type download struct {
	Package string // name@version
	SHA256  string // of the file, or of the package
	Made    string // SHA-256 of what is made of it, or ""
	Place   string // "" for what is used and not kept
}

// readDownloads finds the downloads in the source of tools/fetch: each is written
// down as a literal of type file or pinned.
func readDownloads(folder string) ([]download, error) {
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var all []download
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			return nil, fmt.Errorf("read the downloads of %s: %w", folder, err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.CompositeLit); ok && isDownload(literal) {
				all = append(all, downloadOf(literal))
			}
			return true
		})
	}
	return all, nil
}

func isDownload(literal *ast.CompositeLit) bool {
	name, ok := literal.Type.(*ast.Ident)
	return ok && (name.Name == "file" || name.Name == "pinned")
}

// downloadOf reads the strings of a literal, by name or, where there are none, in
// the order package, digest.
func downloadOf(literal *ast.CompositeLit) download {
	var d download
	for i, element := range literal.Elts {
		name, value := []string{"Package", "SHA256"}[i%2], element
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			name, value = pair.Key.(*ast.Ident).Name, pair.Value
		}
		basic, ok := value.(*ast.BasicLit)
		if !ok || basic.Kind != token.STRING {
			continue
		}
		text, _ := strconv.Unquote(basic.Value) // the parser has read it
		switch name {
		case "Package":
			d.Package = text
		case "SHA256":
			d.SHA256 = text
		case "Made":
			d.Made = text
		case "Place":
			d.Place = text
		}
	}
	return d
}

package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// root is the repository's directory.
var root = filepath.Join("..", "..")

// goFile is a Go file of the repository, of any of its modules.
type goFile struct {
	path string // from the root, with slashes
	*ast.File
}

func (f goFile) dir() string  { return path.Dir(f.path) }
func (f goFile) base() string { return path.Base(f.path) }

func (f goFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// isBelow reports whether the file is in one of the directories or below it.
func (f goFile) isBelow(directories ...string) bool {
	return slices.ContainsFunc(directories, func(d string) bool { return strings.HasPrefix(f.path, d+"/") })
}

// imports returns the paths that the file imports.
func (f goFile) imports() (paths []string) {
	for _, i := range f.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths
}

// readTree parses all Go files, once for all tests, except for the generated client.
var readTree = sync.OnceValues(func() (all []goFile, err error) {
	skipped := []string{"build", "out", "client", "node_modules", "testdata"}
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && name != root || slices.Contains(skipped, entry.Name())) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		all = append(all, goFile{filepath.ToSlash(strings.TrimPrefix(name, root+string(filepath.Separator))), parsed})
		return err
	})
	return all, err
})

// goFiles returns the Go files that are wanted.
func goFiles(t *testing.T, wanted func(goFile) bool) (files []goFile) {
	t.Helper()
	all, err := readTree()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if wanted(f) {
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		t.Fatal("there are no such Go files")
	}
	return files
}

// filesOf returns the files of a package as it is built for Lambda, without its tests.
func filesOf(t *testing.T, p goPackage) []goFile {
	t.Helper()
	if len(p.GoFiles) == 0 {
		return nil
	}
	return goFiles(t, func(f goFile) bool { return f.dir() == p.name() && slices.Contains(p.GoFiles, f.base()) })
}

// filesIn returns all files of a directory.
func filesIn(t *testing.T, directory string) []goFile {
	t.Helper()
	return goFiles(t, func(f goFile) bool { return f.dir() == directory })
}

// selector is "x.Y" for such an expression, else "".
func selector(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + s.Sel.Name
}

// use is one mention of a package's name in the code, such as time.Now.
type use struct{ file, name string }

// uses finds mentions of the given names in a package, without its tests.
func uses(t *testing.T, p goPackage, names ...string) (found []use) {
	t.Helper()
	for _, f := range filesOf(t, p) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok && slices.Contains(names, selector(e)) {
				found = append(found, use{f.base(), selector(e)})
			}
			return true
		})
	}
	return found
}

package archtest

import (
	"errors"
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// glossaryEntry is a row of docs/glossary.md: a term and where it stands in the code.
type glossaryEntry struct {
	term        string
	identifiers []string
}

// minGlossaryEntries is how many terms the glossary has at least.
const minGlossaryEntries = 60

var inCode = regexp.MustCompile("`([^`]+)`")

// readGlossary returns the rows of the tables with four columns: Chinese, English, identifiers, source.
func readGlossary(t *testing.T) (entries []glossaryEntry) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "glossary.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || strings.HasPrefix(cells[0], "---") || strings.Contains(cells[2], "in the code") {
			continue
		}
		for i, cell := range cells {
			if cells[i] = strings.TrimSpace(cell); cells[i] == "" {
				t.Errorf("docs/glossary.md has an empty cell: %s", line)
			}
		}
		entry := glossaryEntry{term: cells[0]}
		for _, m := range inCode.FindAllStringSubmatch(cells[2], -1) {
			entry.identifiers = append(entry.identifiers, m[1])
		}
		entries = append(entries, entry)
	}
	return entries
}

// declarations holds the names of all packages: "package.Name", and "package.Type.Member" for methods and fields.
type declarations map[string]bool

func readDeclarations(t *testing.T) declarations {
	t.Helper()
	found := declarations{}
	for _, file := range goFiles(t, func(f goFile) bool { return !f.isTest() }) {
		found.addFile(file.File)
	}
	return found
}

func (d declarations) addFile(file *ast.File) {
	prefix := file.Name.Name + "."
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			d[prefix+receiverPrefix(decl)+decl.Name.Name] = true
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				d.addSpec(prefix, spec)
			}
		}
	}
}

// receiverPrefix is "Type." for a method of Type, and "" for a function.
func receiverPrefix(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	name, _ := of.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name + "."
}

func (d declarations) addSpec(prefix string, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			d[prefix+name.Name] = true
		}
	case *ast.TypeSpec:
		d[prefix+spec.Name.Name] = true
		var members *ast.FieldList
		switch of := spec.Type.(type) {
		case *ast.StructType:
			members = of.Fields
		case *ast.InterfaceType:
			members = of.Methods
		default:
			return
		}
		for _, field := range members.List {
			for _, name := range field.Names {
				d[prefix+spec.Name.Name+"."+name.Name] = true
			}
		}
	}
}

// contains reports whether an identifier of the glossary is declared, or is a file or directory where it has a slash.
func (d declarations) contains(identifier string) (bool, error) {
	if !strings.Contains(identifier, "/") {
		return d[identifier], nil
	}
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(identifier)))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func TestTheGlossaryNamesWhatExists(t *testing.T) {
	declared, terms := readDeclarations(t), map[string]bool{}
	entries := readGlossary(t)
	for _, entry := range entries {
		if terms[entry.term] {
			t.Errorf("docs/glossary.md has %s twice", entry.term)
		}
		terms[entry.term] = true
		if len(entry.identifiers) == 0 {
			t.Errorf("docs/glossary.md: %s has no identifier", entry.term)
		}
		for _, identifier := range entry.identifiers {
			if ok, err := declared.contains(identifier); err != nil || !ok {
				t.Errorf("docs/glossary.md: %s: the code has no %s; give the present name (%v)", entry.term, identifier, err)
			}
		}
	}
	if len(entries) < minGlossaryEntries {
		t.Errorf("docs/glossary.md has %d entries, fewer than %d", len(entries), minGlossaryEntries)
	}
}

func TestGlossaryNamesThatDoNotExistAreNoticed(t *testing.T) {
	declared := readDeclarations(t)
	for identifier, want := range map[string]bool{
		"endorsement.Copy": true, "endorsement.WindowFor": true, "endorsement.Copy.Canonical": true, "endorsement.Endorsement.MadeAt": true,
		"verdict.Integrity": true, "shared/domain": true, "Copy": false, "endorsement.Copy.Missing": false, "endorsement.Missing": false,
		"certificate.WindowFor": false, "shared/missing.go": false,
	} {
		if ok, err := declared.contains(identifier); err != nil || ok != want {
			t.Errorf("%s is declared: %v, want %v (%v)", identifier, ok, want, err)
		}
	}
}

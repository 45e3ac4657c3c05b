package font

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// The directory is embedded rather than the file, so that the module compiles before
// the font has been fetched.
//
//go:embed data
var data embed.FS

// primary is the font for all text; other files are used only for characters it lacks.
const primary = "NotoSerifSC-Regular.ttf"

// Load opens the fonts compiled into the program. The error says what to do when the
// program was built without them.
func Load() (*Set, error) {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		return nil, fmt.Errorf("open the font directory: %w", err)
	}
	return LoadFrom(sub)
}

// LoadFrom opens the TrueType files (*.ttf) of a directory.
func LoadFrom(dir fs.FS) (*Set, error) {
	names, err := fs.Glob(dir, "*.ttf")
	if err != nil {
		return nil, fmt.Errorf("list fonts: %w", err)
	}
	if !slices.Contains(names, primary) {
		return nil, errors.New("the font " + primary + " is not compiled in: run `make fonts` and build again")
	}
	slices.SortFunc(names, compareFontNames)
	var faces []*Face
	for _, name := range names {
		face, err := open(dir, name)
		if err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
		faces = append(faces, face)
	}
	return NewSet(faces...), nil
}

func compareFontNames(a, b string) int {
	if (a == primary) != (b == primary) {
		if a == primary {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// open reads a font in place where the file system allows it, as embed does.
func open(dir fs.FS, name string) (*Face, error) {
	file, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if at, ok := file.(io.ReaderAt); ok {
		return Parse(at, info.Size())
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return Parse(bytes.NewReader(content), int64(len(content)))
}

package scheme

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

//go:embed schemes/*.yaml
var files embed.FS

// Set is the schemes of a service, in the order of their file names.
type Set struct {
	schemes []Scheme
	numbers certificate.Grammars
	texts   []string // the files that the schemes were read from
}

// Load reads the schemes built into the program. The error names the file that does not decode
// strictly or that breaks a rule of Check, so a wrong scheme stops the service at its start.
func Load() (Set, error) {
	builtIn, err := fs.Sub(files, "schemes")
	if err != nil {
		return Set{}, fmt.Errorf("listing schemes: %w", err)
	}
	return LoadFrom(builtIn)
}

// ListFiles returns the names of a directory's schemes, *.yaml and *.yml, in order.
func ListFiles(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("listing schemes: %w", err)
	}
	var names []string
	for _, e := range entries {
		if ending := path.Ext(e.Name()); ending == ".yaml" || ending == ".yml" {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil, errors.New("there is no scheme: no file *.yaml")
	}
	return names, nil
}

// LoadFrom reads every scheme of fsys, as Load does. There is at least one.
func LoadFrom(fsys fs.FS) (Set, error) {
	names, err := ListFiles(fsys)
	if err != nil {
		return Set{}, err
	}
	var list []Scheme
	var texts []string
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return Set{}, fmt.Errorf("reading scheme: %w", err)
		}
		s, err := Parse(data)
		if err != nil {
			if m, ok := errors.AsType[MistakesError](err); ok {
				return Set{}, m.within(name)
			}
			return Set{}, fmt.Errorf("%s: %w", name, err)
		}
		list, texts = append(list, s), append(texts, string(data))
	}
	var wrong []error
	for _, c := range FindClashes(list) {
		wrong = append(wrong, fmt.Errorf("%s:%s", names[c.At], LocateRule([]byte(texts[c.At]), c.NameOther(names[c.With]))))
	}
	if wrong != nil {
		return Set{}, errors.Join(wrong...)
	}
	set, err := NewSet(list...)
	set.texts = texts
	return set, err
}

// Texts returns the files that the schemes were read from, for a program elsewhere that parses them.
func (set Set) Texts() []string { return slices.Clone(set.texts) }

// NewSet makes a set of checked schemes. It fails when two have the same id.
func NewSet(list ...Scheme) (Set, error) {
	var set Set
	for _, s := range list {
		if _, taken := set.ByID(s.ID); taken {
			return Set{}, fmt.Errorf("two schemes have the id %q", s.ID)
		}
		set.schemes, set.numbers = append(set.schemes, s), append(set.numbers, s.Number)
	}
	return set, nil
}

// ByID returns the scheme with that id.
func (set Set) ByID(id string) (Scheme, bool) {
	i := slices.IndexFunc(set.schemes, func(s Scheme) bool { return s.ID == id })
	if i < 0 {
		return Scheme{}, false
	}
	return set.schemes[i], true
}

// Numbers returns the grammars of all schemes, for a number whose scheme is not known.
func (set Set) Numbers() certificate.Grammars { return set.numbers }

// ErrUnknown is the error of a certificate whose scheme is not in the set: its file was there when the
// certificate was reported, and is missing now.
var ErrUnknown = errors.New("no file of SCHEMES has this kind of certificate")

// SchemeOf returns the scheme of a certificate. The error wraps ErrUnknown and names the scheme.
func (set Set) SchemeOf(c certificate.Certificate) (Scheme, error) {
	s, ok := set.ByID(c.Scheme)
	if !ok {
		return s, fmt.Errorf("scheme %q of certificate %s: %w", c.Scheme, c.ID, ErrUnknown)
	}
	return s, nil
}

// List returns every scheme.
func (set Set) List() []Scheme { return slices.Clone(set.schemes) }

// Parse reads one scheme from YAML: one document, no unknown key, and valid according to Check. The error
// is a MistakesError, which names every mistake.
func Parse(data []byte) (Scheme, error) {
	s, mistakes := FindMistakes(data)
	if len(mistakes) > 0 {
		return Scheme{}, MistakesError(mistakes)
	}
	return s, nil
}

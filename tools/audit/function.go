package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// program is what one function's program holds.
type program struct {
	name, sha256, goVersion string
	modules                 []linked
	font                    *download
}

// linked is a module that is in a program, with its digest of go.sum.
type linked struct{ path, version, sum string }

// function compares what is linked into a function with what was reviewed, and
// writes its bill of materials.
func (h *inventory) function(name string, update bool) (string, error) {
	p, err := h.read(name)
	if err != nil {
		return "", err
	}
	if err := p.writeSBOM(h, filepath.Join("out", "sbom", name+".cdx.json")); err != nil {
		return "", err
	}
	golden := filepath.Join("tools", "audit", "golden", name+".txt")
	if update {
		if err := os.WriteFile(golden, []byte(p.list()), 0o644); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d modules; out/sbom/%s.cdx.json", len(p.modules), name), p.compare(golden)
}

// read reads a function's program as `make package` builds it.
func (h *inventory) read(name string) (program, error) {
	place := filepath.Join("build", "arm64", name, "bootstrap")
	info, err := buildinfo.ReadFile(place)
	if err != nil {
		return program{}, fmt.Errorf("%w: run `make package`", err)
	}
	data, err := os.ReadFile(place)
	if err != nil {
		return program{}, err
	}
	sum := sha256.Sum256(data)
	p := program{name: name, sha256: hex.EncodeToString(sum[:]), goVersion: strings.TrimPrefix(info.GoVersion, "go")}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		p.modules = append(p.modules, linked{m.Path, m.Version, m.Sum})
	}
	slices.SortFunc(p.modules, func(a, b linked) int { return strings.Compare(a.path, b.path) })
	if h.fonts[name] {
		at := slices.IndexFunc(h.downloads, func(d download) bool { return strings.HasSuffix(d.Place, ".ttf") })
		if at < 0 {
			return program{}, errors.New("the program carries a font that tools/fetch does not know")
		}
		p.font = &h.downloads[at]
	}
	return p, nil
}

// list is the golden file: what is linked, one to a line.
func (p program) list() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What is linked into %s. Read what is new before `make audit UPDATE=1` writes it here.\n", p.name)
	for _, m := range p.modules {
		fmt.Fprintf(&b, "%s %s\n", m.path, m.version)
	}
	if p.font != nil {
		fmt.Fprintf(&b, "font %s %s\n", p.font.Package, p.font.digest())
	}
	return b.String()
}

// digest is the SHA-256 of what is put in place.
func (d download) digest() string {
	if d.Made != "" {
		return d.Made
	}
	return d.SHA256
}

// compare tells what is linked and was not reviewed, and the other way round.
func (p program) compare(golden string) error {
	text, err := os.ReadFile(golden)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not there: `make audit UPDATE=1` writes it, for review", golden)
	}
	if err != nil {
		return err
	}
	was, is := strings.Split(string(text), "\n"), strings.Split(p.list(), "\n")
	var errs []error
	for _, line := range is {
		if !slices.Contains(was, line) {
			errs = append(errs, fmt.Errorf("linked, and not in %s: %s", golden, line))
		}
	}
	for _, line := range was {
		if !slices.Contains(is, line) {
			errs = append(errs, fmt.Errorf("in %s, and not linked: %s", golden, line))
		}
	}
	return errors.Join(errs...)
}

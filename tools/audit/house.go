package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

const modulePath = "github.com/jiazhu/jiazhu"

// inventory is what the repository is made of that others made.
type inventory struct {
	linked    map[string]module // into functions, by path
	others    map[string]module // used by tests, tools and the local stack, by path and version
	fonts     map[string]bool   // functions whose programs carry the font
	downloads []download        // that tools/fetch makes
	tracked   []string          // files of the repository
}

// module is a Go module.
type module struct{ Path, Version, Dir string }

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Deps       []string
	Module     *struct {
		module
		Main    bool
		Replace *module
	}
}

func readDependencies(ctx context.Context) (*inventory, error) {
	h := &inventory{linked: map[string]module{}, others: map[string]module{}, fonts: map[string]bool{}}
	functions, err := list(ctx, ".", "-deps", "./functions/...")
	if err != nil {
		return nil, err
	}
	for _, p := range functions {
		if m, ok := p.externalModule(); ok {
			h.linked[m.Path] = m
		}
		if name, ok := strings.CutPrefix(p.ImportPath, modulePath+"/functions/"); ok {
			h.fonts[name] = slices.Contains(p.Deps, modulePath+"/shared/document/font")
		}
	}
	for _, dir := range []string{".", "local", "trials"} {
		all, err := list(ctx, dir, "-deps", "-test", "./...")
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if m, ok := p.externalModule(); ok && h.linked[m.Path].Version != m.Version {
				h.others[m.Path+" "+m.Version] = m
			}
		}
	}
	if h.downloads, err = readDownloads("tools/fetch"); err != nil {
		return nil, err
	}
	said, err := run(ctx, ".", "git", "ls-files", "--cached", "--others", "--exclude-standard")
	h.tracked = strings.Split(said, "\n")
	return h, err
}

// externalModule is the module a package comes from, where that is not one of ours.
func (p goPackage) externalModule() (module, bool) {
	if p.Module == nil || p.Module.Main || strings.HasPrefix(p.Module.Path, modulePath) {
		return module{}, false
	}
	m := p.Module.module
	if r := p.Module.Replace; r != nil {
		m = *r
	}
	return m, true
}

// list asks go about packages, as they are built for AWS Lambda.
func list(ctx context.Context, dir string, args ...string) ([]goPackage, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-e", "-tags=lambda.norpc", "-json=ImportPath,Deps,Module"}, args...)...)
	cmd.Dir = dir
	said, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w", dir, err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(said))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list in %s: %w", dir, err)
		}
		all = append(all, p)
	}
}

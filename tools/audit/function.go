package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
)

const (
	cyclonedx = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"
	fontFile  = "shared/document/font/data/NotoSerifSC-Regular.ttf"
	npmLock   = "tools/fetch/npm/package-lock.json"
	pdfJS     = "pdfjs-dist" // which the function verify serves
)

// checkFunction compares what is linked into a function with what was reviewed, and writes its bill of materials.
func (d *dependencies) checkFunction(ctx context.Context, name string, update bool) (string, error) {
	place := filepath.Join("out", "sbom", name+".cdx.json")
	modules := d.writeSBOM(ctx, name, place)
	list := "# What is linked into " + name + ". Review what is new before `make audit UPDATE=1` writes it here.\n" + strings.Join(modules, "\n") + "\n"
	golden := filepath.Join("tools", "audit", "golden", name+".txt")
	if update {
		must.Do(os.WriteFile(golden, []byte(list), 0o644))
	}
	return fmt.Sprintf("%d parts; %s", len(modules), place), compare(golden, list)
}

// writeSBOM has cyclonedx-gomod describe a function's program, as `make package` builds it, adds the licences of the
// modules, the font and pdf.js, and returns the parts: a line for each of these. The same program has the same bill.
func (d *dependencies) writeSBOM(ctx context.Context, name, place string) (parts []string) {
	must.Do(os.MkdirAll(filepath.Dir(place), 0o755))
	program := filepath.Join("build", "arm64", name, "bootstrap")
	must.Get(run(ctx, ".", "go", "run", cyclonedx, "bin", "-json", "-std", "-noserial", "-notimestamp", "-output", place, program))
	var bill map[string]any
	must.Do(json.Unmarshal(must.Get(os.ReadFile(place)), &bill))
	components, _ := bill["components"].([]any)
	for _, c := range components {
		component, _ := c.(map[string]any)
		path, _ := component["name"].(string)
		version, _ := component["version"].(string)
		if path == "std" {
			component["licenses"] = licenceList("BSD-3-Clause")
			continue
		}
		source := d.linked[path]
		if source.version != version {
			must.Do(fmt.Errorf("%s %s is in the program and not in its source: run `make package` again", path, version))
		}
		component["licenses"] = licenceList(must.Get(source.licences())...)
		parts = append(parts, path+" "+version)
	}
	slices.Sort(parts)
	if d.fonts[name] {
		sum := sha256.Sum256(must.Get(os.ReadFile(fontFile)))
		digest := hex.EncodeToString(sum[:])
		bill["components"] = append(components, map[string]any{
			"type": "file", "name": fontFile, "licenses": licenceList("OFL-1.1"),
			"hashes": []any{map[string]string{"alg": "SHA-256", "content": digest}},
		})
		parts = append(parts, fontFile+" "+digest)
	}
	if name == "verify" {
		version := must.Get(lockedVersion(must.Get(os.ReadFile(npmLock)), pdfJS))
		licences := strings.Split(reviewedLicences()["npm "+pdfJS], " AND ")
		components, _ := bill["components"].([]any)
		bill["components"] = append(components, map[string]any{
			"type": "library", "name": pdfJS, "version": version, "purl": "pkg:npm/" + pdfJS + "@" + version, "licenses": licenceList(licences...),
		})
		parts = append(parts, "npm "+pdfJS+" "+version)
	}
	text := must.Get(json.MarshalIndent(bill, "", "  "))
	must.Do(os.WriteFile(place, append(text, '\n'), 0o644))
	return parts
}

// lockedVersion returns the version of a package in a lock of npm.
func lockedVersion(lock []byte, name string) (string, error) {
	var read struct {
		Packages map[string]struct{ Version string }
	}
	err := json.Unmarshal(lock, &read)
	version := read.Packages["node_modules/"+name].Version
	if err == nil && version == "" {
		err = fmt.Errorf("%s is not locked", name)
	}
	return version, err
}

// licenceList is a list of licences in CycloneDX.
func licenceList(ids ...string) (all []any) {
	for _, id := range ids {
		all = append(all, map[string]any{"license": map[string]string{"id": id}})
	}
	return all
}

// compare reports what is linked and was not reviewed, and what was reviewed and is not linked.
func compare(golden, list string) error {
	text, err := os.ReadFile(golden)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing: `make audit UPDATE=1` writes it, for review", golden)
	}
	if err != nil {
		return err
	}
	reviewed, linked := strings.Split(string(text), "\n"), strings.Split(list, "\n")
	var errs []error
	for _, line := range linked {
		if !slices.Contains(reviewed, line) {
			errs = append(errs, fmt.Errorf("linked, and not in %s: %s", golden, line))
		}
	}
	for _, line := range reviewed {
		if !slices.Contains(linked, line) {
			errs = append(errs, fmt.Errorf("in %s, and not linked: %s", golden, line))
		}
	}
	return errors.Join(errs...)
}

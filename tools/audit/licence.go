package main

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// What is delivered may be under licences that ask for no more than their text beside the program; what only tests and
// measurements use, under any that permits the use.
var (
	deliverableLicences = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "OFL-1.1", "Unlicense", "Zlib"}
	usableLicences      = slices.Concat(deliverableLicences, []string{"AGPL-3.0", "GPL-3.0", "LGPL-2.1", "MIT-CMU", "MPL-2.0", "PSF-2.0",
		"Python-2.0", "CNRI-Python", "CC0-1.0", "Artistic-1.0"})
)

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([.\-].*)?$`)

// licences returns the licences in the files of a module's directory, as SPDX identifiers.
func (m module) licences() ([]string, error) {
	files, err := os.ReadDir(m.dir)
	if err != nil {
		return nil, fmt.Errorf("%s %s is not in the module cache: %w", m.path, m.version, err)
	}
	var found []string
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.dir, f.Name()))
		if err != nil {
			return nil, err
		}
		for _, match := range licensecheck.Scan(text).Match {
			id := strings.TrimSuffix(strings.TrimSuffix(match.ID, "-only"), "-or-later")
			found = append(found, id)
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// checkLicences requires licences of every module that are known and allowed, and returns how many modules are under each.
func checkLicences(all map[string]module, allowed []string) (string, error) {
	count := map[string]int{}
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(all)) {
		m := all[key]
		found, err := m.licences()
		switch {
		case err != nil:
			errs = append(errs, err)
		case len(found) == 0:
			errs = append(errs, fmt.Errorf("%s %s: no known licence", m.path, m.version))
		}
		for _, l := range found {
			if count[l]++; !slices.Contains(allowed, l) {
				errs = append(errs, fmt.Errorf("%s %s is under %s", m.path, m.version, l))
			}
		}
	}
	return fmt.Sprintf("%d modules, %s", len(all), formatCounts(count)), errors.Join(errs...)
}

// reviewedText lists downloads with the licence that their publishers state, as somebody read it: lines "kind name licence".
//
//go:embed licences.txt
var reviewedText string

// reviewedLicences returns the licences of licences.txt by "kind name".
func reviewedLicences() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(reviewedText) {
		if fields := strings.SplitN(strings.TrimSpace(line), " ", 3); len(fields) == 3 && fields[0] != "#" {
			all[fields[0]+" "+fields[1]] = fields[2]
		}
	}
	return all
}

// checkPinnedLicences requires of every download outside Go a licence that is reviewed or stated beside its pin, and
// allowed. A review without a download is an error.
func (d *dependencies) checkPinnedLicences() (string, error) {
	reviewed := reviewedLicences()
	licences := map[string]string{}
	for _, kind := range pinKinds() {
		_, pins, err := d.readPins(kind)
		if err != nil {
			return "", err
		}
		for _, p := range pins {
			if p.name != "" {
				licences[p.name] = p.licence
			}
		}
	}
	count := map[string]int{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(licences)) {
		licence := licences[name]
		if text, ok := reviewed[name]; ok {
			licence = text
		}
		if count[licence]++; !isPermitted(licence, usableLicences) {
			errs = append(errs, fmt.Errorf("%s: licence %q; read it, and write it into tools/audit/licences.txt", name, licence))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(reviewed)) {
		if _, pinned := licences[name]; !pinned {
			errs = append(errs, fmt.Errorf("licences.txt: %s is no longer pinned", name))
		}
	}
	return fmt.Sprintf("%d pins, %s", len(licences), formatCounts(count)), errors.Join(errs...)
}

// isPermitted evaluates an SPDX expression without exceptions: all operands of AND, and one operand of OR.
func isPermitted(expression string, allowed []string) bool {
	for _, all := range strings.Split(strings.Trim(expression, "()"), " AND ") {
		any := strings.Split(strings.Trim(all, "()"), " OR ")
		if !slices.ContainsFunc(any, func(one string) bool { return slices.Contains(allowed, one) }) {
			return false
		}
	}
	return true
}

// formatCounts lists the counts, largest first.
func formatCounts(count map[string]int) string {
	names := slices.Sorted(maps.Keys(count))
	slices.SortStableFunc(names, func(a, b string) int { return count[b] - count[a] })
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, count[name])
	}
	return strings.Join(names, ", ")
}

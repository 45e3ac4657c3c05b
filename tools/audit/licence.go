package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What is delivered may be under licences that ask for no more than their text
// beside the program; what only tests and measures may be under any that lets it
// be used.
var (
	deliverableLicences = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "OFL-1.1", "Unlicense", "Zlib"}
	usableLicences      = slices.Concat(deliverableLicences, []string{"AGPL-3.0", "GPL-3.0", "LGPL-2.1", "MIT-CMU", "MPL-2.0", "PSF-2.0", "CNRI-Python", "CC0-1.0", "Artistic-1.0"})
)

// phrases are in the texts of licences, in lower case with single spaces; all of a
// licence's have to be there, and none of those that must not.
var phrases = []struct {
	licence string
	all     []string
	none    []string
}{
	{"Apache-2.0", []string{"apache license", "version 2.0"}, nil},
	{"MPL-2.0", []string{"mozilla public license version 2.0"}, nil},
	{"MPL-2.0", []string{"mozilla public license, version 2.0"}, nil},
	{"AGPL-3.0", []string{"gnu affero general public license version 3"}, nil},
	{"LGPL-2.1", []string{"gnu lesser general public license"}, []string{"mozilla public license"}},
	{"GPL-3.0", []string{"gnu general public license version 3, 29 june 2007"}, nil},
	{"MIT", []string{"permission is hereby granted, free of charge", "the above copyright notice"}, nil},
	{"ISC", []string{"permission to use, copy, modify, and", "distribute this software for any purpose with or without fee is hereby granted, provided"}, nil},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "neither the name"}, nil},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms"}, []string{"neither the name"}},
	{"OFL-1.1", []string{"sil open font license version 1.1"}, nil},
	{"Unlicense", []string{"this is free and unencumbered software"}, nil},
	{"CC0-1.0", []string{"cc0 1.0 universal"}, nil},
}

// recogniseLicences are the licences in a text.
func recogniseLicences(text string) []string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	has := func(phrase string) bool { return strings.Contains(text, phrase) }
	var found []string
	for _, p := range phrases {
		every := !slices.ContainsFunc(p.all, func(phrase string) bool { return !has(phrase) })
		if every && !slices.ContainsFunc(p.none, has) && !slices.Contains(found, p.licence) {
			found = append(found, p.licence)
		}
	}
	return found
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([.\-].*)?$`)

// licences are those in the files of a module's folder.
func (m module) licences() ([]string, error) {
	files, err := os.ReadDir(m.Dir)
	if err != nil {
		return nil, fmt.Errorf("%s %s is not in the module cache: %w", m.Path, m.Version, err)
	}
	var found []string
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, f.Name()))
		if err != nil {
			return nil, err
		}
		found = append(found, recogniseLicences(string(text))...)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

func (h *inventory) linkedLicences() (string, error) {
	return licencesOf(h.linked, deliverableLicences)
}

func (h *inventory) otherLicences() (string, error) { return licencesOf(h.others, usableLicences) }

// licencesOf demands of every module licences that are known and allowed, and says
// how many modules are under each.
func licencesOf(modules map[string]module, allowed []string) (string, error) {
	count := map[string]int{}
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(modules)) {
		m := modules[key]
		found, err := m.licences()
		switch {
		case err != nil:
			errs = append(errs, err)
		case len(found) == 0:
			errs = append(errs, fmt.Errorf("%s %s: no licence that is known here", m.Path, m.Version))
		}
		for _, l := range found {
			if count[l]++; !slices.Contains(allowed, l) {
				errs = append(errs, fmt.Errorf("%s %s is under %s", m.Path, m.Version, l))
			}
		}
	}
	return fmt.Sprintf("%d modules, %s", len(modules), formatCounts(count)), errors.Join(errs...)
}

// formatCounts lists what was counted, most first.
func formatCounts(count map[string]int) string {
	names := slices.Collect(maps.Keys(count))
	slices.SortFunc(names, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, count[name])
	}
	return strings.Join(names, ", ")
}

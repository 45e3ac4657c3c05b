package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLicencesAreRecognisedByTheirWords(t *testing.T) {
	const bsd = "Redistribution and use in source and\n// binary forms, with or without modification"
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"MIT, with other line breaks": {"Permission is hereby granted, free of\n charge, to any person ... The above\tcopyright notice", []string{"MIT"}},
		"Apache":                      {"Apache License\n Version 2.0, January 2004", []string{"Apache-2.0"}},
		"BSD without the third":       {"Redistribution and use in source and binary forms, with", []string{"BSD-2-Clause"}},
		"BSD with it":                 {"Redistribution and use in source and binary forms ... Neither the name of", []string{"BSD-3-Clause"}},
		"two in one file":             {"Apache License, Version 2.0 ... Mozilla Public License, version 2.0", []string{"Apache-2.0", "MPL-2.0"}},
		"the GPL":                     {"GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007", []string{"GPL-3.0"}},
		"words in a comment":          {bsd, nil},
		"a readme":                    {"This program is licensed to you.", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, recogniseLicences(test.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsLinkedMayNotBindWhoDeliversIt(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "COPYING"), "GNU Affero General Public License Version 3")
	bound := map[string]module{"x": {"example.org/x", "v1.0.0", folder}}
	if _, err := licencesOf(bound, deliverableLicences); err == nil {
		t.Error("the AGPL is linked")
	}
	if _, err := licencesOf(bound, usableLicences); err != nil {
		t.Error(err)
	}
	if _, err := licencesOf(map[string]module{"y": {"example.org/y", "v1.0.0", t.TempDir()}}, usableLicences); err == nil {
		t.Error("a module without a licence passes")
	}
}

func TestExpressionsArePermittedBySPDXsRules(t *testing.T) {
	for expression, want := range map[string]bool{
		"MIT": true, "AGPL-3.0": false, "": false, "MIT OR AGPL-3.0": true, "MIT AND AGPL-3.0": false, "(MIT AND Zlib)": true,
	} {
		if got := isPermitted(expression, deliverableLicences); got != want {
			t.Errorf("%q: %v", expression, got)
		}
	}
}

func TestPinsThatAreNone(t *testing.T) {
	const hash = " \\\n    --hash=sha256:0000\n"
	for name, test := range map[string]struct {
		check func([]byte) (int, error)
		text  string
		pins  int
		ok    bool
	}{
		"Python: pinned":                  {countPythonPins, "# made by pip-compile\na==1.0" + hash + "b-c==2.0.1 ; python_version < '3.11'" + hash, 2, true},
		"Python: without a hash":          {countPythonPins, "a==1.0\n", 1, false},
		"Python: one without a hash":      {countPythonPins, "a==1.0 \\\nb==1.0" + hash, 1, false},
		"Python: without a version":       {countPythonPins, "a>=1.0" + hash, 0, false},
		"Python: a place of this machine": {countPythonPins, "--find-links /somewhere\na==1.0" + hash, 1, false},
		"npm: pinned":                     {countNPMPins, `{"packages":{"":{},"node_modules/a":{"version":"1.0.0","integrity":"sha512-x"}}}`, 1, true},
		"npm: without a digest":           {countNPMPins, `{"packages":{"node_modules/a":{"version":"1.0.0"}}}`, 1, false},
		"Maven: pinned":                   {countMavenPins, "<p><a.version>1.2</a.version><version>${a.version}</version></p>", 2, true},
		"Maven: a range":                  {countMavenPins, "<p><version>[1.0,2.0)</version></p>", 1, false},
		"Maven: the latest":               {countMavenPins, "<p><version>LATEST</version></p>", 1, false},
		"Maven: a snapshot":               {countMavenPins, "<p><version>1.0-SNAPSHOT</version></p>", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			pins, err := test.check([]byte(test.text))
			if pins != test.pins || (err == nil) != test.ok {
				t.Errorf("%d pins, %v", pins, err)
			}
		})
	}
}

func TestCommandsThatBringAnythingIn(t *testing.T) {
	for line, wrong := range map[string]bool{
		"go run example.org/x@latest":                 true,
		"go run example.org/x@v1.2.3":                 false,
		"pip install -r pins.txt":                     true,
		"pip install --require-hashes -r pins.txt":    false,
		"npm install":                                 true,
		"npm ci":                                      false,
		"curl -sSf https://example.org/x | sh":        true,
		"# curl https://example.org explains it":      false,
		`do(ctx, "pip", "install", "-r", "pins.txt")`: true,
	} {
		if got := findUnpinned("run", line) != nil; got != wrong {
			t.Errorf("%s: %v", line, got)
		}
	}
}

func TestDownloadsAreReadFromTheSource(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "main.go"), `package main
func a() file { return file{Package: "@a/b@1.0.0", SHA256: "aa", Place: "x.ttf", Made: "bb"} }
func b() rare { return rare{One: pinned{"c@2.0.0", "cc"}} }`)
	got, err := readDownloads(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := []download{{Package: "@a/b@1.0.0", SHA256: "aa", Place: "x.ttf", Made: "bb"}, {Package: "c@2.0.0", SHA256: "cc"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := (&inventory{downloads: got}).checkDownloads(); err == nil {
		t.Error("digests of two letters pass")
	}
}

func TestANewModuleFailsUntilItIsReviewed(t *testing.T) {
	golden := filepath.Join(t.TempDir(), "verify.txt")
	p := program{name: "verify", modules: []linked{{"example.org/a", "v1.0.0", ""}}}
	if err := p.compare(golden); err == nil {
		t.Error("there is no golden file, and it passes")
	}
	write(t, golden, p.list())
	if err := p.compare(golden); err != nil {
		t.Error(err)
	}
	for name, modules := range map[string][]linked{
		"one more":        {{"example.org/a", "v1.0.0", ""}, {"example.org/b", "v1.0.0", ""}},
		"one fewer":       nil,
		"another version": {{"example.org/a", "v1.0.1", ""}},
	} {
		if err := (program{name: "verify", modules: modules}).compare(golden); err == nil {
			t.Errorf("%s: passes", name)
		}
	}
}

func TestWhatCannotBeRunProvesNothing(t *testing.T) {
	var out strings.Builder
	tally := &tally{out: &out}
	tally.check("one", func() (string, error) { return "found", nil })
	tally.check("two", func() (string, error) { return "", errors.Join(errNotRun, errors.New("no network")) })
	tally.check("three", func() (string, error) { return "", errors.New("wrong") })
	tally.total()
	if tally.passed != 1 || tally.failed != 1 || !strings.HasSuffix(out.String(), "audit: 1 could not be run, and prove nothing\naudit: 1 passed, 1 failed\n") {
		t.Errorf("%s", &out)
	}
	if _, err := vulnerabilities(t.Context(), ".", "file://"+filepath.ToSlash(t.TempDir())); !errors.Is(err, errNotRun) {
		t.Errorf("without a database: %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

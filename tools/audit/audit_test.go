package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
)

func TestLicencesAreRecognisedByTheirWords(t *testing.T) {
	const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to
whom the Software is furnished to do so, subject to the following conditions:
The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
	const apache = "Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use this file except in compliance with the License."
	for name, test := range map[string]struct {
		file, text string
		want       []string
	}{
		"MIT":                         {"LICENSE", mit, []string{"MIT"}},
		"MIT, with other line breaks": {"licence.txt", strings.ReplaceAll(mit, " ", "\n\t"), []string{"MIT"}},
		"two in one file":             {"COPYING.md", apache + "\n\n" + mit, []string{"Apache-2.0", "MIT"}},
		"a file of another name":      {"main.go", mit, nil},
		"a readme":                    {"LICENSE", "This program is licensed to you.", nil},
	} {
		t.Run(name, func(t *testing.T) {
			m := module{"example.org/x", "v1.0.0", t.TempDir()}
			write(t, filepath.Join(m.dir, test.file), test.text)
			found, err := m.licences()
			if diff := cmp.Diff(test.want, found); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestWhatIsLinkedMayNotBindWhoDeliversIt(t *testing.T) {
	directory := t.TempDir()
	write(t, filepath.Join(directory, "COPYING"), "This program is free software: you can redistribute it and/or modify it under the terms of the "+
		"GNU Affero General Public License as published by the Free Software Foundation, either version 3 of the License, or "+
		"(at your option) any later version.")
	bound := map[string]module{"x": {"example.org/x", "v1.0.0", directory}}
	if _, err := checkLicences(bound, deliverableLicences); err == nil {
		t.Error("the AGPL is linked")
	}
	if _, err := checkLicences(bound, usableLicences); err != nil {
		t.Error(err)
	}
	if _, err := checkLicences(map[string]module{"y": {"example.org/y", "v1.0.0", t.TempDir()}}, usableLicences); err == nil {
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
		check func([]byte) ([]pin, error)
		text  string
		pins  int
		ok    bool
	}{
		"Python: pinned":                  {pythonPins, "# made by pip-compile\na==1.0" + hash + "b-c==2.0.1 ; python_version < '3.11'" + hash, 2, true},
		"Python: without a hash":          {pythonPins, "a==1.0\n", 1, false},
		"Python: one without a hash":      {pythonPins, "a==1.0 \\\nb==1.0" + hash, 1, false},
		"Python: without a version":       {pythonPins, "a>=1.0" + hash, 1, false},
		"Python: a place of this machine": {pythonPins, "--find-links /somewhere\na==1.0" + hash, 2, false},
		"npm: pinned":                     {npmPins, `{"packages":{"":{},"node_modules/a":{"version":"1.0.0","integrity":"sha512-x"}}}`, 1, true},
		"npm: without a digest":           {npmPins, `{"packages":{"node_modules/a":{"version":"1.0.0"}}}`, 1, false},
		"Maven: pinned":                   {mavenPins, "<p><a.version>1.2</a.version><version>${a.version}</version></p>", 2, true},
		"Maven: a range":                  {mavenPins, "<p><version>[1.0,2.0)</version></p>", 1, false},
		"Maven: the latest":               {mavenPins, "<p><version>LATEST</version></p>", 1, false},
		"Maven: a snapshot":               {mavenPins, "<p><version>1.0-SNAPSHOT</version></p>", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			pins, err := test.check([]byte(test.text))
			ok := !slices.ContainsFunc(pins, func(p pin) bool { return p.wrong != "" })
			if err != nil || len(pins) != test.pins || ok != test.ok {
				t.Errorf("%v, %v", pins, err)
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

func TestPinsNameWhatIsDownloaded(t *testing.T) {
	for name, test := range map[string]struct {
		read func([]byte) ([]pin, error)
		text string
		want pin
	}{
		"Python": {pythonPins, "Some.Thing==1.0 --hash=sha256:00", pin{name: "pypi some-thing"}},
		"npm":    {npmPins, `{"packages":{"node_modules/x/node_modules/@a/b":{"version":"1","integrity":"sha512-x","license":"MIT"}}}`, pin{name: "npm @a/b", licence: "MIT"}},
		"Maven":  {mavenPins, "<p><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId></dependency></dependencies></p>", pin{name: "maven g:a"}},
	} {
		got, err := test.read([]byte(test.text))
		if err != nil || len(got) != 1 || got[0] != test.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestANewModuleFailsUntilItIsReviewed(t *testing.T) {
	golden := filepath.Join(t.TempDir(), "verify.txt")
	const list = "# verify\nexample.org/a v1.0.0\n"
	if err := compare(golden, list); err == nil {
		t.Error("there is no golden file, and it passes")
	}
	write(t, golden, list)
	if err := compare(golden, list); err != nil {
		t.Error(err)
	}
	for name, other := range map[string]string{
		"one more":        list + "example.org/b v1.0.0\n",
		"one fewer":       "# verify\n",
		"another version": "# verify\nexample.org/a v1.0.1\n",
	} {
		if err := compare(golden, other); err == nil {
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

func TestNPMsAdvisories(t *testing.T) {
	for said, want := range map[string]string{
		`{"vulnerabilities":{}}`: "", `{"vulnerabilities":{"pdfjs-dist":{"severity":"high"}}}`: "known vulnerabilities: map[pdfjs-dist:{high}]",
		`{"error":{}}`: errNotRun.Error(), ``: errNotRun.Error(),
	} {
		bin := t.TempDir()
		must.Do(os.WriteFile(filepath.Join(bin, "npm"), []byte("#!/bin/sh\necho '"+said+"'\n"), 0o755))
		t.Setenv("PATH", bin)
		if _, err := npmAdvisories(t.Context(), bin); (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", said, err)
		}
	}
}

func TestWhatIsDeliveredOfNPMIsLocked(t *testing.T) {
	const lock = `{"packages":{"node_modules/pdfjs-dist":{"version":"4.10.38"}}}`
	if version, err := lockedVersion([]byte(lock), pdfJS); err != nil || version != "4.10.38" {
		t.Errorf("%s, %v", version, err)
	}
	if _, err := lockedVersion([]byte(lock), "other"); err == nil {
		t.Error("what is not locked has a version")
	}
	for _, licence := range strings.Split(reviewedLicences()["npm "+pdfJS], " AND ") {
		if !isPermitted(licence, deliverableLicences) {
			t.Errorf("%q may not be delivered", licence)
		}
	}
}

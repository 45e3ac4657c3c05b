package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSchemeCheckNamesEveryMistakeByItsPlace(t *testing.T) {
	right, err := os.ReadFile("../../shared/domain/scheme/schemes/constructor-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	write := func(name, text string) string {
		at := filepath.Join(directory, name)
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return at
	}
	good := write("good.yaml", string(right))
	twin := write("twin.yaml", string(right))
	wrong := write("wrong.yaml", strings.NewReplacer("id: constructor-1", "id: Other", "maxDays: 180", "maxDays: -1").Replace(string(right)))
	before, _, _ := strings.Cut(string(right), "maxDays:")
	days := fmt.Sprintf(":%d:12: window.maxDays is negative\n", strings.Count(before, "\n")+1)
	for _, test := range []struct {
		is    string
		files []string
		code  int
		says  []string
	}{
		{"a good file", []string{good}, 0, []string{good + ": constructor-1, 一级建造师注册证书\n"}},
		{"two mistakes", []string{good, wrong}, 1, []string{wrong + ":3:5: id is \"Other\"", wrong + days}},
		{"two files of one id", []string{good, twin}, 1, []string{twin + ":1:1: id is constructor-1, as in " + good}},
		{"a file that is not there", []string{good + "x"}, 2, nil},
		{"no file", nil, 2, nil},
	} {
		var out, complaint bytes.Buffer
		c := console{out: &out, err: &complaint, getenv: func(string) string { return "" }}
		if code := c.run(t.Context(), append([]string{"scheme", "check"}, test.files...)); code != test.code {
			t.Errorf("%s: exit code %d: %s", test.is, code, complaint.String())
		}
		for _, text := range test.says {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%s: no %q in\n%s", test.is, text, out.String())
			}
		}
	}
	var out, complaint bytes.Buffer
	c := console{out: &out, err: &complaint, getenv: func(string) string { return "" }}
	var listed []fileMistake
	if code := c.run(t.Context(), []string{"scheme", "check", "-json", wrong}); code != 1 || json.Unmarshal(out.Bytes(), &listed) != nil || len(listed) != 2 || listed[1].Member != "window.maxDays" {
		t.Errorf("-json ends with %d: %s%s", code, out.String(), complaint.String())
	}
}

func TestAnImportKnowsTheKindsOfSCHEMES(t *testing.T) {
	text, err := os.ReadFile("../../shared/domain/scheme/schemes/constructor-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "other.yaml"), []byte(strings.Replace(string(text), "id: constructor-1", "id: other", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]int{"": 2, "file://" + directory: 0, "s3://bucket": 2} {
		var out, complaint bytes.Buffer
		c := console{out: &out, err: &complaint, getenv: func(name string) string { return map[string]string{"SCHEMES": setting}[name] }}
		if code := c.run(t.Context(), []string{"import", "-template", "other", filepath.Join(directory, "out.xlsx")}); code != want {
			t.Errorf("SCHEMES=%s: exit code %d: %s", setting, code, complaint.String())
		}
	}
}

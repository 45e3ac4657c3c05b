package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/svg"
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
		{"two files of one id", []string{good, twin}, 1, []string{twin + ":3:5: id is constructor-1, as in " + good}},
		{"their directory", []string{directory}, 1, []string{twin + ":3:5: id is constructor-1, as in " + good, wrong + days}},
		{"a directory without files", []string{t.TempDir()}, 2, nil},
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

// The preview of a face is an SVG; a face on which the longest texts have no room is refused, and one that
// cannot be read is not drawn.
func TestSchemeCheckDrawsTheFace(t *testing.T) {
	text, err := os.ReadFile("../../shared/domain/scheme/schemes/constructor-1.yaml")
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
	good, wrong := write("good.yaml", string(text)), write("wrong.yaml", strings.Replace(string(text), "ageLimit: 65", "ageLimit: 650", 1))
	details, rows := "details:\n", "face:\n  rows:\n"
	for i := range 6 {
		details += fmt.Sprintf("  - { name: 事项%d, longest: 200 }\n", i)
		rows += fmt.Sprintf("    - { label: 事项%d, value: details.事项%d }\n", i, i)
	}
	full := strings.Replace(string(text), "face:\n  rows:\n", details+rows, 1)
	crowded := write("crowded.yaml", full)
	before, _, _ := strings.Cut(full, "    - { label: 事项0")
	picture := filepath.Join(directory, "out.svg")
	sizes := map[bool]int{}
	for _, test := range []struct {
		is    string
		args  []string
		code  int
		says  string
		drawn bool
	}{
		{"a face", []string{"-preview", picture, good}, 0, "constructor-1", true},
		{"its longest", []string{"-longest", "-preview", picture, good}, 0, "constructor-1", true},
		{"a face with too much", []string{"-preview", picture, crowded}, 1, fmt.Sprintf("%s:%d:5: face.rows cannot be printed", crowded, strings.Count(before, "\n")+1), true},
		{"the longest of it", []string{"-longest", "-preview", picture, crowded}, 1, "let details be shorter", false},
		{"another mistake", []string{"-preview", picture, wrong}, 1, "ageLimit", false},
		{"two files", []string{"-preview", picture, good, crowded}, 2, "", false},
		{"a name that is no picture's", []string{"-preview", good, good}, 2, "", false},
		{"no name", []string{"-longest", good}, 2, "", false},
	} {
		os.Remove(picture)
		var out, complaint bytes.Buffer
		c := console{out: &out, err: &complaint, getenv: func(string) string { return "" }}
		if code := c.run(t.Context(), append([]string{"scheme", "check"}, test.args...)); code != test.code || !strings.Contains(out.String(), test.says) {
			t.Errorf("%s: exit code %d: %s%s", test.is, code, out.String(), complaint.String())
		}
		drawing, err := os.ReadFile(picture)
		if (err == nil) != test.drawn || test.drawn && !svg.IsPreview(drawing) {
			t.Errorf("%s: a preview of %d bytes: %v", test.is, len(drawing), err)
		}
		if test.code == 0 {
			sizes[test.args[0] == "-longest"] = len(drawing)
		}
	}
	if sizes[true] <= sizes[false] {
		t.Errorf("the longest face has %d bytes, the ordinary one %d", sizes[true], sizes[false])
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

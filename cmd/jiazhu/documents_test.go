package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTheDocumentsNameCommandsThatExist reads every `jiazhu …` in the documents and checks that the
// program has that command and those flags.
func TestTheDocumentsNameCommandsThatExist(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	guides, err := filepath.Glob("../../docs/zh/*.md")
	if err != nil {
		t.Fatal(err)
	}
	files = append(append(files, guides...), "../../README.md", "../../README.zh-CN.md")
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range commandLines(string(text)) {
			found++
			if why := checkCommandLine(t, line); why != "" {
				t.Errorf("%s: jiazhu %s: %s", filepath.Base(file), line, why)
			}
		}
	}
	if found < 12 {
		t.Errorf("%d commands were found in the documents", found)
	}
	for _, wrong := range []string{"verify -no-such-flag FILE", "no-such-command", "accounts"} {
		if checkCommandLine(t, wrong) == "" {
			t.Errorf("jiazhu %s is taken for a command", wrong)
		}
	}
}

// TestTheReadmesListEveryCommand in their line about cmd/jiazhu, and no other.
func TestTheReadmesListEveryCommand(t *testing.T) {
	var want []string
	for name := range commands() {
		want = append(want, strings.Fields(name)[0])
	}
	slices.Sort(want)
	want = slices.Compact(want)
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		line := regexp.MustCompile(`(?m)^cmd/jiazhu .*[:：](.*)$`).FindStringSubmatch(string(text))
		if line == nil {
			t.Fatalf("%s has no line about cmd/jiazhu", file)
		}
		got := regexp.MustCompile(`[a-z]+`).FindAllString(line[1], -1)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s lists %v, and the program has %v", file, got, want)
		}
	}
}

var (
	inSpan  = regexp.MustCompile("`jiazhu ([^`]+)`")
	inBlock = regexp.MustCompile(`(?m)(?:^|[|;&(]) *(?:build/)?jiazhu ([^|;&)\n]+)`)
	fenced  = regexp.MustCompile("(?ms)^ *```.*?^ *```")
)

// commandLines returns what follows the program's name, in spans and in blocks of code.
func commandLines(text string) (all []string) {
	for _, block := range fenced.FindAllString(text, -1) {
		for _, m := range inBlock.FindAllStringSubmatch(strings.ReplaceAll(block, "\\\n", " "), -1) {
			all = append(all, m[1])
		}
	}
	for _, m := range inSpan.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		all = append(all, m[1])
	}
	return all
}

// checkCommandLine returns the command or flag of a line that the program does not have, or "".
func checkCommandLine(t *testing.T, line string) string {
	line = strings.TrimPrefix(line, "help ")
	t.Helper()
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	name := []string{words[0]}
	if commands()[words[0]] == nil && len(words) > 1 {
		name = append(name, words[1])
	}
	if commands()[strings.Join(name, " ")] == nil {
		return "there is no such command"
	}
	var help bytes.Buffer
	c := console{out: &help, err: &help, getenv: func(string) string { return "" }}
	if code := c.run(t.Context(), append(name, "-h")); code != 0 {
		return help.String()
	}
	for _, word := range words[len(name):] {
		flag := strings.Trim(word, "[]…")
		flag, _, _ = strings.Cut(flag, "=")
		if !strings.HasPrefix(flag, "-") || flag == "-" {
			continue
		}
		known := regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(help.String(), -1)
		if !slices.ContainsFunc(known, func(m []string) bool { return "-"+m[1] == flag }) {
			return "it has no flag " + flag
		}
	}
	return ""
}

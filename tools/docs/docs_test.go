package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

func generateFiles(t *testing.T) map[string][]byte {
	t.Helper()
	all, err := files(root)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestThePageFollowsTheContract(t *testing.T) {
	for name, want := range generateFiles(t) {
		got, err := os.ReadFile(filepath.Join(root, outputDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s/%s does not follow openapi.yaml: run `go run ./tools/docs`", outputDir, name)
		}
	}
}

func TestThePageListsEveryOperationSchemaAndCode(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	contract, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	page := string(generateFiles(t)["docs.html"])
	wants := func(text string) {
		t.Helper()
		if !strings.Contains(page, text) {
			t.Errorf("the page has no %s", text)
		}
	}
	operations := 0
	for _, path := range contract.At("paths").Members() {
		for _, method := range path.Value.Members() {
			operations++
			wants(`<article id="` + method.Value.Text("operationId") + `">`)
			wants(strings.ToUpper(method.Name) + `</b> <code>` + path.Name + `</code>`)
		}
	}
	if operations < 30 {
		t.Errorf("the contract has %d operations", operations)
	}
	for _, m := range contract.At("components", "schemas").Members() {
		wants(`<article id="schema-` + m.Name + `">`)
	}
	for _, code := range contract.At("components", "schemas", "ProblemCode", "enum").strings() {
		wants(`<th scope="row"><code>` + code + `</code></th>`)
	}
}

func TestEveryLinkOfThePageLeadsSomewhere(t *testing.T) {
	page := string(generateFiles(t)["docs.html"])
	var dead []string
	for _, link := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		switch to := link[1]; {
		case slices.Contains([]string{"/docs/docs.css", "/docs/openapi.yaml", "/v/icon.svg"}, to):
		case strings.HasPrefix(to, "#") && strings.Count(page, ` id="`+to[1:]+`"`) == 1:
		default:
			dead = append(dead, to)
		}
	}
	if diff := cmp.Diff([]string(nil), dead); diff != "" {
		t.Error(diff)
	}
}

func TestThePageNeedsNothingThatItsPolicyForbids(t *testing.T) {
	page := string(generateFiles(t)["docs.html"])
	for _, never := range []string{"<script", "<style", " style=", " onclick=", "<iframe", "<img", "@import", "url("} {
		if strings.Contains(page, never) {
			t.Errorf("the page has %s", never)
		}
	}
}

func TestProseIsEscapedBeforeItIsMarked(t *testing.T) {
	v, err := parse([]byte("a: '<b>&amp; `x<y` **z**'"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("<p>&lt;b&gt;&amp;amp; <code>x&lt;y</code> <strong>z</strong></p>", string(prose(v.At("a")))); diff != "" {
		t.Error(diff)
	}
}

func TestExamplesKeepTheirOrderAliasesAndMerges(t *testing.T) {
	v, err := parse([]byte("one: &one {z: 1, a: 'true', n: null}\ntwo: {<<: *one, a: [x, '<'], m: {}}"))
	if err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"z\": 1,\n  \"a\": [\n    \"x\",\n    \"<\"\n  ],\n  \"n\": null,\n  \"m\": {}\n}"
	if diff := cmp.Diff(want, v.At("two").json()); diff != "" {
		t.Error(diff)
	}
}

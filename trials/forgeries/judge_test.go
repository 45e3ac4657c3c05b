package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

func TestWhatAnAnswerSaysOfAForgery(t *testing.T) {
	const shown = `"subject":{"disclosed":{"name":"张三"}}`
	for name, c := range map[string]struct {
		status  int
		body    string
		forgery forgery.Forgery
		valid   bool
		judged  bool
	}{
		"invalid":                            {200, `{"verdict":"invalid"}`, forgery.Forgery{}, false, true},
		"unknown":                            {200, `{"verdict":"unknown"}`, forgery.Forgery{}, false, true},
		"valid":                              {200, `{"verdict":"valid"}`, forgery.Forgery{}, true, true},
		"valid, of a genuine receipt":        {200, `{"verdict":"valid"}`, forgery.Forgery{Signed: true}, true, true},
		"a receipt, of a forged one":         {200, `{"verdict":"receipt"}`, forgery.Forgery{}, true, true},
		"a receipt, of a genuine one":        {200, `{"verdict":"receipt"}`, forgery.Forgery{Signed: true}, false, true},
		"invalid, but the name is shown":     {200, `{"verdict":"invalid",` + shown + `}`, forgery.Forgery{}, true, true},
		"invalid, and the name may be shown": {200, `{"verdict":"invalid",` + shown + `}`, forgery.Forgery{Disclosable: true}, false, true},
		"refused":                            {413, `{"code":"file-too-large"}`, forgery.Forgery{}, false, true},
		"too many questions":                 {429, `{}`, forgery.Forgery{}, false, false},
		"out of order":                       {502, `{}`, forgery.Forgery{}, false, false},
		"no verdict":                         {200, `{}`, forgery.Forgery{}, false, false},
	} {
		found, _, err := read(c.forgery, call{}, &seed.Reply{Status: c.status, Body: []byte(c.body)})
		if found.valid != c.valid || (err == nil) != c.judged {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
}

func TestAForgeryThatIsCalledValidOrNotJudgedFailsAndIsKept(t *testing.T) {
	of := func(name string) forgery.Forgery {
		return forgery.Forgery{
			Attacker: forgery.StolenKeys, Kind: "PDF: drawn anew", Name: name, Form: forgery.PDF, Data: []byte(name), AsOf: civil.Date{Year: 2036, Month: 5, Day: 28},
		}
	}
	results := []result{
		{of("good"), []finding{{judge: byAPI, message: "invalid"}, {judge: byPage, message: "✕"}}},
		{of("taken"), []finding{{judge: byAPI, message: "invalid"}, {judge: byRegistry, message: "exit 0", valid: true}}},
		{of("not judged"), []finding{{judge: byAPI, err: errors.New("no answer")}}},
	}
	r := &forgeryRun{settings: settings{out: t.TempDir()}}
	var out strings.Builder
	failed, err := r.failures(&out, results)
	if err != nil || failed != 2 {
		t.Fatalf("%d failed, %v: %s", failed, err, &out)
	}
	kept, err := os.ReadFile(filepath.Join(r.out, "thief", "pdf-drawn-anew", "taken.pdf"))
	if err != nil || string(kept) != "taken" {
		t.Errorf("%q, %v", kept, err)
	}
	how, err := os.ReadFile(filepath.Join(r.out, "thief", "pdf-drawn-anew", "taken.pdf.how.txt"))
	if err != nil || !strings.Contains(string(how), "-registry: exit 0") || !strings.Contains(string(how), "relied on: 2036-05-28") {
		t.Errorf("%q, %v", how, err)
	}
	if _, err := os.Stat(filepath.Join(r.out, "thief", "pdf-drawn-anew", "good.pdf")); err == nil {
		t.Error("what nobody called valid is kept")
	}
	var table strings.Builder
	printTable(&table, results)
	for _, line := range strings.Split(table.String(), "\n") {
		if fields := strings.Fields(line); strings.HasPrefix(line, "a thief") && (fields[2] != "3" || fields[len(fields)-1] != "1") {
			t.Errorf("the table says %q", line)
		}
	}
}

func TestGenuineFilesAreFoundAmongForgeries(t *testing.T) {
	g := forgery.Genuine{Copy: forgery.Copy{PDF: []byte("genuine")}}
	one := forgery.Forgery{Attacker: forgery.Outsider, Kind: "k", Name: "a", Form: forgery.PDF, Data: []byte("genuine")}
	if checkDistinct([]forgery.Forgery{one}, g).OK {
		t.Error("a genuine file passes for a forgery")
	}
	one.AsOf = civil.Date{Year: 2036, Month: 5, Day: 28}
	if c := checkDistinct([]forgery.Forgery{one}, g); !c.OK {
		t.Error("a genuine file relied on on another day is none: " + c.Got)
	}
	if checkDistinct([]forgery.Forgery{one, one}, g).OK {
		t.Error("two of one name pass")
	}
}

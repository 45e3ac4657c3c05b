package kit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
)

// The files of a published bundle, beside a directory with every case's text and one
// with the inputs.
const (
	trustFile      = "jiazhu-trust.json"
	keysFile       = "jwks.json"
	indexFile      = "index.json"
	caseDirectory  = "cases"
	inputDirectory = "inputs"
)

// Entry is one case in the index, for programs that do not read the text.
type Entry struct {
	Name     string            `json:"name"`
	Comment  string            `json:"comment"`
	Given    string            `json:"given"`
	Input    string            `json:"input,omitempty"` // file in inputs/; "" for a number
	Now      time.Time         `json:"now"`
	Question map[string]string `json:"question"`
	Online   Expected          `json:"online"`
	Offline  *Expected         `json:"offline,omitempty"`
}

// Expected is an answer.
type Expected struct {
	Verdict string `json:"verdict"`
	Code    int    `json:"code"`
	Ends    string `json:"ends"`
	Newer   bool   `json:"newer"`
	Checks  []Row  `json:"checks"`
	Said    *Said  `json:"said,omitempty"` // of a receipt
	Now     *Now   `json:"now,omitempty"`  // of the registry, about the claim
}

// Said is the content of a receipt.
type Said struct {
	Verdict string `json:"verdict"`
	Code    int    `json:"code"`
	Checks  []Row  `json:"checks"`
}

// Now is the registry's present findings about the claim of a receipt.
type Now struct {
	Newer  bool  `json:"newer"`
	Checks []Row `json:"checks"`
}

// Row is one row of an answer.
type Row struct {
	Check  string `json:"check"`
	Result string `json:"result"`
	Reason string `json:"reason"`
}

// Publish writes every case with its input and the published keys into a directory.
func (k *Kit) Publish(t testing.TB, folder string) {
	t.Helper()
	all, err := cases.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	jwks, err := k.Trust.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(folder, trustFile), k.Bundle)
	save(t, filepath.Join(folder, keysFile), jwks)
	var index []Entry
	for _, c := range all {
		text, err := cases.Text(c.Name)
		if err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(folder, caseDirectory, c.Name+".txt"), text)
		s := k.Make(t, c)
		e := entryOf(c)
		if s.Input.Ending != "" {
			e.Input = c.Name + "." + s.Input.Ending
			save(t, filepath.Join(folder, inputDirectory, e.Input), s.Input.Bytes())
		}
		index = append(index, e)
	}
	list, err := json.MarshalIndent(index, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(folder, indexFile), list)
}

func entryOf(c cases.Case) Entry {
	e := Entry{Name: c.Name, Comment: c.Comment, Given: c.Given.Kind, Now: c.Now, Question: map[string]string{}, Online: expectedAnswer(c.Online)}
	for name, value := range map[string]string{
		"asOf": c.Question.AsOf.String(), "specialty": c.Question.Specialty,
		"purpose": c.Question.Purpose, "recipient": c.Question.Recipient,
		"number": c.Given.Number, "name": c.Given.Name,
	} {
		if value != "" {
			e.Question[name] = value
		}
	}
	if c.Offline != nil {
		offline := expectedAnswer(*c.Offline)
		e.Offline = &offline
	}
	return e
}

func expectedAnswer(a cases.Answer) Expected {
	e := Expected{Verdict: string(a.Overall), Code: int(a.Code), Ends: a.Ends, Newer: a.Newer, Checks: rowsOf(a.Rows)}
	if s := a.Said; s != nil {
		e.Said = &Said{string(s.Overall), int(s.Code), rowsOf(s.Rows)}
	}
	if n := a.Now; n != nil {
		e.Now = &Now{n.Newer, rowsOf(n.Rows)}
	}
	return e
}

func rowsOf(list []cases.Row) (rows []Row) {
	for _, r := range list {
		rows = append(rows, Row{string(r.Check), string(r.Result), string(r.Reason)})
	}
	return rows
}

func save(t testing.TB, at string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

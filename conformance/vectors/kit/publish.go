package kit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/internal/must"
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
	Online   cases.Answer      `json:"online"`
	Offline  *cases.Answer     `json:"offline,omitempty"`
}

// Publish writes every case with its input and the published keys into a directory.
func (k *Kit) Publish(t testing.TB, directory string) {
	t.Helper()
	defer must.Fatal(t)
	save(filepath.Join(directory, trustFile), k.Bundle)
	save(filepath.Join(directory, keysFile), must.Get(k.Trust.JWKS()))
	var index []Entry
	for _, c := range must.Get(cases.ReadAll()) {
		save(filepath.Join(directory, caseDirectory, c.Name+".txt"), must.Get(cases.Text(c.Name)))
		s := k.Make(t, c)
		e := entryOf(c)
		if s.Input.Ending != "" {
			e.Input = c.Name + "." + s.Input.Ending
			save(filepath.Join(directory, inputDirectory, e.Input), s.Input.Bytes())
		}
		index = append(index, e)
	}
	save(filepath.Join(directory, indexFile), must.Get(json.MarshalIndent(index, "", " ")))
}

func entryOf(c cases.Case) Entry {
	e := Entry{Name: c.Name, Comment: c.Comment, Given: c.Given.Kind, Now: c.Now, Question: map[string]string{}, Online: c.Online, Offline: c.Offline}
	for name, value := range map[string]string{
		"asOf": c.Question.AsOf.String(), "specialty": c.Question.Specialty,
		"purpose": c.Question.Purpose, "recipient": c.Question.Recipient,
		"number": c.Given.Number, "name": c.Given.Name,
	} {
		if value != "" {
			e.Question[name] = value
		}
	}
	return e
}

func save(at string, data []byte) {
	must.Do(os.MkdirAll(filepath.Dir(at), 0o755))
	must.Do(os.WriteFile(at, data, 0o644))
}

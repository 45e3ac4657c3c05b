// Package submission judges an authority's table of certificates with its pictures, as far as that depends
// on the table alone. The command jiazhu import and the page 上报 (cmd/clerk) are made of it, so that
// both accept and refuse the same rows.
package submission

import (
	"encoding/json"
	"errors"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/roster"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// The members of a row that hold its pictures.
const (
	Photo     = "/photo"
	Signature = "/signatureImage"
)

// Table is a table with its pictures.
type Table struct {
	*roster.Roster
	Schemes  scheme.Set
	Pictures map[string]*Pictures // by the row's member; one without pictures is left out
}

// Pictures are those of one member, and what became of them.
type Pictures struct {
	*roster.Pictures `json:"-"`
	fit              func([]byte) ([]byte, string, error)
	Found            int            `json:"found"`
	Missing          int            `json:"missing"`
	Changed          map[string]int `json:"changed"` // how many were changed in each way
	Unused           []string       `json:"unused"`
}

// AddPictures gives the table the pictures of a member.
func (t *Table) AddPictures(member string, all *roster.Pictures) {
	fit := roster.FitPhoto
	if member == Signature {
		fit = roster.FitSignature
	}
	t.Pictures[member] = &Pictures{Pictures: all, fit: fit, Changed: map[string]int{}}
}

// ErrNoPictures says that a row names a picture of a member that has none.
var ErrNoPictures = errors.New("the row names a picture, and none was given")

// Prepare reads a line with its pictures, which are counted if count is set.
func (t *Table) Prepare(row sheet.Row, count bool) (roster.Entry, error) {
	e := t.Convert(row)
	for member, to := range map[string]*[]byte{Photo: &e.Row.Photo, Signature: &e.Row.SignatureImage} {
		p := t.Pictures[member]
		if p == nil {
			if count && t.NamesPicture(row, member) {
				return e, ErrNoPictures
			}
			continue
		}
		before := len(e.Mistakes)
		picture, change := p.Add(t.Roster, &e, row, member, p.fit)
		*to = picture
		switch {
		case !count || len(e.Mistakes) > before:
		case picture == nil:
			p.Missing++
		default:
			p.Found++
			if change != "" {
				p.Changed[change]++
			}
		}
	}
	return e, nil
}

// Judge returns why the service refuses a row, as far as that depends on the row alone.
func (t *Table) Judge(e roster.Entry) (flaws []client.Flaw) {
	line, err := json.Marshal(e.Row)
	if err != nil {
		return []client.Flaw{{Detail: err.Error()}}
	}
	var o reporting.Outcome
	if reporting.JudgeAlone(t.Schemes, line, &o, "zh") {
		return nil
	}
	for _, f := range o.Errors {
		flaws = append(flaws, client.Flaw{Field: f.Field, Rule: f.Rule, Detail: f.Detail, Suggestion: f.Suggestion})
	}
	return flaws
}

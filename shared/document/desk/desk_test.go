package desk

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Every published vector is answered as by any other verifier that has the keys alone.
func TestTheVectors(t *testing.T) {
	all := must.Get(cases.ReadAll())
	maker := kit.New(t)
	trust := must.Get(evidence.ParseTrust(maker.Bundle))
	for _, c := range all {
		if c.Offline == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			document, err := Examine(maker.Make(t, c).Input.Bytes(), trust)
			if isReceipt := errors.Is(err, ErrReceipt); isReceipt || c.Offline.Overall == verdict.GenuineReceipt {
				if !isReceipt || !strings.Contains(c.Name, "receipt") {
					t.Errorf("a receipt is told from a document: %v", isReceipt)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			a := document.Judge(verdict.Question{
				AsOf: c.Question.AsOf, Specialty: c.Question.Specialty, Purpose: c.Question.Purpose, Recipient: c.Question.Recipient,
			}, c.Now, "zh-CN")
			got := cases.Answer{Overall: a.Verdict, Code: a.Code, Newer: a.Newer, Ends: "none"}
			for _, r := range a.Checks {
				got.Rows = append(got.Rows, cases.Row{Check: r.Check, Result: r.Result, Reason: r.Reason})
			}
			if a.Ends != nil {
				got.Ends = strings.TrimSpace(a.Ends.On.String() + " " + string(a.Ends.Rule))
			}
			if diff := cmp.Diff(*c.Offline, got); diff != "" {
				t.Errorf("%s\n%s", c.Comment, diff)
			}
		})
	}
}

// The answer has the members that the page reads of the service's.
func TestTheAnswerIsThatOfTheService(t *testing.T) {
	maker := kit.New(t)
	c := must.Get(cases.Read("pdf-good"))
	document := must.Get(Examine(maker.Make(t, c).Input.Bytes(), must.Get(evidence.ParseTrust(maker.Bundle))))
	var got map[string]any
	if err := json.Unmarshal(must.Get(json.Marshal(document.Judge(verdict.Question{}, c.Now, "zh-CN"))), &got); err != nil {
		t.Fatal(err)
	}
	for member, want := range map[string]any{
		"verdict": "unknown", "verdictName": "无法确认", "given": "pdf", "asOf": "2026-11-24", "code": 0.0, "newer": false,
	} {
		if got[member] != want {
			t.Errorf("%s is %v, want %v", member, got[member], want)
		}
	}
	s, _ := got["subject"].(map[string]any)
	if s["name"] != "张*" || s["number"] != "京1112019202000001" || s["useUntil"] != "2027-05-22" || len(s["specialties"].([]any)) == 0 {
		t.Errorf("the subject is %v", s)
	}
	if at, _ := got["checkedAt"].(string); !strings.HasSuffix(at, "+08:00") {
		t.Errorf("checked at %s", at)
	}
}

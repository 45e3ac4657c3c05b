package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// Every published vector, run through the deployed function over a register in the state that the
// vector describes.
func TestTheVectors(t *testing.T) {
	recordstest.Open(t) // the tests need it
	all, err := cases.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k := kit.New(t)
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			s := k.Make(t, c)
			h := recordstest.NewFixture(t)
			setUpCase(t, h, s)
			app, err := newApp(deps{
				certificates: h.Records, limits: h.Sessions, grants: h.Sessions, receipts: k.Issuer().Receipts, drawer: receiptpage.New(),
				schemes: h.Schemes, trust: k.Trust, origin: issuetest.Origin, test: true, log: io.Discard,
			}, h.Clock.Now)
			if err != nil {
				t.Fatal(err)
			}
			var got reply
			recordstest.Send(t, app, caseRequest(t, s)).Into(t, 200, &got)
			if diff := cmp.Diff(c.Online, caseAnswer(got)); diff != "" {
				t.Errorf("%s\n%s", c.Comment, diff)
			}
			if len(c.Online.Rows) == 1 && got.Subject != nil {
				t.Error("something is shown of what cannot be believed")
			}
		})
	}
}

// setUpCase does everything that the case describes, in order.
func setUpCase(t *testing.T, h *recordstest.Fixture, s kit.PreparedCase) {
	t.Helper()
	defer must.Fatal(t)
	h.Clock.Set(s.Copy.Made)
	if s.Registry.Seal != nil {
		s.Endorsement.KeySet = must.Get(h.Records.NumberKeySet(t.Context(), s.KeySet))
		must.Do(h.Records.WriteSealHistory(t.Context(), records.Seals{}, s.KeySet.Names()[0], s.Registry.Seal))
	}
	if s.Registry.Access != "empty" {
		record := h.Enter(t, s.Before, nil, nil)
		if s.Registry.Copy == "recorded" {
			enterEndorsement(t, h, record, s.Endorsement)
		}
		if s.Newer != nil {
			enterEndorsement(t, h, record, *s.Newer)
		}
		if !s.Registry.Withdrawn.IsZero() {
			if _, err := h.Records.Withdraw(t.Context(), s.Before.ID, record.Holder, s.Endorsement.ID, "", s.Registry.Withdrawn); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(s.Before, s.After); diff != "" {
			if _, err := h.Records.Put(t.Context(), records.Change{By: recordstest.Registry(), Before: &record, After: s.After}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s.Registry.Access == "unreachable" {
		h.Transport.On(func(recordstest.Call) recordstest.CallOutcome { return recordstest.NeverArrives })
	}
	h.Clock.Set(s.Now)
}

func enterEndorsement(t *testing.T, h *recordstest.Fixture, record records.Record, e endorsement.Endorsement) {
	t.Helper()
	e.Holder = record.Holder
	if _, err := h.Records.Endorse(t.Context(), records.Entry{
		Endorsement: e, Revision: record.Revision, Key: e.ID, Fingerprint: "body", Day: civil.Of(e.MadeAt),
	}); err != nil {
		t.Fatal(err)
	}
}

// caseRequest returns the case's request.
func caseRequest(t *testing.T, s kit.PreparedCase) recordstest.Request {
	t.Helper()
	in, question := s.Input, fields{}
	for name, value := range map[string]string{
		"token": in.Token, "receipt": in.Receipt, "number": in.Number, "name": in.Name,
		"asOf": s.Question.AsOf.String(), "specialty": s.Question.Specialty,
		"purpose": s.Question.Purpose, "recipient": s.Question.Recipient,
	} {
		if value != "" {
			question[name] = value
		}
	}
	if in.File != nil {
		question["file"] = base64Of(in.File)
	}
	body, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	return recordstest.Request{Route: "POST /v1/verifications", Body: string(body)}
}

// caseAnswer returns the answer in the form of a case.
func caseAnswer(r reply) cases.Answer {
	a := cases.Answer{Overall: verdict.Overall(r.Verdict), Code: verdict.Code(r.Code), Newer: r.Newer, Ends: "none", Rows: caseRows(r.Checks)}
	if s := r.Said; s != nil {
		a.Said = &cases.Said{Overall: verdict.Overall(s.Verdict), Code: verdict.Code(s.Code), Rows: caseRows(s.Checks)}
	}
	if n := r.Now; n != nil {
		a.Now = &cases.Now{Rows: caseRows(n.Checks), Newer: n.Newer}
	}
	if r.Ends != nil {
		a.Ends = strings.TrimSpace(r.Ends.On + " " + r.Ends.Rule)
	}
	return a
}

func caseRows(list []replyRow) (rows []cases.Row) {
	for _, c := range list {
		rows = append(rows, cases.Row{Check: verdict.Check(c.Check), Result: verdict.Result(c.Result), Reason: verdict.Reason(c.Reason)})
	}
	return rows
}

package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// batchReply is the answer to a batch.
type batchReply struct {
	AsOf, CheckedAt, Receipt string
	Items                    []entryReply
}

type entryReply struct {
	Given, Verdict, VerdictName string
	Checks                      []replyRow
	Code                        int
	Ends                        *struct{ On, Rule, Text string }
	Newer, Test                 bool
	Problem                     *struct {
		Code       string
		RetryAfter int
	}
}

func (w *fixture) postBatch(t *testing.T, question fields, items ...any) batchReply {
	t.Helper()
	body := fields{"items": items}
	for name, value := range question {
		body[name] = value
	}
	var got batchReply
	w.sendBatch(t, body).Into(t, 200, &got)
	if len(got.Items) != len(items) {
		t.Fatalf("%d items, %d entries", len(items), len(got.Items))
	}
	return got
}

func (w *fixture) sendBatch(t *testing.T, body any) recordstest.Reply {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications/batch", Body: string(text)})
}

// examine returns what a verifier's own machine finds in a file.
func (w *fixture) examine(t *testing.T, file []byte) verdict.Evidence {
	t.Helper()
	trust, err := evidence.ParseTrust(w.issuer.Trust)
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Examine(file, trust)
}

func (w *fixture) state(t *testing.T, file []byte) verdict.StatedFile {
	t.Helper()
	stated, ok := verdict.StateFile(w.examine(t, file))
	if !ok {
		t.Fatal("the file's signature does not match")
	}
	return stated
}

// merge composes an entry about a file with what the file proves by itself.
func (w *fixture) merge(t *testing.T, file []byte, q verdict.Question, of entryReply) verdict.Verdict {
	t.Helper()
	local := verdict.Judge(w.examine(t, file), verdict.Records{Access: verdict.NotReached}, q, w.Clock.Now())
	register := verdict.Verdict{Code: verdict.Code(of.Code), Newer: of.Newer}
	for _, r := range of.Checks {
		register.Findings = append(register.Findings, verdict.Finding{
			Check: verdict.Check(r.Check), Result: verdict.Result(r.Result), Reason: verdict.Reason(r.Reason), Text: problem.Text{ZH: r.Text},
		})
	}
	if e := of.Ends; e != nil {
		on, err := civil.Parse(e.On)
		if e.On != "" && err != nil {
			t.Fatal(err)
		}
		register.Ends = &verdict.Ending{On: on, Rule: verdict.Rule(e.Rule), Text: problem.Text{ZH: e.Text}}
	}
	return verdict.Merge(local, register)
}

// What a batch says of a file that stays where it is, with what the file proves, is what the service
// says of the file itself; and of a token it says the same as when asked for it alone.
func TestABatchAnswersAsTheFilesThemselvesWould(t *testing.T) {
	for name, since := range map[string]func(*testing.T, *fixture, issuetest.IssuedCopy){
		"nothing happened": func(*testing.T, *fixture, issuetest.IssuedCopy) {},
		"the holder withdrew it": func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
			if _, err := w.Records.Withdraw(t.Context(), made.Endorsement.CertID, made.Endorsement.Holder, made.Endorsement.ID, "", w.Clock.Now()); err != nil {
				t.Fatal(err)
			}
		},
		"another employer": func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
			w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) { c.Employer.Name, c.Version = "另一公司", "002" })
		},
		"renewed": func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
			w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) {
				c.Version, c.Specialties[0].To = "002", c.Specialties[0].To.AddYears(3)
			})
		},
		"cancelled": func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
			w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
		},
		"past its last day": func(_ *testing.T, w *fixture, made issuetest.IssuedCopy) {
			w.Clock.Set(made.Endorsement.UseUntil.End())
		},
		"a newer copy": func(t *testing.T, w *fixture, _ issuetest.IssuedCopy) {
			w.Clock.Advance(time.Minute)
			w.endorse(t)
		},
		"another holder": func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
			w.ChangeHolder(t, made.Endorsement.CertID, recordstest.LiSi())
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			made := w.endorse(t)
			since(t, w, made)
			question := fields{"asOf": "2027-01-15", "specialty": "建筑工程", "purpose": "入职"}
			q := verdict.Question{AsOf: must.Get(civil.Parse("2027-01-15")), Specialty: "建筑工程", Purpose: "入职"}
			got := w.postBatch(t, question, w.state(t, made.PDF), fields{"token": made.Token}, w.state(t, made.OFD))
			for i, file := range map[int][]byte{0: made.PDF, 2: made.OFD} {
				alone := w.upload(t, "application/octet-stream", file, "asOf=2027-01-15&specialty=%E5%BB%BA%E7%AD%91%E5%B7%A5%E7%A8%8B&purpose=%E5%85%A5%E8%81%8C")
				merged := w.merge(t, file, q, got.Items[i])
				var rows []replyRow
				for _, f := range merged.Findings {
					rows = append(rows, replyRow{string(f.Check), string(f.Result), string(f.Reason), f.Text.ZH})
				}
				if diff := cmp.Diff(alone.Checks, rows); diff != "" {
					t.Errorf("item %d (-file +batch): %s", i, diff)
				}
				if string(merged.Overall) != alone.Verdict || int(merged.Code) != alone.Code || merged.Newer != alone.Newer ||
					merged.Ends.Text.ZH != alone.Ends.Text || got.Items[i].Verdict != "" {
					t.Errorf("item %d: %+v, want %+v", i, merged, alone)
				}
			}
			alone := w.postVerification(t, fields{"token": made.Token, "asOf": "2027-01-15", "specialty": "建筑工程", "purpose": "入职"})
			entry := got.Items[1]
			if diff := cmp.Diff(alone.Checks, entry.Checks); diff != "" || entry.Verdict != alone.Verdict || entry.Code != alone.Code || !entry.Test {
				t.Errorf("the token: %s, %d: (-alone +batch) %s", entry.Verdict, entry.Code, diff)
			}
		})
	}
}

// Anybody can state any copy. Whoever knows the ids of one, but not all that identifies it, learns no
// more than of a copy that nobody made.
func TestAnotherCopyThanTheRegisteredOneIsAnsweredLikeNone(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	unknown := w.state(t, w.print(t, w.issuer).PDF)
	want := w.postBatch(t, nil, unknown).Items[0]
	rule := want.Ends.Rule
	before := len(w.ledger(t))
	for name, change := range map[string]func(*verdict.StatedFile){
		"another number":      func(s *verdict.StatedFile) { s.Copy.Number = "京1112019202000009" },
		"another name":        func(s *verdict.StatedFile) { s.Copy.Name = "李*" },
		"another last day":    func(s *verdict.StatedFile) { s.Copy.Until = s.Copy.Until.AddDays(1) },
		"another first day":   func(s *verdict.StatedFile) { s.Copy.From = s.Copy.From.AddDays(-1) },
		"another content":     func(s *verdict.StatedFile) { s.CopyDigest = strings.Repeat("0", 64) },
		"another copy's id":   func(s *verdict.StatedFile) { s.Copy.Endorsement = unknown.Copy.Endorsement },
		"another certificate": func(s *verdict.StatedFile) { s.Copy.Certificate = records.NewID(w.Clock.Now()) },
	} {
		stated := w.state(t, made.PDF)
		change(&stated)
		got := w.postBatch(t, nil, stated).Items[0]
		if got.Ends == nil || got.Ends.Rule != rule || got.Ends.On != stated.Copy.Until.String() { // of the days stated
			t.Errorf("%s: ends %+v", name, got.Ends)
		}
		got.Ends, want.Ends = nil, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-none +stated): %s", name, diff)
		}
	}
	if after := len(w.ledger(t)); after != before {
		t.Errorf("%d entries in the ledger of a copy that nobody stated", after-before)
	}
	other := w.state(t, made.PDF)
	other.SHA256 = strings.Repeat("0", 64)
	if got := w.postBatch(t, nil, other).Items[0]; got.Code != 10 || got.Checks[2].Reason != string(verdict.FileNotRegistered) {
		t.Errorf("another file of the registered copy: %+v", got)
	}
}

func TestEveryItemOfABatchStandsInTheLedger(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	w.postBatch(t, fields{"asker": fields{"name": "丙"}}, fields{"token": made.Token}, w.state(t, made.PDF), w.state(t, made.OFD))
	channels := map[string]int{}
	for _, entry := range w.ledger(t) {
		if entry.Asker != "丙" || entry.Verdict != "valid" || entry.Endorsement != made.Endorsement.ID {
			t.Errorf("got %+v", entry)
		}
		channels[entry.Channel]++
	}
	if diff := cmp.Diff(map[string]int{"qr": 1, "pdf": 1, "ofd": 1}, channels); diff != "" {
		t.Error(diff)
	}
}

// failingRegister cannot be reached for one copy.
type failingRegister struct {
	*records.Store
	copy string
}

func (s failingRegister) Examine(ctx context.Context, x records.Presented) (records.PresentedRecord, error) {
	if x.Endorsement == s.copy {
		return records.PresentedRecord{}, dynamo.NewUnavailable("throttled")
	}
	return s.Store.Examine(ctx, x)
}

func TestAnItemThatCannotBeReadIsItsOwnProblem(t *testing.T) {
	w := newFixture(t)
	first := w.endorse(t)
	w.Clock.Advance(time.Minute)
	second := w.endorse(t)
	w.app = w.functionReading(t, w.issuer, failingRegister{w.Records, second.Endorsement.ID})
	got := w.postBatch(t, nil, fields{"token": second.Token}, fields{"token": first.Token}, w.state(t, second.PDF), fields{"token": "no token"})
	for i, want := range []string{"unavailable", "", "unavailable", ""} {
		code := ""
		if p := got.Items[i].Problem; p != nil {
			code = p.Code
		}
		if code != want || (len(got.Items[i].Checks) == 0) != (want != "") {
			t.Errorf("item %d: problem %q, %+v", i, code, got.Items[i])
		}
	}
	if got.Items[1].Verdict != "valid" || got.Items[3].Verdict != "unknown" {
		t.Errorf("the others: %+v", got.Items)
	}
}

// A network's tokens are counted by item. Those that are left are used in the items' order.
func TestEachItemCountsAsARequest(t *testing.T) {
	w := newFixture(t)
	items := func(n int) (all []any) {
		for i := range n {
			all = append(all, fields{"token": fmt.Sprint("no token ", i)})
		}
		return all
	}
	for range 9 {
		w.postBatch(t, nil, items(100)...)
	}
	w.postBatch(t, nil, items(30)...)
	got := w.postBatch(t, nil, items(100)...)
	for i, entry := range got.Items {
		limited := entry.Problem != nil && entry.Problem.Code == "rate-limited" && entry.Problem.RetryAfter > 0
		if limited != (i >= 70) {
			t.Fatalf("item %d: %+v", i, entry)
		}
	}
	w.sendBatch(t, fields{"items": items(1)}).WantProblem(t, 429, "rate-limited")
}

func TestWhatIsNoBatchIsRefusedWithItsPlace(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	good := func() map[string]any {
		var item map[string]any
		if err := json.Unmarshal(must.Get(json.Marshal(w.state(t, made.PDF))), &item); err != nil {
			t.Fatal(err)
		}
		return item
	}
	with := func(member string, value any) []any {
		item := good()
		item[member] = value
		return []any{fields{"token": "x"}, item}
	}
	within := func(member string, value any) []any {
		item := good()
		item["copy"].(map[string]any)[member] = value
		return []any{item}
	}
	for name, test := range map[string]struct {
		items   []any
		pointer string
	}{
		"nothing":                 {[]any{}, "/items"},
		"more than a hundred":     {make([]any, 101), "/items"},
		"an empty item":           {[]any{fields{}}, "/items/0"},
		"a token and a file":      {with("token", "x"), "/items/1"},
		"a token that is a novel": {[]any{fields{"token": strings.Repeat("x", 4097)}}, "/items/0/token"},
		"another kind":            {with("given", "file"), "/items/1/given"},
		"no digest":               {with("sha256", ""), "/items/1/sha256"},
		"capitals":                {with("copyDigest", strings.Repeat("A", 64)), "/items/1/copyDigest"},
		"no copy":                 {with("copy", nil), "/items/1/copy"},
		"no id":                   {within("endorsement", "x"), "/items/0/copy/endorsement"},
		"no certificate":          {within("certificate", ""), "/items/0/copy/certificate"},
		"no number":               {within("number", ""), "/items/0/copy/number"},
		"a long name":             {within("name", strings.Repeat("张", 101)), "/items/0/copy/name"},
		"days that end first":     {within("useUntil", "2020-01-01"), "/items/0/copy/useUntil"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "more than a hundred" {
				for i := range test.items {
					test.items[i] = fields{"token": "x"}
				}
			}
			answer := w.sendBatch(t, fields{"items": test.items})
			var p struct {
				Code   string
				Fields []struct{ Pointer string }
			}
			answer.Into(t, 422, &p)
			if len(p.Fields) != 1 || p.Fields[0].Pointer != test.pointer {
				t.Errorf("got %s", answer.Body)
			}
		})
	}
}

// The receipt of a batch states what the service checked and no more, and is judged as a receipt.
func TestABatchHasOneReceipt(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	unregistered := w.state(t, w.print(t, w.issuer).PDF)
	question := fields{"specialty": "建筑工程", "asker": fields{"name": "丙"}, "build": "jiazhu 1.2.0", "wantReceipt": true}
	got := w.postBatch(t, question, fields{"token": made.Endorsement.QR}, w.state(t, made.PDF), unregistered)
	trust := must.Get(evidence.ParseTrust(w.issuer.Trust))
	said, err := credential.ParseBatchReceipt(got.Receipt, trust.Receipts)
	if err != nil {
		t.Fatal(err)
	}
	if said.Build != "jiazhu 1.2.0" || said.Asker.SelfStatedName != "丙" || said.Question.Specialty != "建筑工程" || said.Service != issuetest.Origin || !said.Test || len(said.Items) != 3 {
		t.Errorf("got %+v", said)
	}
	token, file, none := said.Items[0], said.Items[1], said.Items[2]
	if token.Overall != "valid" || token.Given.SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte(made.Token))) || len(token.Checks) != 9 {
		t.Errorf("the token: %+v", token)
	}
	if file.Overall != "" || file.Given.SHA256 != w.state(t, made.PDF).SHA256 || file.Claim == nil || file.Claim.Endorsement != made.Endorsement.ID ||
		len(file.Checks) != 6 || file.Checks[1].Check != "copy" || file.Checks[1].Result != "pass" {
		t.Errorf("the file: %+v", file)
	}
	if none.Claim != nil || none.Checks[1].Reason != "no-record" {
		t.Errorf("a file that nobody registered: %+v", none)
	}
	wantNoPersonalData(t, fmt.Sprintf("%+v", said), w.record.Certificate)

	for name, ask := range map[string]recordstest.Request{
		"by itself":  {Body: got.Receipt, Header: map[string]string{"content-type": "application/jose"}},
		"in JSON":    {Body: `{"receipt":"` + got.Receipt + `"}`},
		"as a token": {Body: `{"token":"` + got.Receipt + `\n"}`},
		"as a file":  {Body: got.Receipt + "\r\n", Header: map[string]string{"content-type": "application/octet-stream"}},
	} {
		answer := w.send(t, ask)
		if answer.Verdict != "receipt" || answer.Given != "receipt" || answer.Said != nil || answer.Now != nil || answer.Subject != nil ||
			answer.Batch == nil || len(answer.Batch.Items) != 3 || answer.Batch.Items[0].Verdict != "valid" || answer.Batch.Statement != credential.BatchStatement {
			t.Errorf("%s: %+v", name, answer)
		}
	}
	altered := w.postVerification(t, fields{"receipt": alterSignature(got.Receipt)})
	if altered.Verdict != "invalid" || altered.Batch != nil {
		t.Errorf("altered: %+v", altered)
	}
	recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: `{"receipt":"` + got.Receipt + `","wantReceipt":true}`}).WantProblem(t, 422, "invalid-field")
}

// A hundred items have one receipt, which is found with its lines broken, too.
func TestTheReceiptOfAFullBatchIsJudged(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	items := make([]any, 100)
	for i := range items {
		stated := w.state(t, made.PDF)
		stated.SHA256 = fmt.Sprintf("%064x", i)
		items[i] = stated
	}
	receipt := w.postBatch(t, fields{"wantReceipt": true, "purpose": strings.Repeat("标", 200), "recipient": strings.Repeat("单", 200)}, items...).Receipt
	broken := strings.Join(slices.Collect(func(yield func(string) bool) {
		for line := range slices.Chunk([]byte(receipt), 76) {
			if !yield(string(line)) {
				return
			}
		}
	}), "\r\n")
	for _, text := range []string{receipt, broken} {
		if got := w.postVerification(t, fields{"receipt": text}); got.Verdict != "receipt" || len(got.Batch.Items) != 100 {
			t.Errorf("got %+v", got)
		}
	}
}

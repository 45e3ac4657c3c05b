package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// agency is an organisation that may see this many whole names a day; zero is the default limit.
func agency(id string, names int) identity.Client {
	return identity.Client{
		ID: id, Name: "示例招标代理有限公司", Kind: "organisation", Scopes: []string{identity.ScopeVerify},
		Purposes: []string{"评标", "资格审查"}, NamesPerDay: names,
	}
}

func (w *fixture) asAgency(t *testing.T, token, body string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Token: token, Body: body})
}

func TestAPurposeThatIsNotListedShowsNothing(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	token := w.Grant(t, agency("agency", 0))
	for _, purpose := range []string{"x", "收集", "评标 资格审查", "评标。", "评 标"} {
		answer := w.asAgency(t, token, `{"token":"`+made.Token+`","statedPurpose":"`+purpose+`"}`)
		answer.WantProblem(t, http.StatusUnprocessableEntity, "purpose-not-listed")
		if !strings.Contains(answer.Body, "「评标」、「资格审查」") {
			t.Errorf("%s: the answer names no listed purpose: %s", purpose, answer.Body)
		}
		wantNoPersonalData(t, answer.Body, w.record.Certificate)
	}
	if got := w.ledger(t); len(got) != 0 {
		t.Errorf("a refused question was answered: %+v", got)
	}
}

// TestBlanksAroundAPurposeDoNotCount, but every other difference does.
func TestBlanksAroundAPurposeDoNotCount(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	answer := w.asAgency(t, w.Grant(t, agency("agency", 0)), `{"token":"`+made.Token+`","statedPurpose":" 评标 "}`)
	if answer.Status != http.StatusOK || strings.Contains(answer.Body, " 评标 ") {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
}

func TestAnUnlistedPurposeAsksTheRegisterNothing(t *testing.T) {
	w := newFixture(t)
	token := w.Grant(t, agency("agency", 0))
	for name, body := range map[string]string{
		"of a holder":  `{"number":"京1112019202000001","name":"张三","statedPurpose":"x"}`,
		"of nobody":    `{"number":"京1112019202000002","name":"张三","statedPurpose":"x"}`,
		"of a receipt": `{"receipt":"x","statedPurpose":"x"}`,
	} {
		calls := w.Transport.Listen()
		w.asAgency(t, token, body).WantProblem(t, http.StatusUnprocessableEntity, "purpose-not-listed")
		if diff := cmp.Diff([]recordstest.Call{"GetItem"}, calls()); diff != "" { // only the access token
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWholeNamesOfADayAreLimitedForEachOrganisation(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	one, other := w.Grant(t, agency("one", 2)), w.Grant(t, agency("other", 2))
	body := `{"token":"` + made.Token + `","statedPurpose":"评标"}`
	ask := func(token string) (disclosed, withheld any) {
		t.Helper()
		w.Clock.Advance(time.Second)
		var got reply
		w.asAgency(t, token, body).Into(t, 200, &got)
		if got.Verdict != "valid" {
			t.Errorf("the verdict is %s", got.Verdict)
		}
		return got.Subject["disclosed"], got.Subject["withheld"]
	}
	shown := map[string]any{"by": "organisation", "name": "张三"}
	for n := range 2 {
		if disclosed, withheld := ask(one); !cmp.Equal(disclosed, any(shown)) || withheld != nil {
			t.Fatalf("name %d: shown %v, withheld %v", n+1, disclosed, withheld)
		}
	}
	disclosed, withheld := ask(one)
	said, _ := withheld.(map[string]any)
	if disclosed != nil || said["reason"] != "limit" || !cmp.Equal(said["fields"], []any{"name"}) || !strings.Contains(said["text"].(string), "已达上限") {
		t.Errorf("beyond the limit: shown %v, withheld %v", disclosed, withheld)
	}
	if seen := w.ledger(t)[0]; seen.Shown != nil || seen.Organisation == "" {
		t.Errorf("the ledger says %+v of a name that was withheld", seen)
	}
	if disclosed, _ := ask(other); disclosed == nil {
		t.Error("another organisation pays for it")
	}
}

func TestANewDayHasNamesAgain(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	body := `{"token":"` + made.Token + `","statedPurpose":"评标"}`
	named := func() bool {
		var got reply
		w.asAgency(t, w.Grant(t, agency("agency", 2)), body).Into(t, 200, &got)
		return got.Subject["disclosed"] != nil
	}
	today := []bool{named(), named(), named()}
	w.Clock.Advance(24 * time.Hour)
	tomorrow := []bool{named(), named(), named()}
	if want := []bool{true, true, false}; !slices.Equal(today, want) || !slices.Equal(tomorrow, want) {
		t.Errorf("of two names a day are shown %v today, %v tomorrow", today, tomorrow)
	}
}

func TestANameThatCannotBeCountedIsNotShown(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	token := w.Grant(t, agency("agency", 0))
	body := `{"token":"` + made.Token + `","statedPurpose":"评标"}`
	var got reply
	w.asAgency(t, token, body).Into(t, 200, &got)
	w.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		if call == "UpdateItem" { // the count of another name
			return recordstest.NeverArrives
		}
		return recordstest.Arrives
	})
	w.Clock.Advance(time.Second)
	got = reply{}
	w.asAgency(t, token, body).Into(t, 200, &got)
	said, _ := got.Subject["withheld"].(map[string]any)
	if got.Subject["disclosed"] != nil || said["reason"] != "unavailable" {
		t.Errorf("shown %v, withheld %v", got.Subject["disclosed"], said)
	}
	if seen := w.ledger(t)[0]; seen.Shown != nil {
		t.Errorf("the ledger says that it showed %v", seen.Shown)
	}
}

func TestAReceiptOpensNothingWhoeverHandsItIn(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	token := w.Grant(t, agency("agency", 0))
	_, secret := w.consent(t, made, records.ShowName, records.ShowBirth)
	own := func() string {
		var got reply
		w.asAgency(t, token, `{"token":"`+made.Token+`","statedPurpose":"评标","wantReceipt":true}`).Into(t, 200, &got)
		return got.Receipt
	}()
	stranger, _ := w.requestReceipt(t, fields{"token": made.Token})
	number, _ := w.requestReceipt(t, fields{"number": "京1112019202000001", "name": "张三"})
	for name, receipt := range map[string]string{"their own": own, "a stranger's": stranger, "of a number": number} {
		w.Clock.Advance(time.Minute)
		for _, body := range []string{
			`{"receipt":"` + receipt + `","statedPurpose":"评标"}`,
			`{"receipt":"` + receipt + `","statedPurpose":"评标","consent":"` + secret + `"}`,
			`{"file":"` + base64Of([]byte(receipt)) + `","statedPurpose":"评标"}`,
		} {
			answer := w.asAgency(t, token, body)
			wantNoPersonalData(t, answer.Body, w.record.Certificate)
			if seen := w.ledger(t)[0]; seen.Shown != nil && seen.Time().Equal(w.Clock.Now()) {
				t.Errorf("%s: the ledger says that it showed %v", name, seen.Shown)
			}
		}
	}
}

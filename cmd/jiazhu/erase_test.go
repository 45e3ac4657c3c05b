package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

const numberWithX = "11010119800101015X"

// account stores an account of a person, with a phone and a session.
func (d *fixture) account(t *testing.T, portal, username, idType, idNumber, phone string) identity.Account {
	t.Helper()
	a := identity.Account{
		Portal: portal, Username: username, Name: "张三", IDType: idType, IDNumber: idNumber,
		Holder: d.certificates.HolderKey(idType, idNumber), PasswordHash: "hash", RealNameLevel: 4, CreatedAt: d.now, UpdatedAt: d.now,
	}
	stated, err := d.sessions.Phone(t.Context(), a.Holder, portal)
	if err != nil {
		t.Fatal(err)
	}
	put := sessions.Put{Client: portal + "-portal", At: d.now}
	if phone != "" {
		put.Phone = &sessions.PhoneChange{From: stated, To: stated.WithNumber(phone, d.now)}
	}
	if err := d.sessions.PutAccount(t.Context(), a, put); err != nil {
		t.Fatal(err)
	}
	a = d.read(t, portal, username)
	session := identity.Session{
		Hash: identity.HashToken(portal + username), Portal: portal, Username: username, Holder: a.Holder, Name: a.Name,
		CreatedAt: d.now, ExpiresAt: d.now.Add(identity.SessionLife),
	}
	if err := d.sessions.PutSession(t.Context(), a, session, identity.Limit{Name: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := d.sessions.PutCode(t.Context(), identity.Code{Portal: portal, Username: username, Hash: "h", ExpiresAt: d.now.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	for _, limit := range identity.CodeLimits(session, phone, d.now) {
		if err := d.sessions.Take(t.Context(), limit, d.now); err != nil {
			t.Fatal(err)
		}
	}
	return d.read(t, portal, username)
}

func (d *fixture) read(t *testing.T, portal, username string) identity.Account {
	t.Helper()
	a, err := d.sessions.Account(t.Context(), portal, username)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// certificate stores a certificate that its holder has bound on both portals.
func (d *fixture) certificate(t *testing.T, number, idNumber string) records.Record {
	t.Helper()
	c := recordstest.Sample(d.now, nil, nil)
	c.Number, c.Holder.IDNumber = number, idNumber
	r := d.put(t, records.Change{After: c, By: records.Author{Client: "registry"}})
	for _, portal := range []string{"mohurd", "gjzwfw"} {
		if err := d.certificates.Bind(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: portal}, d.now); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func (d *fixture) runErase(t *testing.T, code int, input string, args ...string) (n eraseResult) {
	t.Helper()
	out, _ := d.want(t, code, input, append([]string{"erase", "-json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &n); err != nil {
		t.Fatal(err, out)
	}
	return n
}

// TestErasingGoesByPersonOverAllPortals: named by one account, or by an ID number in any spelling,
// the person's accounts, phones, sessions, codes, limits and bindings on every portal are erased,
// and another person's stay.
func TestErasingGoesByPersonOverAllPortals(t *testing.T) {
	for name, by := range map[string][2]string{
		"by one account":               {"", "zhang-1@mohurd"},
		"by the number":                {numberWithX, "-"},
		"by the number with a small x": {" " + strings.ToLower(numberWithX[:6]+" "+numberWithX[6:]) + "\r\n", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFixture(t)
			first := d.account(t, "mohurd", "zhang-1", "111", numberWithX, "13800000001")
			d.account(t, "gjzwfw", "zhang-2", "111", numberWithX, "13800000002")
			other := d.account(t, "mohurd", "li", "111", "310101198506150016", "13900000000")
			mine, theirs := d.certificate(t, "京1112019202000001", numberWithX), d.certificate(t, "京1112019202000002", "310101198506150016")

			// For each account: a code, the note of which client stored it, two limits of the
			// account's codes, one of the person's codes to this phone, and one of the phone's.
			want := eraseResult{Accounts: 2, Phones: 2, Sessions: 2, Passing: 12, Bindings: 2, Certificates: 1}
			if got := d.runErase(t, 0, by[0], by[1]); got != want {
				t.Errorf("without -yes: %+v, want %+v", got, want)
			}
			if left, err := d.certificates.Bindings(t.Context(), mine.Holder); err != nil || len(left) != 2 || d.read(t, "mohurd", "zhang-1").Revision != first.Revision {
				t.Errorf("something was done without -yes: %v, %v", left, err)
			}
			if got := d.runErase(t, 0, by[0], "-yes", by[1]); got != want {
				t.Errorf("erased %+v, want %+v", got, want)
			}
			if again := d.runErase(t, 0, numberWithX, "-yes", "-"); again != (eraseResult{Certificates: 1}) {
				t.Errorf("once more %+v", again)
			}
			for _, item := range d.cloud.Items(t, d.settings[config.SessionsTable]) {
				if text := dump(t, item); strings.Contains(text, first.Holder) || strings.Contains(text, "zhang-") {
					t.Errorf("there remains %s", text)
				}
			}
			if d.read(t, "mohurd", "li").Revision != other.Revision {
				t.Error("another person's account changed")
			}
			if left, err := d.certificates.Bindings(t.Context(), theirs.Holder); err != nil || len(left) != 2 {
				t.Errorf("another person's bindings are %v, %v", left, err)
			}
			d.wantErasures(t, journal.Erased{Holder: first.Holder}, 2)
		})
	}
}

// wantErasures reads the erasure from the journal; it allows erasing the person again from a
// restored table.
func (d *fixture) wantErasures(t *testing.T, want journal.Erased, times int) {
	t.Helper()
	n := 0
	err := d.log.Read(t.Context(), journal.Erasure, d.now, func(e journal.Entry) error {
		var got journal.Erased
		if err := json.Unmarshal(e.What, &got); err != nil {
			return err
		}
		if got != want || !e.At.Equal(d.now) {
			t.Errorf("at %v the journal says %+v", e.At, got)
		}
		n++
		return nil
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil || n != times {
		t.Errorf("%d erasures, %v", n, err)
	}
}

func dump(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestErasingOfAnotherDocument: whoever has no 居民身份证 is erased by the type and number of another
// paper.
func TestErasingOfAnotherDocument(t *testing.T) {
	d := newFixture(t)
	d.account(t, "mohurd", "smith", "414", "E12345678", "13800000001")
	if _, errOut := d.want(t, 2, "E12345678", "erase", "-yes", "-"); !strings.Contains(errOut, "-id-type") {
		t.Error(errOut)
	}
	if n := d.runErase(t, 0, "e12345678", "-yes", "-id-type", "414", "-"); n.Accounts != 1 || n.Phones != 1 {
		t.Errorf("%+v", n)
	}
}

// TestErasingReachesANumberHoweverItIsWritten: with hyphens, brackets, spaces or in full width it is the same person's; a number with
// letters that only look like its own is refused, and nothing is done.
func TestErasingReachesANumberHoweverItIsWritten(t *testing.T) {
	d := newFixture(t)
	d.account(t, "mohurd", "chan", "516", "H12345678", "13800000001")
	for _, form := range []string{"H-12345678", "h 1234－5678\r\n", "Ｈ１２３４５６７８", "H1234567(8)"} {
		if n := d.runErase(t, 0, form, "-id-type", "516", "-"); n.Accounts != 1 || n.Phones != 1 {
			t.Errorf("by %q would be erased %+v", form, n)
		}
	}
	for _, form := range []string{"Н12345678", "H1234567٨", "H12345678\u0301", "--"} {
		if _, errOut := d.want(t, 2, form, "erase", "-yes", "-id-type", "516", "-"); !strings.Contains(errOut, "港澳居民来往内地通行证") {
			t.Errorf("%q: %s", form, errOut)
		}
	}
	if n := d.runErase(t, 0, "H-12345678", "-yes", "-id-type", "516", "-"); n.Accounts != 1 || n.Phones != 1 {
		t.Errorf("erased %+v", n)
	}
	if _, err := d.sessions.Account(t.Context(), "mohurd", "chan"); err != sessions.ErrNotFound {
		t.Errorf("the account is there: %v", err)
	}
}

// TestWhoIsUnknownIsNotErased: the command does not report an erasure of an unknown person.
func TestWhoIsUnknownIsNotErased(t *testing.T) {
	d := newFixture(t)
	for _, args := range [][]string{{"erase", "-"}, {"erase", "-yes", "-"}, {"export", "-"}} {
		out, errOut := d.want(t, 1, "110101198001010010", args...)
		if out != "" || !strings.Contains(errOut, "nothing is known of this person") {
			t.Errorf("%v: %s%s", args, out, errOut)
		}
	}
	if _, errOut := d.want(t, 1, "", "erase", "-yes", "nobody@mohurd"); !strings.Contains(errOut, "there is no account") {
		t.Error(errOut)
	}
}

// TestWhatRemainsIsToldAndFails: an account is stored, or a binding made, while its person is
// erased.
func TestWhatRemainsIsToldAndFails(t *testing.T) {
	d := newFixture(t)
	r := d.certificate(t, "京1112019202000001", numberWithX)
	d.account(t, "gjzwfw", "zhang", "111", numberWithX, "13800000002")
	c := console{now: func() time.Time { return d.now }}
	person, err := d.sessions.Person(t.Context(), r.Holder)
	if err != nil {
		t.Fatal(err)
	}
	stores := tables{certificates: d.certificates, sessions: d.sessions}
	err = c.readBack(t.Context(), stores, holder{person}, nil)
	for _, want := range []string{"1 accounts", "1 phones", "1 sessions", "2 bindings", "temporary items"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell of %s", err, want)
		}
	}
	d.runErase(t, 0, numberWithX, "-yes", "-")
	if err := c.readBack(t.Context(), stores, holder{person}, nil); err != nil {
		t.Error(err)
	}
}

// TestErasingEndsConsents, and removes the ID number from them. One that is given meanwhile is
// reported.
func TestErasingEndsConsents(t *testing.T) {
	d := newFixture(t)
	r := d.certificate(t, "京1112019202000001", numberWithX)
	give := func() {
		t.Helper()
		_, err := d.certificates.PutConsent(t.Context(), r, records.Consent{
			ID: records.NewID(d.now), Endorsement: records.NewID(d.now), Fields: []string{records.ShowIDNumber}, To: "示例单位", Until: d.now.Add(24 * time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	give()
	if n := d.runErase(t, 0, numberWithX, "-yes", "-"); n.Consents != 1 {
		t.Errorf("%+v", n)
	}
	kept, err := d.certificates.KeptConsents(t.Context(), r.Certificate.ID, r.Holder)
	if err != nil || len(kept) != 1 || kept[0].IsOpen(d.now) {
		t.Errorf("%+v, %v", kept, err)
	}
	give()
	c := console{now: func() time.Time { return d.now }}
	err = c.readBack(t.Context(), tables{certificates: d.certificates, sessions: d.sessions}, holder{sessions.Person{Holder: r.Holder}}, []string{r.Certificate.ID})
	if err == nil || !strings.Contains(err.Error(), "1 consents") {
		t.Errorf("%v does not tell of the consent", err)
	}
}

// TestAnExportIsOfAllPortals: it has everything about a person who is named by one account.
func TestAnExportIsOfAllPortals(t *testing.T) {
	d := newFixture(t)
	d.account(t, "mohurd", "zhang-1", "111", numberWithX, "13800000001")
	d.account(t, "gjzwfw", "zhang-2", "111", numberWithX, "13800000002")
	r := d.certificate(t, "京1112019202000001", numberWithX)
	out, _ := d.want(t, 0, "", "export", "zhang-2@gjzwfw")
	var got holderExport
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Accounts) != 2 || len(got.Phones) != 2 || len(got.Bindings) != 2 || got.Sessions != 2 || got.Passing != 12 ||
		len(got.Certificates) != 1 || got.Certificates[0].Certificate == nil || len(got.Certificates[0].Versions) != 1 {
		t.Errorf("%s", out)
	}
	for _, value := range []string{"13800000001", "13800000002", numberWithX, r.Certificate.Number} {
		if !strings.Contains(out, value) {
			t.Errorf("%s is missing in %s", value, out)
		}
	}
}

// TestAnExportIsEverythingThatIsKept: the paper's dates, sessions, devices, the face, and which
// client stored the account when; every member in lower camel case, every time in Asia/Shanghai.
func TestAnExportIsEverythingThatIsKept(t *testing.T) {
	d := newFixture(t)
	d.now = d.now.UTC()
	a := d.account(t, "mohurd", "zhang-1", "111", numberWithX, "13800000001")
	a.IDValidFrom, a.Devices = civil.Of(d.now), map[string]time.Time{"hash": d.now}
	link := identity.Link{Hash: identity.HashToken("secret"), SentTo: "13800000002", ExpiresAt: d.now.Add(identity.LinkLife)}
	d.now = d.now.Add(time.Hour)
	a.UpdatedAt = d.now
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(d.sessions.PutAccount(t.Context(), a, sessions.Put{Client: "mohurd-portal", At: d.now, Link: &link}))
	table := sessionstest.Table{Store: d.sessions}
	table.Identify(t, "mohurdzhang-1", d.now)
	r := d.certificate(t, "京1112019202000001", numberWithX)
	_, err := d.certificates.PutConsent(t.Context(), r, records.Consent{
		ID: records.NewID(d.now), Endorsement: records.NewID(d.now), Holder: r.Holder, Version: "001", Fields: []string{records.ShowName}, To: "示例单位", Until: d.now.Add(time.Hour),
	})
	try(err)
	try(d.certificates.AddVerification(t.Context(), r.Certificate.ID, records.VerificationEntry{ID: records.NewID(d.now), Holder: r.Holder, Version: "001", Channel: "number", Verdict: "valid"}))

	out, _ := d.want(t, 0, "", "export", "zhang-1@mohurd")
	for _, want := range []string{
		`"idValidFrom": "2026-11-23"`, `"idValidUntil": ""`, `"createdAt": "2026-11-23T12:00:00+08:00"`, `"updatedAt": "2026-11-23T13:00:00+08:00"`,
		`"sentTo": "13800000002"`, `"devices": 1`, `"expiresAt": "2026-11-23T16:00:00+08:00"`, `"faceShownAt": "2026-11-23T13:00:00+08:00"`,
		`"vouchedBy": "test"`, `"to": "示例单位"`, `"channel": "number"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing in %s", want, out)
		}
	}
	if n := strings.Count(out, `"client": "mohurd-portal"`); n != 2 {
		t.Errorf("%d puts, want 2", n)
	}
	form := regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	for _, name := range regexp.MustCompile(`"([^"]*)": `).FindAllStringSubmatch(out, -1) {
		if !form.MatchString(name[1]) {
			t.Errorf("a member is called %q", name[1])
		}
	}
	for _, at := range regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*"`).FindAllString(out, -1) {
		if !strings.HasSuffix(at, `+08:00"`) {
			t.Errorf("a time is %s", at)
		}
	}
}

package verdict

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

func (w *fixture) list(s statuslist.State, age time.Duration) Verdict {
	signed := w.now.Add(-age)
	return Judge(w.evidence, ByListing(Listing{State: s, At: signed, Until: signed.Add(24 * time.Hour)}), w.question, w.now)
}

func TestAListThatIsBelievedAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		state statuslist.State
		age   time.Duration
		want  Overall
		name  string
		code  Code
		why   map[Check]Reason
	}{
		"in force":    {statuslist.Live, time.Hour, Valid, "有效（截至 09:00 的状态）", CodeNone, map[Check]Reason{Certificate: Listed, Copy: Listed, Freshness: Listed}},
		"of the eve":  {statuslist.Live, 11 * time.Hour, Valid, "有效（截至 2021年5月31日 23:00 的状态）", CodeNone, map[Check]Reason{Freshness: Listed}},
		"at its end":  {statuslist.Live, 24 * time.Hour, Valid, "有效（截至 2021年5月31日 10:00 的状态）", CodeNone, nil},
		"too old":     {statuslist.Live, 24*time.Hour + time.Second, Unknown, "无法确认", CodeNone, map[Check]Reason{Certificate: Unreachable, Copy: Unreachable, Freshness: ListStale}},
		"to come":     {statuslist.Live, -11 * time.Minute, Unknown, "无法确认", CodeNone, map[Check]Reason{Freshness: ListStale}},
		"just now":    {statuslist.Live, -time.Minute, Valid, "有效（截至 10:01 的状态）", CodeNone, nil},
		"ended":       {statuslist.Ended, time.Hour, Invalid, "无效", CodeRestricted, map[Check]Reason{Certificate: CopyDead, Copy: Listed}},
		"ended, old":  {statuslist.Ended, 25 * time.Hour, Unknown, "无法确认", CodeNone, map[Check]Reason{Freshness: ListStale}},
		"suspended":   {statuslist.Suspended, time.Hour, Invalid, "无效", CodeRestricted, map[Check]Reason{Certificate: Restricted, Copy: Listed}},
		"of no state": {3, time.Hour, Unknown, "无法确认", CodeNone, map[Check]Reason{Certificate: CopyDead}},
	} {
		for kind, present := range map[string]func(*fixture){"file": (*fixture).presentFile, "token": (*fixture).presentToken} {
			w := newFixture()
			present(w)
			v := w.list(tt.state, tt.age)
			if v.Overall != tt.want || v.Name().ZH != tt.name || v.Code != tt.code {
				t.Errorf("%s, a %s: %s, %s, %d\n%+v", name, kind, v.Overall, v.Name().ZH, v.Code, v.Findings)
			}
			for check, why := range tt.why {
				if v.Reason(check) != why {
					t.Errorf("%s, a %s: %s is %s", name, kind, check, v.Reason(check))
				}
			}
		}
	}
}

// A list has no day: the copy's own days are judged as ever, and a file answers for its specialties.
func TestAListDoesNotAnswerForDays(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*fixture)
		want   Overall
	}{
		"a copy that has expired":           {func(w *fixture) { w.now = at("2021-10-20") }, Invalid},
		"an expired copy, on a day of it":   {func(w *fixture) { w.now, w.question.AsOf = at("2021-10-20"), day("2021-10-19") }, Unknown},
		"a copy that is not yet usable":     {func(w *fixture) { w.now = at("2021-04-21") }, Invalid},
		"a day behind the copy's last":      {func(w *fixture) { w.question.AsOf = day("2021-10-20") }, Invalid},
		"a day of the copy":                 {func(w *fixture) { w.question.AsOf = day("2021-10-19") }, Valid},
		"a specialty of the file":           {func(w *fixture) { w.question.Specialty = "建筑工程" }, Valid},
		"a specialty that is not in it":     {func(w *fixture) { w.question.Specialty = "矿业工程" }, Unknown},
		"a specialty that ends before then": {func(w *fixture) { w.question.Specialty, w.question.AsOf = "市政公用工程", day("2021-08-01") }, Unknown},
		"a specialty of a code":             {func(w *fixture) { w.presentToken(); w.question.Specialty = "建筑工程" }, Unknown},
		"another purpose":                   {func(w *fixture) { w.question.Purpose = "入职" }, Invalid},
		"an untrusted signer":               {func(w *fixture) { w.evidence.Issuer = UntrustedIssuer() }, Unknown},
		"an altered file":                   {func(w *fixture) { w.evidence.Integrity = BrokenContent(Altered) }, Invalid},
	} {
		w := newFixture()
		tt.change(w)
		if v := w.list(statuslist.Live, time.Hour); v.Overall != tt.want {
			t.Errorf("%s: %s %+v", name, v.Overall, v.Findings)
		}
	}
}

// TestAListIsNeverBetterThanTheRegister: at the instant at which the list is made, a genuine copy that is
// valid by the list is valid by the register.
func TestAListIsNeverBetterThanTheRegister(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		w.now = day("2021-04-22").AddDays(rapid.IntRange(-2, 182).Draw(t, "today in the window")).Start()
		w.evidence.Integrity, w.evidence.Numbers.Result, w.certificate.Holder.Birth = IntactContent(), Pass, day("1980-01-01")
		if rapid.Bool().Draw(t, "nothing is asked") {
			w.question, w.evidence.Printed, w.evidence.Issuer = Question{}, Printed{}, TrustedKey()
		}
		if w.evidence.Claim == nil || w.records.Access == NotReached || w.records.Endorsement == nil {
			return
		}
		w.endorsement.Excerpt = w.embedded.Excerpt() // as every copy with an index has
		by := w.list(ListedState(w.records, w.now), 0)
		live := Judge(w.evidence, w.records, w.question, w.now)
		if live.Reason(Copy) == Mismatch { // not genuine, which no list can tell
			return
		}
		if by.Overall == Valid && live.Overall != Valid {
			t.Fatalf("valid by the list, and %s by the register:\n%+v\n%+v", live.Overall, by.Findings, live.Findings)
		}
		if live.Overall == Valid && by.Overall == Invalid {
			t.Fatalf("invalid by the list, and valid by the register:\n%+v\n%+v", by.Findings, live.Findings)
		}
	})
}

func TestTheListedStateOfACopy(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*fixture)
		want   statuslist.State
	}{
		"in force":                {func(*fixture) {}, statuslist.Live},
		"before its first day":    {func(w *fixture) { w.now = at("2021-04-01") }, statuslist.Live},
		"expired":                 {func(w *fixture) { w.now = at("2022-04-01") }, statuslist.Live},
		"withdrawn":               {func(w *fixture) { w.withdrawCopy("2021-05-01") }, statuslist.Ended},
		"withdrawn beforehand":    {func(w *fixture) { w.now = at("2021-04-01"); w.withdrawCopy("2021-04-01") }, statuslist.Ended},
		"superseded":              {func(w *fixture) { w.records.Scheme.Supersedes, w.records.Latest = true, laterID }, statuslist.Ended},
		"newer, not superseded":   {func(w *fixture) { w.records.Latest = laterID }, statuslist.Live},
		"of another holder":       {func(w *fixture) { w.records.Holder = "another" }, statuslist.Ended},
		"cancelled":               {func(w *fixture) { w.certificate.State = certificate.Cancelled }, statuslist.Ended},
		"lapsed":                  {func(w *fixture) { w.certificate.State = certificate.Invalid }, statuslist.Ended},
		"suspended":               {func(w *fixture) { w.certificate.State = certificate.Suspended }, statuslist.Suspended},
		"being transferred":       {func(w *fixture) { w.certificate.State = certificate.Transferring }, statuslist.Suspended},
		"suspended and withdrawn": {func(w *fixture) { w.certificate.State = certificate.Suspended; w.withdrawCopy("2021-05-01") }, statuslist.Ended},
		"another employer":        {func(w *fixture) { w.certificate.Employer.Name = "另一公司" }, statuslist.Ended},
		"a specialty less":        {func(w *fixture) { w.certificate.Specialties = w.certificate.Specialties[:1] }, statuslist.Ended},
		"a longer specialty":      {func(w *fixture) { w.certificate.Specialties[0].To = day("2026-06-30") }, statuslist.Live},
		"sealed while the seal was suspended": {func(w *fixture) {
			w.changeSeal(sealNumber, sealhistory.Change{State: sealhistory.Suspended, Recorded: at("2021-04-22").Add(-time.Minute)})
		}, statuslist.Ended},
		"no certificate": {func(w *fixture) { w.records.Access = Missing }, statuslist.Ended},
		"a kind that transfers": {func(w *fixture) {
			w.certificate.State = certificate.Transferring
			w.records.Scheme = inForceWhile("06")
		}, statuslist.Live},
	} {
		w := newFixture()
		w.endorsement.Excerpt = w.embedded.Excerpt()
		tt.change(w)
		if got := ListedState(w.records, w.now); got != tt.want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func inForceWhile(s certificate.State) *scheme.Scheme {
	return &scheme.Scheme{ID: "constructor-1", AgeLimit: 65, States: []certificate.State{certificate.Valid, s}}
}

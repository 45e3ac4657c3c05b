package main

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestEndorsingAsTheManualsDialogDoes(t *testing.T) {
	c := newFixture(t, nil)
	token := c.signIn(t)
	reply := c.endorse(t, token, "a key of mine", "{}")
	var got endorsementResponse
	reply.Into(t, 201, &got)
	if got.Message != "加注成功!" || got.State != "ready" || got.Limit != "180D" || got.LimitText != "使用有效期限定为180天" ||
		got.UseFrom.String() != "2026-11-23" || got.UseUntil.String() != "2027-05-22" || got.FilesUntil.String() != "2027-08-20" || got.VouchedBy != "test" ||
		got.MadeAt != "2026-11-23T12:00:00.000+08:00" || !strings.HasPrefix(got.VerifyURL, origin+"/v#ey") {
		t.Errorf("%s", reply.Body)
	}
	keys := c.Keys(t, c.Bucket)
	if len(keys) != 2 {
		t.Errorf("stored %v", keys)
	}
	for _, key := range keys {
		if !strings.HasPrefix(key, "endorsements/d271/"+got.Certificate+"/"+got.Endorsement+"/") {
			t.Errorf("stored as %s", key)
		}
	}
	_, e, err := c.Records.ForVerify(t.Context(), got.Certificate, got.Endorsement)
	if err != nil || e.Maker.Portal != "mohurd" || !strings.HasPrefix(e.Maker.Auth, "face:") || e.VouchedBy != "test" || e.CopyDigest != got.CopyDigest {
		t.Errorf("entered %+v, %v", e, err)
	}
	reply = c.send(t, getRoute, token, got.Endorsement, "")
	var again endorsementResponse
	reply.Into(t, 200, &again)
	got.Message = ""
	if diff := cmp.Diff(got, again); diff != "" {
		t.Error(diff)
	}
}

func TestEndorsingForOneTenderAndOneReader(t *testing.T) {
	c := newFixture(t, nil)
	got := c.mustEndorse(t, `{"useUntil":"2027-01-31","purpose":{"kind":"投标","text":"示例项目","projectCode":"P-1"},"recipient":{"name":"示例中心","uscc":"91110000MA00000152"}}`)
	if got.Limit != "HOLDER" || got.UseUntil.String() != "2027-01-31" || got.Purpose.ProjectCode != "P-1" || got.Recipient.Name != "示例中心" {
		t.Errorf("%+v", got)
	}
}

func TestTheSameKeyGivesTheSameAnswer(t *testing.T) {
	c := newFixture(t, nil)
	token := c.signIn(t)
	first := c.endorse(t, token, "a key of mine", `{"useUntil":"2027-01-31"}`)
	c.Clock.Advance(time.Minute)
	second := c.endorse(t, token, "a key of mine", ` { "useUntil" : "2027-01-31" } `)
	if diff := cmp.Diff(first.Body, second.Body); diff != "" || second.Status != 201 || second.Header["idempotency-replayed"] != "true" {
		t.Errorf("%d %v %s", second.Status, second.Header, diff)
	}
	if _, marked := first.Header["idempotency-replayed"]; marked {
		t.Error("the first answer is marked as a repetition")
	}
	c.endorse(t, token, "a key of mine", `{}`).WantProblem(t, 422, "idempotency-key-reused")
	if all := c.history(t); len(all) != 1 {
		t.Errorf("made %d", len(all))
	}
	for _, key := range []string{"", "short", strings.Repeat("k", 129)} {
		c.endorse(t, token, key, "{}").WantProblem(t, 400, "idempotency-key-required")
	}
}

// TestAReplayDoesNotCallAVoidCopyASuccess: a repeated key is answered with the copy's present
// state.
func TestAReplayDoesNotCallAVoidCopyASuccess(t *testing.T) {
	for state, void := range map[string]func(c fixture, made endorsementResponse){
		"withdrawn": func(c fixture, made endorsementResponse) {
			c.send(t, deleteRoute, c.signIn(t), made.Endorsement, "").Into(t, 200, &made)
		},
		"void-holder": func(c fixture, _ endorsementResponse) {
			c.ChangeHolder(t, c.record.Certificate.ID, recordstest.LiSi())
			c.ChangeHolder(t, c.record.Certificate.ID, recordstest.ZhangSan())
		},
	} {
		t.Run(state, func(t *testing.T) {
			c := newFixture(t, nil)
			var made, again endorsementResponse
			c.endorse(t, c.signIn(t), "a key of mine", "{}").Into(t, 201, &made)
			c.Clock.Advance(time.Minute)
			void(c, made)
			reply := c.endorse(t, c.signIn(t), "a key of mine", "{}")
			reply.Into(t, 201, &again)
			if again.Endorsement != made.Endorsement || string(again.State) != state || again.Message != "" || reply.Header["idempotency-replayed"] != "true" {
				t.Errorf("%v %+v", reply.Header, again)
			}
		})
	}
}

func TestTwoAtOnceWithOneKeyMakeOneEndorsement(t *testing.T) {
	c := newFixture(t, nil)
	token := c.signIn(t)
	c.issuer.hold(newBarrier(t, 2)) // both have read that the key is free
	var wait sync.WaitGroup
	replies := make([]recordstest.Reply, 2)
	for i := range replies {
		wait.Go(func() { replies[i] = c.endorse(t, token, "a key of mine", "{}") })
	}
	wait.Wait()
	if diff := cmp.Diff(replies[0].Body, replies[1].Body); diff != "" || replies[0].Status != 201 || replies[1].Status != 201 {
		t.Errorf("%d, %d: %s", replies[0].Status, replies[1].Status, diff)
	}
	if (replies[0].Header["idempotency-replayed"] == "true") == (replies[1].Header["idempotency-replayed"] == "true") {
		t.Error("exactly one of the two is a repetition")
	}
	if all := c.history(t); len(all) != 1 {
		t.Errorf("made %d", len(all))
	}
}

func TestTwoAtOnceWithOneKeyAndTwoBodiesAreTold(t *testing.T) {
	c := newFixture(t, nil)
	token := c.signIn(t)
	c.issuer.hold(newBarrier(t, 2))
	var wait sync.WaitGroup
	status := make([]int, 2)
	for i, body := range []string{`{}`, `{"useUntil":"2027-01-31"}`} {
		wait.Go(func() { status[i] = c.endorse(t, token, "a key of mine", body).Status })
	}
	wait.Wait()
	slices.Sort(status)
	if diff := cmp.Diff([]int{201, 422}, status); diff != "" {
		t.Error(diff)
	}
}

func TestABrokenWireLeavesNothingHalfDone(t *testing.T) {
	for _, test := range []struct {
		name string
		call recordstest.Call
		fate recordstest.CallOutcome
	}{
		{"the files do not arrive", "PUT object", recordstest.NeverArrives},
		{"the files arrive and nobody hears of it", "PUT object", recordstest.AnswerLost},
		{"the files arrive and the transaction does not", "TransactWriteItems", recordstest.NeverArrives},
		{"the transaction is done and nobody hears of it", "TransactWriteItems", recordstest.AnswerLost},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newFixture(t, nil)
			token := c.signIn(t)
			c.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
				if call == test.call {
					return test.fate
				}
				return recordstest.Arrives
			})
			c.endorse(t, token, "a key of mine", "{}").WantProblem(t, 503, "unavailable")
			c.Transport.On(nil)
			done := test.call == "TransactWriteItems" && test.fate == recordstest.AnswerLost
			if all := c.history(t); (len(all) == 1) != done {
				t.Fatalf("the history shows %d", len(all))
			}
			c.Clock.Advance(time.Second)
			var first, second endorsementResponse
			retry := c.endorse(t, token, "a key of mine", "{}")
			retry.Into(t, 201, &first)
			if (retry.Header["idempotency-replayed"] == "true") != done {
				t.Errorf("headers %v", retry.Header)
			}
			c.endorse(t, token, "a key of mine", "{}").Into(t, 201, &second)
			if diff := cmp.Diff(first, second); diff != "" {
				t.Error(diff)
			}
			if all := c.history(t); len(all) != 1 || all[0].Endorsement != first.Endorsement {
				t.Errorf("the history shows %+v", all)
			}
		})
	}
}

func TestOneLostAnswerIsNotEvenNoticed(t *testing.T) {
	for _, call := range []recordstest.Call{"PUT object", "TransactWriteItems", "BatchGetItem", "GetItem"} {
		c := newFixture(t, nil)
		token := c.signIn(t)
		var once sync.Once
		c.Transport.On(func(made recordstest.Call) (fate recordstest.CallOutcome) {
			if made == call {
				once.Do(func() { fate = recordstest.AnswerLost })
			}
			return fate
		})
		c.endorse(t, token, "a key of mine", "{}").Into(t, 201, nil)
		if all := c.history(t); len(all) != 1 {
			t.Errorf("%s: made %d", call, len(all))
		}
	}
}

func TestACertificateCancelledMeanwhileIsNotEndorsed(t *testing.T) {
	c := newFixture(t, nil)
	token := c.signIn(t)
	c.issuer.hold(func() {
		c.Change(t, c.record.Certificate.ID, func(after *certificate.Certificate) { after.State = "04" })
	})
	c.endorse(t, token, "a key of mine", "{}").WantProblem(t, 409, "certificate-changed")
	c.issuer.hold(nil)
	if all := c.history(t); len(all) != 0 {
		t.Errorf("made %d", len(all))
	}
	reply := c.endorse(t, token, "a key of mine", "{}")
	reply.WantProblem(t, 409, "certificate-cancelled")
}

func TestEverythingInTheWayIsListedHeadlineFirst(t *testing.T) {
	c := newFixture(t, func(after *certificate.Certificate) {
		after.Sync.ReportedToMinistry = false
		after.SignatureImage = nil
		after.Employer.Name = "示例" + unsupportedRune + "公司"
	})
	unbound := recordstest.ZhangSan()
	unbound.Phone = ""
	reply := c.endorse(t, c.SignIn(t, unbound, "gjzwfw", true), "a key of mine", "{}")
	code, title, blockers := reply.Problem(t)
	want := []string{"not-bound", "not-reported", "phone-unbound", "signature-missing", "glyph-missing"}
	if diff := cmp.Diff(want, blockers); diff != "" || code != "not-bound" || reply.Status != 409 {
		t.Errorf("%d %s %s", reply.Status, code, diff)
	}
	if title != `请前往"住房和城乡建设部政务服务门户"查看或下载电子证照` {
		t.Errorf("title %q", title)
	}
	if keys := c.Keys(t, c.Bucket); len(keys) != 0 {
		t.Errorf("stored %v", keys)
	}
}

// TestEndorsingAsksTheNationalPlatformForThePhone, whichever portal the holder uses, and whatever
// the other portal states.
func TestEndorsingAsksTheNationalPlatformForThePhone(t *testing.T) {
	c := newFixture(t, nil)
	zhang := recordstest.ZhangSan()
	token := c.SignIn(t, zhang, "mohurd", true)
	c.SignIn(t, zhang, "gjzwfw", true)
	c.States(t, zhang, "mohurd", zhang.Phone)
	c.States(t, zhang, "gjzwfw", "")
	c.endorse(t, token, "a key of mine", "{}").WantProblem(t, 409, "phone-unbound")
	c.States(t, zhang, "mohurd", "")
	c.States(t, zhang, "gjzwfw", zhang.Phone)
	c.endorse(t, token, "another key of mine", "{}").Into(t, 201, nil)
}

func TestTheManualsMessages(t *testing.T) {
	day := func(y int, m time.Month, d int) civil.Date { return civil.Date{Year: y, Month: m, Day: d} }
	for name, test := range map[string]struct {
		change func(*certificate.Certificate)
		body   string
		status int
		code   string
		title  string
	}{
		"no specialty is valid":   {func(c *certificate.Certificate) { c.Specialties[0].To = day(2026, 11, 22) }, `{}`, 409, "certificate-expired", "证照过期"},
		"the holder is 65":        {func(c *certificate.Certificate) { c.Holder.Birth = day(1961, 11, 23) }, `{}`, 409, "certificate-expired", "证照过期"},
		"not yet reported":        {func(c *certificate.Certificate) { c.Sync.ReportedToMinistry = false }, `{}`, 409, "not-reported", "加注失败"},
		"longer than 180 days":    {nil, `{"useUntil":"2027-05-23"}`, 422, "window-too-long", "加注失败"},
		"past the registration":   {func(c *certificate.Certificate) { c.Specialties[0].To = day(2027, 1, 31) }, `{"useUntil":"2027-02-01"}`, 422, "window-past-registration", "加注失败"},
		"another first day":       {nil, `{"useFrom":"2026-11-24"}`, 422, "window-not-choosable", "加注失败"},
		"a character no font has": {nil, `{"purpose":{"kind":"其他","text":"` + unsupportedRune + `"}}`, 409, "glyph-missing", "加注失败"},
		"a label in the purpose":  {nil, `{"purpose":{"kind":"投标","text":"姓　名：李四"}}`, 422, "invalid-field", ""},
		"a window in a name":      {nil, `{"recipient":{"name":"任何单位　　使用有效期：2036年05月28日"}}`, 422, "invalid-field", ""},
		"a purpose of blanks":     {nil, `{"purpose":{"kind":"其他","text":"\u3000\u200b"}}`, 422, "invalid-field", ""},
		"a purpose of no kind":    {nil, `{"purpose":{"kind":"炫耀"}}`, 422, "invalid-field", ""},
		"an unknown member":       {nil, `{"colour":"red"}`, 400, "unknown-field", ""},
		"a day that is none":      {nil, `{"useUntil":"2027-02-30"}`, 422, "invalid-field", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newFixture(t, test.change)
			reply := c.endorse(t, c.signIn(t), "a key of mine", test.body)
			reply.WantProblem(t, test.status, test.code)
			if _, title, _ := reply.Problem(t); test.title != "" && title != test.title {
				t.Errorf("title %q", title)
			}
			if len(c.history(t)) != 0 || len(c.Keys(t, c.Bucket)) != 0 {
				t.Error("something was made all the same")
			}
		})
	}
}

func TestTheHoldersWordsAreKeptAndPrintedWithoutTheirBlanks(t *testing.T) {
	c := newFixture(t, nil)
	got := c.mustEndorse(t, `{"purpose":{"kind":"投标","text":"\u3000某某大厦\t\u00a0一期 ","projectCode":"P\u200b-1"},"recipient":{"name":"乙公司\u3000\u3000（集团）"}}`)
	_, e, err := c.Records.ForVerify(t.Context(), got.Certificate, got.Endorsement)
	if err != nil {
		t.Fatal(err)
	}
	printed, err := endorsement.ParseCopy([]byte(strings.TrimPrefix(c.Object(t, c.Bucket, e.Files["pdf"].Key), "%PDF ")))
	if err != nil {
		t.Fatal(err)
	}
	for where, p := range map[string]*endorsement.Purpose{"the record": e.Purpose, "the PDF": printed.Purpose} {
		if p.Text != "某某大厦 一期" || p.ProjectCode != "P -1" {
			t.Errorf("%s has %+v", where, p)
		}
	}
	if e.Recipient.Name != "乙公司 （集团）" || printed.Recipient.Name != e.Recipient.Name {
		t.Errorf("the recipient is %q, and %q in the PDF", e.Recipient.Name, printed.Recipient.Name)
	}
}

func TestAnAuthorityWithoutASealIsNamed(t *testing.T) {
	c := newFixture(t, nil)
	c.issuer.sealMissing = true
	reply := c.endorse(t, c.signIn(t), "a key of mine", "{}")
	reply.WantProblem(t, 409, "seal-missing")
	if !strings.Contains(reply.Body, "住房和城乡建设部") || len(c.history(t)) != 0 {
		t.Errorf("%s", reply.Body)
	}
}

func TestSigningThatFailsLeavesNothing(t *testing.T) {
	c := newFixture(t, nil)
	token := c.signIn(t)
	c.issuer.failWith(problem.New(problem.SigningUnavailable).WithCause(errors.New("no seal today")))
	c.endorse(t, token, "a key of mine", "{}").WantProblem(t, 503, "signing-unavailable")
	c.issuer.failWith(errors.New("secret detail"))
	reply := c.endorse(t, token, "a key of mine", "{}")
	reply.WantProblem(t, 500, "internal")
	if strings.Contains(reply.Body, "secret detail") || len(c.history(t)) != 0 {
		t.Errorf("%s", reply.Body)
	}
	c.issuer.failWith(nil)
	c.endorse(t, token, "a key of mine", "{}").Into(t, 201, nil)
}

func TestTheDailyQuotaOfASchemeThatHasOne(t *testing.T) {
	c := newFixture(t, func(c *certificate.Certificate) {
		c.Scheme, c.Number = "constructor-2-beijing", "京2112019202000001"
	})
	token := c.signIn(t)
	for range 2 {
		c.endorse(t, token, rand.Text(), "{}").Into(t, 201, nil)
		c.Clock.Advance(time.Second)
	}
	reply := c.endorse(t, token, rand.Text(), "{}")
	reply.WantProblem(t, 409, "quota-reached")
	if _, title, _ := reply.Problem(t); title != "今日已申请过加注件，请勿重复加注" {
		t.Errorf("title %q", title)
	}
	c.Clock.Set(civil.Of(c.Clock.Now()).End())
	c.endorse(t, c.signIn(t), rand.Text(), "{}").Into(t, 201, nil)
}

func TestTheQuotaHoldsForThoseWhoComeAtOnce(t *testing.T) {
	c := newFixture(t, func(c *certificate.Certificate) { c.Scheme = "constructor-2-beijing" })
	token := c.signIn(t)
	c.issuer.hold(newBarrier(t, 4))
	var wait sync.WaitGroup
	status := make([]int, 4)
	for i := range status {
		wait.Go(func() { status[i] = c.endorse(t, token, rand.Text(), "{}").Status })
	}
	wait.Wait()
	slices.Sort(status)
	if diff := cmp.Diff([]int{201, 201, 409, 409}, status); diff != "" {
		t.Error(diff)
	}
}

func TestANewerCopyTakesTheOldOnesPlaceWhereTheSchemeSaysSo(t *testing.T) {
	for scheme, want := range map[string][]string{
		"constructor-1":         {"ready", "ready"},
		"constructor-2-beijing": {"ready", "superseded"},
	} {
		c := newFixture(t, func(c *certificate.Certificate) { c.Scheme = scheme })
		c.mustEndorse(t, "{}")
		c.Clock.Advance(time.Minute)
		c.mustEndorse(t, "{}")
		var got []string
		for _, a := range c.history(t) {
			got = append(got, string(a.State))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", scheme, diff)
		}
	}
}

func TestACopyMadeAfterTheClockWasPutBackIsToldAsItStands(t *testing.T) {
	c := newFixture(t, func(c *certificate.Certificate) { c.Scheme = "constructor-2-beijing" })
	c.mustEndorse(t, "{}")
	c.Clock.Advance(-time.Minute)
	told := c.mustEndorse(t, "{}")
	var now endorsementResponse
	c.send(t, getRoute, c.signIn(t), told.Endorsement, "").Into(t, 200, &now)
	if told.State != "superseded" || now.State != told.State {
		t.Errorf("told as %q, and it stands as %q", told.State, now.State)
	}
}

func TestNobodyElseEndorses(t *testing.T) {
	c := newFixture(t, nil)
	c.endorse(t, "", "a key of mine", "{}").WantProblem(t, 401, "session-required")
	c.endorse(t, c.SignIn(t, recordstest.ZhangSan(), "mohurd", false), "a key of mine", "{}").WantProblem(t, 403, "identity-required")
	c.endorse(t, c.SignIn(t, recordstest.LiSi(), "mohurd", true), "a key of mine", "{}").WantProblem(t, 404, "certificate-not-found")
}

// The round trips of one endorsement: the session, then the certificate's view and the phone
// together, then both files together, then one transaction. The first of a process with a key set also asks for its number.
func TestEndorsingTakesFourRounds(t *testing.T) {
	c := newFixture(t, nil)
	c.mustEndorse(t, "{}")
	c.Clock.Advance(time.Minute)
	token := c.signIn(t)
	if _, err := c.Records.NextStatusIndex(t.Context()); err != nil { // the places of the next 63 copies
		t.Fatal(err)
	}
	reads, puts := newBarrier(t, 2), newBarrier(t, 2)
	calls := c.Transport.Listen()
	first := true
	c.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		switch {
		case call == "GetItem" && first:
			first = false // the session is read alone; everything else depends on it
		case call == "GetItem" || call == "BatchGetItem":
			reads()
		case call == "PUT object":
			puts()
		}
		return recordstest.Arrives
	})
	c.endorse(t, token, "a key of mine", "{}").Into(t, 201, nil)
	made := calls()
	slices.Sort(made[1:3])
	want := []recordstest.Call{
		"GetItem", "BatchGetItem", "GetItem", "PUT object", "PUT object", "TransactWriteItems",
	}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Error(diff)
	}
}

func TestTheFilesCarryTheCopyTheRegisterKnows(t *testing.T) {
	c := newFixture(t, nil)
	got := c.mustEndorse(t, `{"purpose":{"kind":"投标"}}`)
	_, e, err := c.Records.ForVerify(t.Context(), got.Certificate, got.Endorsement)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := records.TimeOf(e.ID); err != nil || !at.Equal(e.MadeAt) {
		t.Errorf("the identifier says %s, the record %s", at, e.MadeAt)
	}
	for name, begins := range map[string]string{"pdf": "%PDF ", "ofd": "PK "} {
		told := strings.TrimPrefix(c.Object(t, c.Bucket, e.Files[name].Key), begins)
		made, err := endorsement.ParseCopy([]byte(told))
		if err != nil {
			t.Fatal(err)
		}
		if made.Digest() != e.CopyDigest || made.CopyID != e.ID || made.QR != e.QR || !made.Test || made.Maker != "住房和城乡建设部政务服务门户" {
			t.Errorf("the %s carries %+v", name, made)
		}
		if strings.Contains(told, recordstest.ZhangSan().IDNumber) || made.Certificate.Holder.IDDigest != nil {
			t.Errorf("the %s has the ID number, or a digest of it", name)
		}
	}
}

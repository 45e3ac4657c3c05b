package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// A genuine link that was changed harmlessly on its way is valid; what has no token is not called
// false.
func TestAGenuineLinkIsValidWhateverSurroundsIt(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	link := made.Endorsement.QR
	for name, text := range map[string]string{
		"as it is": link, "a parameter of a chat program": link + "&shareTo=weixin", "a second fragment": link + "#wechat_redirect",
		"a query": strings.Replace(link, "/v#", "/v?from=singlemessage&isappinstalled=0#", 1), "a full stop": link + "。",
		"capitals": "HTTPS" + strings.TrimPrefix(link, "https"), "a slash": strings.Replace(link, "/v#", "/v/#", 1), "brackets": "<" + link + ">",
		"a byte order mark": "\ufeff" + link, "a zero width space": link + "\u200b", "a sentence": "您好，请核验 " + link + " ，谢谢",
	} {
		if got := w.postVerification(t, fields{"token": text}); got.Verdict != "valid" || got.Subject["test"] != true {
			t.Errorf("%s: %+v", name, got)
		}
		got := w.upload(t, "application/octet-stream", []byte(text+"\r\n"), "")
		if words := name == "a sentence"; words { // which nothing proves
			want(t, got, "unknown", 10, verdict.Integrity, "unknown", verdict.UnrecognisedFile(verdict.WordsBeside, "").Text.ZH)
		} else if got.Verdict != "valid" || got.Given != "token" {
			t.Errorf("%s in a file: %+v", name, got)
		}
	}
	for name, text := range map[string]string{"a word": "hello", "a picture's address": "https://example.cn/a.png", "a lost code": "https://jiazhu.example.cn/v#"} {
		want(t, w.postVerification(t, fields{"token": text}), "unknown", 10, verdict.Integrity, "unknown", verdict.UnrecognisedText().Text.ZH)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	another := w.endorse(t)
	want(t, w.postVerification(t, fields{"token": link + " " + another.Endorsement.QR}), "unknown", 10, verdict.Integrity, "unknown", verdict.SeveralTokens().Text.ZH)
}

// A consent that does not count is said to be so in a row of its own, and the verdict stays.
func TestAConsentThatDoesNotHoldIsSaidToBeSo(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	other := w.endorse(t)
	_, secret := w.consent(t, made, records.ShowName)
	revokedID, revoked := w.consent(t, made, records.ShowName)
	_, elsewhere := w.consent(t, other, records.ShowName)
	if err := w.Records.RevokeConsent(t.Context(), made.Endorsement.CertID, w.record.Holder, made.Endorsement.ID, revokedID, w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	link := made.Endorsement.QR + "&consent="
	check := func(name, token string, overall verdict.Overall, wanted verdict.Finding) {
		t.Helper()
		got := w.postVerification(t, fields{"token": token})
		result, text := got.row(verdict.Consent)
		if got.Verdict != string(overall) || result != string(wanted.Result) || text != wanted.Text.ZH {
			t.Errorf("%s: %s, %s %s, want %s", name, got.Verdict, result, text, wanted.Text.ZH)
		}
		if shown := got.Subject["disclosed"] != nil; shown != (wanted.Result == verdict.Pass) {
			t.Errorf("%s: shown %v", name, got.Subject)
		}
	}
	now := func() time.Time { return w.Clock.Now() }
	tomorrow := lastDayOf(records.Consent{Until: now().Add(24 * time.Hour)})
	swapped := secret[:51] + map[bool]string{true: "B", false: "A"}[secret[51] == 'A']
	check("as given", link+secret, verdict.Valid, verdict.ConsentHolds(tomorrow))
	check("a full stop behind", link+secret+"。", verdict.Valid, verdict.ConsentHolds(tomorrow))
	check("cut", link+secret[:43], verdict.Valid, verdict.ConsentCut())
	check("something else", link+"AAAA", verdict.Valid, verdict.ConsentCut())
	check("one character wrong", link+swapped, verdict.Valid, verdict.ConsentUnknown())
	check("of another copy", link+elsewhere, verdict.Valid, verdict.ConsentUnknown())
	check("revoked", link+revoked, verdict.Valid, verdict.ConsentRevoked(lastDayOf(records.Consent{Until: now()})))
	w.Clock.Advance(25 * time.Hour)
	check("ended", link+secret, verdict.Valid, verdict.ConsentEnded(tomorrow))
	if _, err := w.Records.Withdraw(t.Context(), made.Endorsement.CertID, w.record.Holder, made.Endorsement.ID, "", now()); err != nil {
		t.Fatal(err)
	}
	check("of a copy that was withdrawn", link+secret, verdict.Invalid, verdict.ConsentToDeadCopy())
	if got := w.postVerification(t, fields{"token": link + "AAAA" + "x", "consent": "elsewhere"}); len(got.Checks) != 11 {
		t.Errorf("%+v", got.Checks)
	}
	if got := w.postVerification(t, fields{"token": made.Token}); len(got.Checks) != 10 {
		t.Errorf("without a consent: %+v", got.Checks)
	}
}

// The row is no part of a receipt, which is for whoever it is shown to.
func TestAReceiptHasNoRowOfAConsent(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	_, said := w.requestReceipt(t, fields{"token": made.Endorsement.QR + "&consent=AAAA"})
	if len(said.Verdict.Checks) != len(verdict.Checks())-2 {
		t.Errorf("got %+v", said.Verdict.Checks)
	}
}

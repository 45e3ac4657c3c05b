package identity_test

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

func TestAPhoneIsTakenOrSuggestedAsItWasMeant(t *testing.T) {
	for given, want := range map[string]struct{ phone, suggestion string }{
		"13800000000": {"13800000000", ""}, " 13800000000\u3000": {"13800000000", ""},
		"+86 138 0000 0000": {"", "13800000000"}, "\u202D138-0000-0000\u202C": {"", "13800000000"}, "0086(138)00000000": {"", "13800000000"},
		"１３８００００００００": {"", "13800000000"}, "'13800000000": {"", "13800000000"},
		"138": {"", ""}, "": {"", ""}, "23800000000": {"", ""}, "1.38E+10": {"", ""},
	} {
		got, err := identity.NormalizePhone(given)
		suggestion := ""
		if e, ok := err.(*certificate.FieldError); ok {
			suggestion = e.Suggestion
			if strings.Contains(e.Detail.ZH, "表格软件") != (given == "1.38E+10") {
				t.Errorf("%q: %s", given, e.Detail.ZH)
			}
		}
		if got != want.phone || suggestion != want.suggestion || (err == nil) != (want.phone != "") {
			t.Errorf("%+q: %q, suggestion %q, %v", given, got, suggestion, err)
		}
	}
}

func TestTheSecretOfALinkIsFound(t *testing.T) {
	const secret = "ABCDEFGHIJKLMNOPQRSTUVW234"
	for _, text := range []string{secret, " " + secret + "。", "https://x.example/password#" + secret + "&from=chat", "\uFEFF" + secret + "\r\n", "「" + secret + "」"} {
		if got := identity.FindLinkSecret(text); got != secret {
			t.Errorf("%+q: %q", text, got)
		}
	}
	for _, text := range []string{secret + "A", secret[1:], secret + " " + secret, strings.ToLower(secret), ""} {
		if got := identity.FindLinkSecret(text); got == secret {
			t.Errorf("%+q has one", text)
		}
	}
}

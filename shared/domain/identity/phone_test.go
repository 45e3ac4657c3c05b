package identity_test

import (
	"errors"
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
	const encoded = "https%3A%2F%2Fx.example%2Fpassword%23" + secret
	for _, text := range []string{
		secret, " " + secret + "。", "https://x.example/password#" + secret + "&from=chat", "\uFEFF" + secret + "\r\n", "「" + secret + "」",
		secret + " " + secret, "https://x.example/password#" + secret + "\n" + "https://x.example/password#" + secret, "https://x.example/password#" + secret + "https://x.example/password#" + secret,
		"https://x.example/password#" + secret[:9] + "\r\n" + secret[9:], secret[:9] + "\u200B" + secret[9:20] + " " + secret[20:],
		encoded, strings.ReplaceAll(encoded, "%", "%25"), encoded + "%E3%80%82",
	} {
		if got, err := identity.FindLinkSecret(text); got != secret || err != nil {
			t.Errorf("%+q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{secret + "A", secret[1:], strings.ToLower(secret), "", "%", "%2", "%zz" + secret[1:]} {
		if got, err := identity.FindLinkSecret(text); got == secret || err != nil {
			t.Errorf("%+q has one, %v", text, err)
		}
	}
	other := "B" + secret[1:]
	for _, text := range []string{secret + " " + other, secret + "\n" + secret + "\n" + other} {
		if got, err := identity.FindLinkSecret(text); !errors.Is(err, identity.ErrSeveralLinks) {
			t.Errorf("%+q: %q, %v", text, got, err)
		}
	}
}

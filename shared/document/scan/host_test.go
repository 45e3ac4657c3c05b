package scan_test

import (
	"image"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

func TestWhereACodeLeadsIsSaid(t *testing.T) {
	_, jws, _ := strings.Cut(token, "#")
	const origin = "https://jiazhu.example.cn"
	for text, want := range map[string]string{
		jws: "", " " + jws: "", origin + "/v#" + jws: "", "HTTPS://JIAZHU.EXAMPLE.CN:443/v?shareTo=1#" + jws: "",
		"jiazhu.example.cn/v#" + jws:                           "",
		"https://evil.example/v#" + jws:                        "evil.example",
		"https://evil.example:8443/v#" + jws:                   "evil.example:8443",
		"https://jiazhu.example.cn@evil.example/v#" + jws:      "evil.example",
		"https://jiazhu.example.cn.evil.example/v#" + jws:      "jiazhu.example.cn.evil.example",
		"evil.example/v#" + jws:                                "evil.example",
		"//evil.example/v#" + jws:                              "evil.example",
		"javascript:alert(1)//#" + jws:                         "javascript:",
		"https://evil.example\\@jiazhu.example.cn/v#" + jws:    "?",
		"BEGIN:VCARD\nFN:本平台\nURL:" + origin + "/v#" + jws:     "?",
		"本码有效 " + origin + "/v#" + jws:                         "?",
		"https://证照有效 某/v#" + jws:                              "?",
		"https://经核验为有效！/v#" + jws:                             "?",
		"https://a_b.example\u202e/v#" + jws:                   "?",
		"https://" + strings.Repeat("a", 254) + "/v#" + jws:    "?",
		"WIFI:S:evil;P:" + origin + "/v#" + jws:                "wifi:",
		"https://例え.example/v#" + jws:                          "例え.example",
		"https://[::1]:8443/v#" + jws:                          "[::1]:8443",
		"http://jiazhu.example.cn:8080/v#" + jws:               "jiazhu.example.cn:8080",
		"weixin://jiazhu.example.cn.evil/v#consent=1&t=" + jws: "jiazhu.example.cn.evil",
	} {
		if got := (scan.Code{Page: 1, Text: text}).LeadsAway(origin); got != want {
			t.Errorf("%s: %q, want %q", strings.ReplaceAll(text, jws, "TOKEN"), got, want)
		}
	}
}

// TestACodeWithTwoTokensIsSaidToBeOne of several, and not one of others.
func TestACodeWithTwoTokensIsSaidToBeOne(t *testing.T) {
	two := scantest.NewPage(600, 600)
	scantest.DrawCode(t, two, token+" "+strings.Replace(token, ".7Fur", ".8Fur", 1), image.Pt(20, 20), 4)
	got, err := scan.Find(scantest.PNG(t, two), scan.DefaultBounds())
	if err != nil || got.Several != 1 || got.Others != 0 || len(got.Codes) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

package scan_test

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/scan"
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
		"https://evil.example\\@jiazhu.example.cn/v#" + jws:    "https://evil.example\\@jiazhu.example.cn/v#",
		"http://jiazhu.example.cn:8080/v#" + jws:               "jiazhu.example.cn:8080",
		"weixin://jiazhu.example.cn.evil/v#consent=1&t=" + jws: "jiazhu.example.cn.evil",
	} {
		if got := (scan.Code{Page: 1, Text: text}).LeadsAway(origin); got != want {
			t.Errorf("%s: %q, want %q", strings.ReplaceAll(text, jws, "TOKEN"), got, want)
		}
	}
}

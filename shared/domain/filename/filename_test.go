package filename

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestDisposition(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{
			"a Chinese name keeps its dates for old clients and everything for new ones",
			"一级建造师注册证书-张三-20261123-20270522.pdf",
			`attachment; filename="20261123-20270522.pdf"; filename*=UTF-8''%E4%B8%80%E7%BA%A7%E5%BB%BA%E9%80%A0%E5%B8%88%E6%B3%A8%E5%86%8C%E8%AF%81%E4%B9%A6-%E5%BC%A0%E4%B8%89-20261123-20270522.pdf`,
		},
		{
			"a line break cannot begin another header",
			"a\r\nSet-Cookie: x=1.pdf",
			`attachment; filename="aSet-Cookie_ x=1.pdf"; filename*=UTF-8''aSet-Cookie_%20x%3D1.pdf`,
		},
		{
			"a quote cannot end the name",
			`a";x="b.pdf`,
			`attachment; filename="a_;x=_b.pdf"; filename*=UTF-8''a_%3Bx%3D_b.pdf`,
		},
		{
			"a path is no path",
			"../../etc/passwd",
			`attachment; filename="certificate.._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`,
		},
		{
			"a character outside the basic plane survives",
			"𬱖.pdf",
			`attachment; filename="certificate.pdf"; filename*=UTF-8''%F0%AC%B1%96.pdf`,
		},
		{
			"nothing is called something",
			"\u202e\u0000",
			`attachment; filename="certificate"; filename*=UTF-8''certificate`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, AttachmentHeader(test.file)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzDisposition(f *testing.F) {
	f.Add("一级建造师注册证书-张三-20261123-20270522.pdf")
	f.Add("a\r\nb: c")
	f.Add("%00'\"\\")
	f.Fuzz(func(t *testing.T, name string) {
		header := AttachmentHeader(name)
		for _, r := range header {
			if r < ' ' || r >= utf8.RuneSelf {
				t.Fatalf("%q holds %q", header, r)
			}
		}
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || len(params) != 1 {
			t.Fatalf("%q reads as %q %v: %v", header, kind, params, err)
		}
		if got := params["filename"]; got != Tidy(name) || strings.ContainsAny(got, "/\\\r\n\"") {
			t.Fatalf("%q reads as file %q", header, got)
		}
	})
}

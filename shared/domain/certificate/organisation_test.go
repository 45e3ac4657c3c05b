package certificate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// organisation returns a certificate of an organisation that breaks no rule, and its kind's rules.
func organisation(t testing.TB) (certificate.Certificate, certificate.Rules) {
	t.Helper()
	c, r := validCertificate(t), rules(t)
	c.Holder = certificate.Holder{Name: "北京某某建设（集团）有限公司", IDType: "001", IDNumber: "91110000MA00000152"}
	c.Photo = nil
	r.Organisation = true
	return c, r
}

func TestAnOrganisationHoldsACertificate(t *testing.T) {
	for _, test := range []struct {
		is    string
		spoil func(*certificate.Certificate)
		want  []finding
	}{
		{"nothing wrong", func(*certificate.Certificate) {}, nil},
		{"its code elsewhere", func(c *certificate.Certificate) { c.CertificateSerial = c.Holder.IDNumber }, nil},
		{"no name", func(c *certificate.Certificate) { c.Holder.Name = "" }, []finding{{Field: "/holder/name", Rule: "organisation.name"}}},
		{"a lost character", func(c *certificate.Certificate) { c.Holder.Name = "北京?建设有限公司" }, []finding{{Field: "/holder/name", Rule: "organisation.lost"}}},
		{"a mark of direction", func(c *certificate.Certificate) { c.Holder.Name = "北京\u202e建设有限公司" },
			[]finding{{Field: "/holder/name", Rule: "organisation.character", Suggestion: "北京建设有限公司"}}},
		{"a person's document", func(c *certificate.Certificate) { c.Holder.IDType, c.Holder.IDNumber = "111", "110101198001010010" },
			[]finding{{Field: "/holder/idType", Rule: "id.type"}}},
		{"a mistyped code", func(c *certificate.Certificate) { c.Holder.IDNumber = "91110000MA00000153" }, []finding{{Field: "/holder/idNo", Rule: "uscc.checksum"}}},
		{"a sex", func(c *certificate.Certificate) { c.Holder.Sex = "男" }, []finding{{Field: "/holder/sex", Rule: "holder.organisation"}}},
		{"a day of birth", func(c *certificate.Certificate) { c.Holder.Birth = day(t, "1980-01-01") }, []finding{{Field: "/holder/birth", Rule: "holder.organisation"}}},
		{"pictures", func(c *certificate.Certificate) {
			c.Photo = &certificate.Image{MIME: "image/png", Bytes: 1}
			c.SignatureImage = c.Photo
		}, []finding{{Field: "/photo", Rule: "holder.organisation"}, {Field: "/signatureImage", Rule: "holder.organisation"}}},
	} {
		t.Run(test.is, func(t *testing.T) {
			c, r := organisation(t)
			test.spoil(&c)
			if diff := cmp.Diff(test.want, findings(t, certificate.Validate(c, r))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPersonsCertificateIsNoOrganisations(t *testing.T) {
	c, r := organisation(t)
	r.Organisation = false
	rules := map[string]bool{}
	for _, f := range certificate.Validate(c, r) {
		rules[f.Field+" "+f.Rule] = true
	}
	for _, want := range []string{"/holder/idType id.type", "/holder/sex sex.value", "/holder/birth birth.required"} {
		if !rules[want] {
			t.Errorf("no %s in %v", want, rules)
		}
	}
}

func TestAnOrganisationsNameAndCodeArePublic(t *testing.T) {
	c, _ := organisation(t)
	if got := certificate.MaskHolderName("001", c.Holder.Name); got != c.Holder.Name {
		t.Errorf("masked: %s", got)
	}
	if got := certificate.MaskHolderName("111", "张三"); got != "张*" {
		t.Errorf("a person's name: %s", got)
	}
	if got := c.Holder.WithoutPersonalNumber(); got != c.Holder {
		t.Errorf("without its code: %+v", got)
	}
	if got := validCertificate(t).Holder.WithoutPersonalNumber(); got.IDNumber != "" {
		t.Error("a person's number stays")
	}
	if !certificate.NamesPerson("001") {
		t.Error("a code alone does not name its organisation")
	}
}

func TestAnOrganisationsNameIsTheSameInEitherWidthOfBrackets(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"北京某某建设（集团）有限公司", "北京某某建设(集团)有限公司", true},
		{"北京某某ABC建设有限公司", "北京某某abc建设有限公司", true},
		{"北京某某建设（集团）有限公司", "北京某某建设集团有限公司", false},
		{"北京某某建设一有限公司", "北京某某建设二有限公司", false},
	} {
		if got := certificate.IsSameName(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %t", test.a, test.b, got)
		}
	}
	written, _ := organisation(t)
	written.Holder.Name, written.Holder.IDNumber = "  北京某某建设有限公司 ", " 91110000ma00000152"
	if got := certificate.Normalize(written).Holder; got.Name != "北京某某建设有限公司" || got.IDNumber != "91110000MA00000152" {
		t.Errorf("normalized: %+v", got)
	}
}

func TestANameThatIsSearchedForIsAPersonsOrAnOrganisations(t *testing.T) {
	for _, test := range []struct{ name, want, rule string }{
		{" 张三 ", "张三", ""},
		{"北京某某建设（集团）有限公司", "北京某某建设（集团）有限公司", ""},
		{"北京ABC建设有限公司", "北京ABC建设有限公司", ""},
		{"中建3局某某有限公司", "中建3局某某有限公司", ""},
		{"张三1", "", "name.character"},
		{"阿依古丽.买买提", "", "name.character"},
		{"北京?建设有限公司", "", "name.lost"},
		{"", "", "name.length"},
	} {
		got, err := certificate.NormalizeSearchedName(test.name)
		rule := ""
		if e, ok := err.(*certificate.FieldError); ok {
			rule = e.Rule
		}
		if got != test.want || rule != test.rule {
			t.Errorf("%q is %q, %v", test.name, got, err)
		}
	}
}

func TestALongNameIsShortInACode(t *testing.T) {
	whole := strings.Repeat("某", 40)
	for _, test := range []struct{ idType, name, want string }{
		{"001", whole, whole},
		{"001", whole + "某", strings.Repeat("某", 39) + "…"},
		{"111", "张三", "张*"},
	} {
		if got := certificate.NameInCode(test.idType, test.name); got != test.want {
			t.Errorf("%s: %s", test.name, got)
		}
	}
}

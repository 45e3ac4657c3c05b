package endorsement_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// organisationCopy returns the copy of example, held by an organisation.
func organisationCopy(t testing.TB) endorsement.Copy {
	t.Helper()
	e, c := example(t)
	c.Holder = certificate.Holder{Name: "北京某某建设有限公司", IDType: "001", IDNumber: "91110000MA00000152"}
	c.Photo = nil
	return endorsement.NewCopy(e, c, "国家政务服务平台", true)
}

func TestACopyHasItsOrganisationsCode(t *testing.T) {
	c := organisationCopy(t)
	text, err := c.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if want := `"holder":{"idNo":"91110000MA00000152","idType":"001","name":"北京某某建设有限公司"}`; !strings.Contains(string(text), want) {
		t.Errorf("no %s in %s", want, text)
	}
	read, err := endorsement.ParseCopy(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, read); diff != "" {
		t.Error(diff)
	}
	if x := c.Excerpt(); x.USCC != "91110000MA00000152" || x.MaskName() != "北京某某建设有限公司" {
		t.Errorf("excerpt %+v", x)
	}
	if x := exampleCopy(t).Excerpt(); x.USCC != "" || x.MaskName() != "张*" {
		t.Errorf("a person's excerpt %+v", x)
	}
}

func TestAHolderHasNoMembersOfTheOtherKind(t *testing.T) {
	person, organisation := canonicalCopy, string(must(organisationCopy(t).Canonical()))
	for _, test := range []struct{ is, text, old, new string }{
		{"a person with a number", person, `"holder":{"birth":"1980-01-01","idType":"111"`, `"holder":{"birth":"1980-01-01","idNo":"110101198001010010","idType":"111"`},
		{"a person without a day of birth", person, `"birth":"1980-01-01",`, ``},
		{"a person without a sex", person, `,"sex":"男"`, ``},
		{"an organisation without a code", organisation, `"idNo":"91110000MA00000152",`, ``},
		{"an organisation with a sex", organisation, `"name":"北京某某建设有限公司"}`, `"name":"北京某某建设有限公司","sex":"男"}`},
		{"an organisation with a day of birth", organisation, `"holder":{"idNo"`, `"holder":{"birth":"1980-01-01","idNo"`},
	} {
		t.Run(test.is, func(t *testing.T) {
			wrong := strings.Replace(test.text, test.old, test.new, 1)
			if wrong == test.text {
				t.Fatalf("%q is not in the copy", test.old)
			}
			if _, err := endorsement.ParseCopy([]byte(wrong)); err == nil {
				t.Error("it is read")
			}
		})
	}
}

// must returns the text of a copy that has one.
func must(text []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return text
}

func TestAnOrganisationNeedsNoPictures(t *testing.T) {
	s := readySituation(t)
	s.Certificate.Holder = certificate.Holder{Name: "北京某某建设有限公司", IDType: "001", IDNumber: "91110000MA00000152"}
	s.Certificate.Photo, s.Certificate.SignatureImage = nil, nil
	if found := endorsement.Preflight(s); len(found) > 0 {
		t.Errorf("%v", codes(found))
	}
}

// A picture of a person is needed where the face shows it.
func TestOnlyPicturesThatAreShownAreNeeded(t *testing.T) {
	for _, test := range []struct {
		without []string
		found   []problem.Code
	}{
		{nil, []problem.Code{problem.PhotoMissing, problem.SignatureMissing}},
		{[]string{scheme.SignaturePart}, []problem.Code{problem.PhotoMissing}},
		{[]string{scheme.PhotoPart, scheme.SignaturePart}, nil},
	} {
		s := readySituation(t)
		kind, face := *s.Scheme, *s.Scheme.Face
		face.Without = test.without
		kind.Face, s.Scheme = &face, &kind
		s.Certificate.Photo, s.Certificate.SignatureImage = nil, nil
		if diff := cmp.Diff(test.found, codes(endorsement.Preflight(s))); diff != "" {
			t.Errorf("without %v: %s", test.without, diff)
		}
	}
}

package certificate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

type details = []certificate.Detail

func TestDetailsAreThoseOfTheKind(t *testing.T) {
	for _, test := range []struct {
		is   string
		list details
		want []finding
	}{
		{"both", details{{"技术职称", "高级工程师"}, {"职务", "项目经理"}}, nil},
		{"the required one", details{{"职务", "项目经理"}}, nil},
		{"an optional one without a value", details{{"职务", "项目经理"}, {"技术职称", ""}}, nil},
		{"none", nil, []finding{{"/details", "detail.required", "", false}}},
		{"the required one without a value", details{{"技术职称", "高级工程师"}, {"职务", ""}}, []finding{{"/details/1/value", "detail.required", "", false}}},
		{"one that the kind does not have", details{{"职务", "项目经理"}, {"学历", "本科"}}, []finding{{"/details/1/name", "detail.unknown", "", false}}},
		{"one whose name is mistyped", details{{"职 务", "项目经理"}}, []finding{
			{"/details/0/name", "detail.unknown", "职务", false}, {"/details", "detail.required", "", false}}},
		{"one that is there twice", details{{"职务", "项目经理"}, {"职务", "总经理"}}, []finding{{"/details/1/name", "detail.duplicate", "", false}}},
		{"one that is too long", details{{"职务", "某某项目总经理"}}, []finding{{"/details/0/value", "text.length", "", false}}},
		{"one that does not show", details{{"职务", "项目\u200b经理"}}, []finding{{"/details/0/value", "text.character", "项目经理", false}}},
		{"a number as a spreadsheet shows it", details{{"职务", "甲"}, {"技术职称", "1.1E+17"}}, []finding{{"/details/1/value", "text.spreadsheet", "", false}}},
		{"somebody's number", details{{"职务", "甲"}, {"技术职称", "见 310101198506150016"}}, []finding{{"/details/1/value", "text.personal", "", false}}},
	} {
		t.Run(test.is, func(t *testing.T) {
			c := validCertificate(t)
			c.Details = test.list
			if diff := cmp.Diff(test.want, findings(t, certificate.Validate(c, detailRules(t)))); diff != "" {
				t.Error(diff)
			}
		})
	}
	c := validCertificate(t)
	c.Details = details{{"职务", "项目经理"}}
	if diff := cmp.Diff([]finding{{"/details/0/name", "detail.unknown", "", false}}, findings(t, certificate.Validate(c, rules(t)))); diff != "" {
		t.Error(diff)
	}
}

func TestDetailsAreKeptInOneForm(t *testing.T) {
	c := validCertificate(t)
	given := details{{"技术职称", " 高级\u00A0⼯程师 "}, {"职务", "项目经理"}}
	c.Details = given
	if diff := cmp.Diff([]finding{{"/details/0/value", "text.standard", "", true}}, findings(t, certificate.Replacements(c))); diff != "" {
		t.Error(diff)
	}
	c = certificate.Normalize(c)
	want := details{{"职务", "项目经理"}, {"技术职称", "高级 工程师"}}
	if diff := cmp.Diff(want, certificate.ArrangeDetails(c.Details, detailRules(t).Details)); diff != "" {
		t.Error(diff)
	}
	if given[0].Value != " 高级\u00A0⼯程师 " {
		t.Error("the details that were given are changed")
	}
	c.Details = details{{"职务", "项目经理"}, {"技术职称", ""}}
	if got := certificate.ArrangeDetails(c.Details, detailRules(t).Details); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestWhetherThereIsAnEmployerIsForTheKindToSay(t *testing.T) {
	none, some := certificate.Employer{}, validCertificate(t).Employer
	missing := []finding{{"/employer/name", "employer.name", "", false}, {"/employer/uscc", "uscc.form", "", false}}
	for _, test := range []struct {
		presence certificate.Presence
		employer certificate.Employer
		want     []finding
	}{
		{"", some, nil}, {"", none, missing},
		{certificate.Required, some, nil}, {certificate.Required, none, missing},
		{certificate.Optional, some, nil}, {certificate.Optional, none, nil},
		{certificate.Optional, certificate.Employer{Name: some.Name}, missing[1:]},
		{certificate.Absent, none, nil}, {certificate.Absent, some, []finding{{"/employer", "employer.none", "", false}}},
	} {
		c, r := validCertificate(t), rules(t)
		c.Employer, r.Employer = test.employer, test.presence
		if diff := cmp.Diff(test.want, findings(t, certificate.Validate(c, r))); diff != "" {
			t.Errorf("%q, %+v: %s", test.presence, test.employer, diff)
		}
	}
}

func TestMessagesCallASpecialtyAsTheKindDoes(t *testing.T) {
	for label, want := range map[string]string{
		"":     "至少应有一个注册专业。该类证书没有此专业；其专业有：建筑工程、铁路工程。",
		"操作类别": "至少应有一个操作类别。该类证书没有此操作类别；其操作类别有：建筑工程、铁路工程。",
	} {
		c, r := validCertificate(t), rules(t)
		r.SpecialtyLabel = label
		got := ""
		all := c.Specialties[:1]
		all[0].Name = "园林工程"
		for _, list := range [][]certificate.Specialty{nil, all} {
			c.Specialties = list
			got += certificate.Validate(c, r)[0].Detail.ZH
		}
		if got != want {
			t.Errorf("%q: %s", label, got)
		}
	}
}

package main

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// specimenSpec describes one specimen: its differences from the default.
type specimenSpec struct {
	name        string
	scheme      string // id; "" for the first scheme
	specialties int    // 0 for two
	change      func(*certificate.Certificate)
	ask         endorsement.Request
	plain       bool   // without the mark 测试
	bare        bool   // without photo and handwriting
	style       string // one of styles; "" for signing without a timestamp
}

// specimenSpecs returns the set. Together the specimens cover what is difficult to lay
// out: the number of lines, their lengths, and their characters.
func specimenSpecs(schemes []scheme.Scheme, today civil.Date) []specimenSpec {
	list := specialtyCounts(schemes)
	list = append(list, names()...)
	list = append(list, employers()...)
	list = append(list, uses()...)
	list = append(list, windows(today)...)
	for _, s := range schemes {
		list = append(list, specimenSpec{name: "unmarked-" + s.ID, scheme: s.ID, plain: true})
	}
	list = append(list, specimenSpec{name: "without-pictures", bare: true})
	for _, s := range schemes {
		list = append(list, fullestSpec(s))
	}
	for _, style := range []string{"long-term-crl", "long-term-ocsp", "stamped"} {
		for _, s := range schemes[:min(len(schemes), 2)] { // of two authorities
			list = append(list, specimenSpec{name: style + "-" + s.ID, scheme: s.ID, style: style, ask: longestRequest()})
		}
	}
	return list
}

// specialtyCounts returns specimens with each number of specialties of the first scheme, and of the others
// with one and with all.
func specialtyCounts(schemes []scheme.Scheme) []specimenSpec {
	var list []specimenSpec
	for i, s := range schemes {
		for n := range s.Specialties {
			if i > 0 && n > 0 && n+1 < len(s.Specialties) {
				continue
			}
			list = append(list, specimenSpec{name: fmt.Sprintf("%s-%02d", s.ID, n+1), scheme: s.ID, specialties: n + 1})
		}
	}
	return list
}

// rare holds characters of real names outside the Basic Multilingual Plane, or inside
// it and missing from many fonts.
const rare = "䶮㛃𠅤𬱖𫖯𬍛㑇𬙊"

// longestName has 50 characters, the most a name may have.
const longestName = "阿卜杜热合曼江·阿卜杜克热木江·买买提依明江·托合提尼亚孜·阿不都热依木·吾斯曼江·艾合买提江库尔班"

func names() []specimenSpec {
	list := []specimenSpec{
		{name: "name-50", change: setName(longestName)},
		{name: "name-30", change: setName(string([]rune(longestName)[:29]) + "江")},
		{name: "name-minority", change: setName("阿依古丽·买买提")},
		{name: "name-compound", change: setName("欧阳" + rare)},
		{name: "name-woman", change: func(c *certificate.Certificate) {
			c.Holder.Name, c.Holder.Sex = "李四", certificate.Female
			setBirth(c, c.Holder.Birth)
		}},
	}
	for _, r := range rare {
		list = append(list, specimenSpec{name: fmt.Sprintf("name-U+%04X", r), change: setName("王" + string(r))})
	}
	return list
}

func setName(name string) func(*certificate.Certificate) {
	return func(c *certificate.Certificate) { c.Holder.Name = name }
}

func employers() []specimenSpec {
	employed := func(by string) func(*certificate.Certificate) {
		return func(c *certificate.Certificate) { c.Employer.Name = by }
	}
	return []specimenSpec{
		{name: "employer-100", change: employed(longestEmployer())},
		{name: "employer-latin", change: employed("ABC建设（中国）有限公司 No.2 分公司")},
		{name: "number-legacy", change: func(c *certificate.Certificate) { c.Number = "京111192000001" }},
	}
}

// longestEmployer returns a name of 100 characters, the most an employer's name may
// have.
func longestEmployer() string {
	return strings.Repeat("某某省建筑工程", 13) + "（集团）有限公司处"
}

// uses returns specimens with a purpose, a recipient, both, or neither.
func uses() []specimenSpec {
	recipient := &endorsement.Recipient{Name: "乙公司（集团）", USCC: "91110000MA00000152"}
	list := []specimenSpec{
		{name: "recipient-only", ask: endorsement.Request{Recipient: recipient}},
		{name: "purpose-longest", ask: longestRequest()},
	}
	for i, kind := range (scheme.Scheme{}).PurposeKinds() {
		purpose := &endorsement.Purpose{Kind: kind, Text: "某某大厦一期工程"}
		list = append(list, specimenSpec{name: fmt.Sprintf("purpose-%d", i+1), ask: endorsement.Request{Purpose: purpose}})
		list = append(list, specimenSpec{name: fmt.Sprintf("purpose-%d-recipient", i+1), ask: endorsement.Request{Purpose: purpose, Recipient: recipient}})
	}
	return list
}

func longestRequest() endorsement.Request {
	return endorsement.Request{
		Purpose: &endorsement.Purpose{
			Kind: "投标", Text: strings.Repeat("某某市第二人民医院门诊楼、", 15) + "住院楼施工", ProjectCode: strings.Repeat("A-2026-07", 7) + "B",
		},
		Recipient: &endorsement.Recipient{Name: strings.Repeat("某某公共资源交易中心", 10), USCC: "91110000MA00000152"},
	}
}

// windows returns specimens whose windows end for each possible reason.
func windows(today civil.Date) []specimenSpec {
	return []specimenSpec{
		{name: "window-near-65", change: func(c *certificate.Certificate) {
			setBirth(c, today.AddDays(30).AddYears(-65))
		}},
		{name: "window-specialty-end", change: func(c *certificate.Certificate) {
			for i := range c.Specialties {
				to := today.AddDays(20 + i)
				c.Specialties[i].From, c.Specialties[i].To = to.AddYears(-3).AddDays(1), to
			}
		}},
		{name: "window-chosen", ask: endorsement.Request{UseUntil: today.AddDays(7)}},
	}
}

// fullestSpec is the certificate of a scheme with the most content.
func fullestSpec(s scheme.Scheme) specimenSpec {
	return specimenSpec{name: "fullest-" + s.ID, scheme: s.ID, specialties: len(s.Specialties), ask: longestRequest(), change: func(c *certificate.Certificate) {
		c.Holder.Name = longestName
		if s.IsHeldByOrganisation() {
			c.Holder.Name = longestEmployer()
		}
		if s.Employer != certificate.Absent {
			c.Employer.Name = longestEmployer()
		}
		for i, d := range s.Details {
			c.Details[i].Value = strings.Repeat("某", d.Longest)
		}
	}}
}

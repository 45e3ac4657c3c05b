package certificate

import (
	"fmt"
	"slices"
	"strings"
)

// Detail is a fact that only some kinds of certificate print, such as 职务 or 技术职称.
type Detail struct {
	Name  string `json:"name"` // as it is printed; the scheme has the names
	Value string `json:"value"`
}

// DetailRule is what a scheme says of a detail.
type DetailRule struct {
	Name     string
	Required bool
	Longest  int // characters of the value
}

// Presence says whether the certificates of a scheme have a member. The empty one is Required.
type Presence string

// The presences.
const (
	Required Presence = "required"
	Optional Presence = "optional"
	Absent   Presence = "none"
)

// ArrangeDetails returns the details in the order of the rules, without those that have no value.
func ArrangeDetails(list []Detail, rules []DetailRule) []Detail {
	var arranged []Detail
	for _, rule := range rules {
		for _, d := range list {
			if d.Name == rule.Name && d.Value != "" {
				arranged = append(arranged, d)
			}
		}
	}
	return arranged
}

// details checks every detail and that none is missing. A detail whose value is empty counts as not given,
// but what is missing is reported there.
func (v *validation) details(list []Detail, holder Holder, rules []DetailRule) {
	seen := make(map[string]bool)
	for i, d := range list {
		at := fmt.Sprintf("/details/%d", i)
		switch n := slices.IndexFunc(rules, func(r DetailRule) bool { return r.Name == d.Name }); {
		case n < 0:
			v.unknownDetail(at+"/name", d.Name, rules)
		case seen[d.Name]:
			v.fail(at+"/name", "detail.duplicate", d.Name+"重复。", d.Name+" is there twice.")
		default:
			v.detail(at+"/value", d.Value, holder, rules[n])
		}
		seen[d.Name] = true
	}
	for _, rule := range rules {
		if rule.Required && !seen[rule.Name] {
			v.missingDetail("/details", rule.Name)
		}
	}
}

func (v *validation) detail(pointer, value string, holder Holder, rule DetailRule) {
	if value == "" {
		if rule.Required {
			v.missingDetail(pointer, rule.Name)
		}
		return
	}
	v.text(pointer, value, rule.Longest)
	if spreadsheetForm.MatchString(BareCode(value)) {
		v.add(pointer, ExplainForm(newFieldError("text.spreadsheet", "", ""), value))
	}
	if !revealsNumber(value, holder) {
		v.add(pointer, CheckImpersonal(value))
	}
}

func (v *validation) missingDetail(pointer, name string) {
	v.fail(pointer, "detail.required", "缺少"+name+"。", name+" is missing.")
}

func (v *validation) unknownDetail(pointer, name string, rules []DetailRule) {
	if len(rules) == 0 {
		v.fail(pointer, "detail.unknown", "该类证书没有此项。", "This kind of certificate has no such detail, and no other.")
		return
	}
	var all []string
	meant := ""
	for _, rule := range rules {
		all = append(all, rule.Name)
		if BareCode(rule.Name) == BareCode(name) {
			meant = rule.Name
		}
	}
	v.add(pointer, newFieldError("detail.unknown",
		"该类证书没有此项；其项目有："+strings.Join(all, "、")+"。",
		"This kind of certificate has no such detail. It has "+strings.Join(all, ", ")+".").withSuggestion(meant))
}

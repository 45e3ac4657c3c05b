package roster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// kind is what a table has to know of a type of certificate. The zero kind is any, as the constructors'
// is but for its specialties.
type kind struct {
	id, name    string
	authority   string
	specialties []string // nil allows any
	label       string   // what its number is called
	form        string   // of its number, in words
	number      string   // an example
	area        string   // that the example names, or ""
	areas       []string // first digits of the codes of its areas; nil allows any
	term        int      // years of one registration, 0 = any
	labels      map[string]string
	details     []certificate.DetailRule
	lacks       []string // fields that no certificate of the kind has
	optional    []string // fields that it may lack
	holds       string   // the document type of its holders
}

// labelledFields are the fields whose headings are the labels of a face's rows.
var labelledFields = map[string]string{
	scheme.HolderName: "/holder/name", scheme.EmployerName: "/employer/name", scheme.Specialties: specialtyField("name"),
}

func kindOf(s scheme.Scheme) kind {
	k := kind{
		id: s.ID, name: s.TypeName, authority: s.Authority, label: s.Number.Label.ZH, form: s.Number.Form.ZH, number: s.Number.Example,
		areas: s.Areas, term: s.TermYears, details: s.Rules().Details, labels: make(map[string]string),
	}
	if n, err := s.Number.Parse(s.Number.Example); err == nil {
		k.area = certificate.AreaName(n.Area())
	}
	for _, n := range s.Specialties {
		k.specialties = append(k.specialties, n.Name)
	}
	for _, row := range s.Face.Rows {
		if field := labelledFields[row.Value]; field != "" {
			k.labels[field] = row.Label
		}
	}
	switch s.Employer {
	case certificate.Absent:
		k.lacks = append(k.lacks, "/employer/name", "/employer/uscc")
	case certificate.Optional:
		k.optional = append(k.optional, "/employer/name", "/employer/uscc")
	}
	if s.IsHeldByOrganisation() {
		k.holds = certificate.OrganisationCode
		k.labels["/holder/idNo"] = "统一社会信用代码"
		k.lacks = append(k.lacks, "/holder/sex", "/holder/birth", "/holder/idType", "/photo", "/signatureImage")
	}
	if !s.Face.HasPhoto() {
		k.lacks = append(k.lacks, "/photo")
	}
	if !s.Face.HasSignature() {
		k.lacks = append(k.lacks, "/signatureImage")
	}
	return k
}

// hasProvince reports whether certificates of the kind are issued in a province, or in a part of it.
func (k kind) hasProvince(code string) bool {
	return len(k.areas) == 0 || slices.ContainsFunc(k.areas, func(area string) bool { return area[:2] == code[:2] })
}

// fullName is the kind's name with its authority: several authorities issue certificates of one name.
func (k kind) fullName() string { return k.name + "（" + k.authority + "）" }

// listColumns returns the columns of a table of the kind, in the order of the template. Those of a
// specialty are there once. Where its number is called 证书编号, no other column is.
func (k kind) listColumns() (all []column) {
	for _, c := range listColumns() {
		if slices.Contains(k.lacks, c.field) || k.label != "" && c.heading == k.label && c.field != numberField {
			continue
		}
		c.required = c.required && !slices.Contains(k.optional, c.field)
		if c.field == numberField && k.id != "" {
			c = k.describeNumber(c)
		}
		if label := k.labels[c.field]; label != "" && label != c.heading {
			c.heading, c.synonyms = label, c.heading+" "+c.synonyms
		}
		if c.field == "/holder/idNo" && k.holds == certificate.OrganisationCode {
			c.form, c.advice = "18 位数字或大写字母，不含 I、O、Z、S、V", "按营业执照逐位核对后重填，单元格设为文本"
		}
		all = append(all, c)
		if c.field == specialtyField("period") {
			all = append(all, k.detailColumns()...)
		}
	}
	return all
}

func (k kind) detailColumns() (all []column) {
	for _, d := range k.details {
		all = append(all, detailColumn(d))
	}
	return all
}

// detailField is the field of the details' columns, before the name.
const detailField = "/details/"

func detailColumn(d certificate.DetailRule) column {
	form := fmt.Sprintf("不超过 %d 个字", d.Longest)
	if !d.Required {
		form += "；可空"
	}
	return column{field: detailField + d.Name, heading: d.Name, required: d.Required, form: form, advice: "按证书填写，不要填写证件号码"}
}

// describeNumber returns the column of the kind's number.
func (k kind) describeNumber(c column) column {
	if k.label != c.heading {
		c.heading, c.synonyms = k.label, c.heading+" "+c.synonyms
	}
	c.form = k.form + "，如 " + k.number
	return c
}

// templateColumns are listColumns with those of each specialty, the required ones marked.
func (k kind) templateColumns() (all []column) {
	columns := k.listColumns()
	for i, c := range columns {
		if !strings.Contains(c.field, "#") {
			all = append(all, c)
			continue
		}
		if c.field != specialtyField("name") {
			continue
		}
		for n := 1; n <= templateSpecialties; n++ {
			for _, part := range columns[i : i+3] { // without that of both days in one
				numbered := k.numberColumn(part.field[strings.LastIndex(part.field, "/")+1:], n)
				numbered.required = n == 1
				all = append(all, numbered)
			}
		}
	}
	return all
}

func listKinds(schemes scheme.Set) (all []kind) {
	for _, s := range schemes.List() {
		all = append(all, kindOf(s))
	}
	return all
}

// findKind returns the kind of that id, or the zero kind.
func (r *Roster) findKind(id string) kind {
	if i := slices.IndexFunc(r.kinds, func(k kind) bool { return k.id == id }); i >= 0 {
		return r.kinds[i]
	}
	return kind{}
}

// readColumns returns the columns that a table has: those of its kind, otherwise those of any kind, with the
// details of all.
func readColumns(kinds []kind, id string) (k kind, all []column) {
	var details []column
	for _, one := range kinds {
		if one.id == id {
			return one, one.listColumns()
		}
		for _, c := range one.detailColumns() {
			if !slices.ContainsFunc(details, func(d column) bool { return d.field == c.field }) {
				details = append(details, c)
			}
		}
	}
	return kind{}, append(listColumns(), details...)
}

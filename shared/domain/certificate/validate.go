package certificate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Rules are the differences between kinds of certificate; a scheme provides them.
type Rules struct {
	TypeCode       string
	Number         *Grammar          // of the number; nil allows any
	Areas          []string          // first digits of area codes (GB/T 2260), of which number and area are; nil allows any
	Organisation   bool              // the holder is an organisation
	Specialties    map[string]string // allowed names and their codes, "" where unknown; nil allows any
	TermYears      int               // years of one registration; 0 leaves the length unchecked
	SpecialtyLabel string            // such as 操作类别, for messages
	Employer       Presence
	Details        []DetailRule
}

// specialtyLabel is what the kind of certificate calls a specialty, 注册专业 where that is not said.
func (r Rules) specialtyLabel() string { return cmp.Or(r.SpecialtyLabel, "注册专业") }

// maxPhoto is the largest reported picture in bytes (50 KB, as the ministry's
// interface for its electronic certificates takes it).
const maxPhoto = 50 * 1024

// The maximum lengths, in characters, of texts that no other rule limits, and of
// 执业资格证书管理号.
const (
	longestText          = 200
	longestQualification = 32
)

// A certificate whose scheme lists no specialties has at most so many, with names of at most so many
// characters: its page has room for them.
const (
	MostFreeSpecialties  = 10
	LongestFreeSpecialty = 30
)

// termTolerance is how many days before its end a registration may be renewed: the new end is
// counted from the old one, and the new beginning is the day of approval.
const termTolerance = 90

// Normalize returns c with the names of holder and employer, the identity number and the codes in
// standard form, as far as they have one, and no text that shows nothing. Values that break a rule stay as they are, and Validate
// reports them. Replacements reports what was replaced in the texts.
func Normalize(c Certificate) Certificate {
	if name, err := NormalizeHolderName(c.Holder.IDType, c.Holder.Name); err == nil {
		c.Holder.Name = name
	}
	c.Holder.IDNumber = NormalizeDocument(c.Holder.IDType, c.Holder.IDNumber)
	c.Employer.Name, _ = Standard(c.Employer.Name)
	c.Details = slices.Clone(c.Details)
	for i, d := range c.Details {
		c.Details[i].Value = TidyText(d.Value)
	}
	for _, text := range []*string{&c.Number, &c.Employer.Name, &c.Employer.USCC, &c.CertificateSerial, &c.QualificationNo, &c.StateNote} {
		if *text = strings.TrimSpace(*text); !HasVisibleRune(*text) {
			*text = ""
		}
	}
	return c
}

// Validate checks a whole record and returns everything that is wrong with it, each with a JSON
// Pointer into the certificate's JSON form. Warnings are marked; they are no reason to refuse. The
// fields that this service assigns (certId, scheme, identifier, version) are checked only where
// they are set, so that a record can be checked before it is accepted.
func Validate(c Certificate, rules Rules) []FieldError {
	var v validation
	if rules.Organisation {
		v.organisation(c)
	} else {
		v.holder(c.Holder)
	}
	v.employer(c.Employer, rules.Employer)
	v.number(c, rules)
	v.texts(c)
	v.specialties(c.Specialties, rules)
	v.details(c.Details, c.Holder, rules.Details)
	v.issue(c, rules)
	v.operation(c)
	v.identifier(c, rules)
	v.numberElsewhere(c)
	v.image("/photo", c.Photo)
	v.image("/signatureImage", c.SignatureImage)
	for i := range v.errs { // errors are stored unencrypted
		if revealsNumber(v.errs[i].Suggestion, c.Holder) {
			v.errs[i].Suggestion = ""
		}
	}
	return v.errs
}

// validation collects the errors of one record.
type validation struct{ errs []FieldError }

// add records err, the error of a single value's check, under pointer.
func (v *validation) add(pointer string, err error) {
	if e, ok := err.(*FieldError); ok {
		found := *e
		found.Field = pointer
		v.errs = append(v.errs, found)
	}
}

// fail records a broken rule.
func (v *validation) fail(pointer, rule, zh, en string) {
	v.add(pointer, newFieldError(rule, zh, en))
}

// warn records a broken rule that is no reason to refuse.
func (v *validation) warn(pointer, rule, zh, en string) {
	v.errs = append(v.errs, FieldError{
		Field: pointer, Rule: rule, Detail: problem.Text{ZH: zh, EN: en}, Warning: true,
	})
}

func (v *validation) holder(h Holder) {
	name, err := NormalizeHolderName(h.IDType, h.Name)
	v.add("/holder/name", err)
	if err == nil && name != h.Name {
		v.add("/holder/name", newFieldError("name.form",
			"姓名不是标准形式。", "The name is not in its standard form.").withSuggestion(name))
	}
	if r := FindUnprinted(h.Name); err == nil && r != 0 {
		v.warn("/holder/name", "name.glyph",
			fmt.Sprintf("证照字体没有姓名中的字母 U+%04X（%c），持证人不能加注；请改按护照机读区的拼写上报。", r, r),
			fmt.Sprintf("The fonts of the certificate lack U+%04X (%c), so that its holder cannot endorse it; report the name as in the passport's machine-readable zone.", r, r))
	}
	if h.Sex != Male && h.Sex != Female {
		v.fail("/holder/sex", "sex.value", "性别应为 男 或 女。", "The sex is 男 or 女.")
	}
	if h.Birth.IsZero() {
		v.fail("/holder/birth", "birth.required", "缺少出生日期。", "The date of birth is missing.")
	}
	switch {
	case !IsPersonal(h.IDType):
		v.fail("/holder/idType", "id.type",
			"证件类型代码不是 GB/T 36903 附录 A 中自然人的代码："+ListIDTypes()+"；其他证件填 999。",
			"The document type is not a natural person's code of GB/T 36903, appendix A: "+ListIDTypes()+". It is 999 for another document.")
	case h.IDType == ResidentID:
		v.residentID(h)
	default:
		v.add("/holder/idNo", CheckDocument(h.IDType, h.IDNumber))
	}
}

// organisation checks a holder that is an organisation, and that the record has nothing that only a
// person has.
func (v *validation) organisation(c Certificate) {
	h := c.Holder
	_, err := NormalizeOrganisationName(h.Name)
	v.add("/holder/name", err)
	if h.IDType != OrganisationCode {
		v.fail("/holder/idType", "id.type",
			"此类证照由单位持有，证件类型代码应为 001（统一社会信用代码）。",
			"An organisation holds this kind of certificate; the document type is 001, its unified social credit code.")
	} else {
		v.add("/holder/idNo", CheckUSCC(h.IDNumber))
	}
	for _, of := range []struct {
		pointer string
		has     bool
	}{{"/holder/sex", h.Sex != ""}, {"/holder/birth", !h.Birth.IsZero()}, {"/photo", c.Photo != nil}, {"/signatureImage", c.SignatureImage != nil}} {
		if of.has {
			v.fail(of.pointer, "holder.organisation", "持证主体是单位，不填此项。", "The holder is an organisation, which has none; leave it out.")
		}
	}
}

// residentID checks the identity number, and its content against the record.
func (v *validation) residentID(h Holder) {
	id, err := ParseIDNumber(h.IDNumber)
	v.add("/holder/idNo", err)
	if err != nil {
		return
	}
	if !h.Birth.IsZero() && id.Birth != h.Birth {
		v.add("/holder/birth", newFieldError("birth.mismatch",
			"出生日期与公民身份号码不一致。",
			"The date of birth is not the one in the identity number.").withSuggestion(id.Birth.String()))
	}
	if (h.Sex == Male || h.Sex == Female) && id.Sex != h.Sex {
		v.warn("/holder/sex", "sex.mismatch",
			"性别与公民身份号码第 17 位不一致，请核对。",
			"The sex does not agree with digit 17 of the identity number; please check.")
	}
}

// numberElsewhere refuses the holder's document number in a field that every copy shows.
func (v *validation) numberElsewhere(c Certificate) {
	type field struct{ pointer, text string }
	fields := []field{
		{"/certificateSerial", c.CertificateSerial}, {"/qualificationNo", c.QualificationNo},
		{"/employer/name", c.Employer.Name}, {"/employer/uscc", c.Employer.USCC}, {"/identifier", c.Identifier}, {"/stateNote", c.StateNote},
	}
	for i, d := range c.Details {
		fields = append(fields, field{fmt.Sprintf("/details/%d/value", i), d.Value})
	}
	for _, f := range fields {
		if revealsNumber(f.text, c.Holder) {
			v.fail(f.pointer, "id.elsewhere",
				"此项含有持证人的证件号码，或可据以还原该号码，会随证照公开，请改为其他编号。",
				"This field has the holder's ID number, or most of it, which every copy would give away; report another one.")
		}
	}
}

func (v *validation) employer(e Employer, presence Presence) {
	switch {
	case presence == Absent && e != Employer{}:
		v.fail("/employer", "employer.none", "该类证书没有聘用企业。", "This kind of certificate names no employer.")
		return
	case e == Employer{} && (presence == Absent || presence == Optional):
		return
	}
	v.add("/employer/name", checkOrganisationName("聘用企业名称", "The employer's name", "employer", e.Name))
	v.add("/employer/uscc", CheckUSCC(e.USCC))
}

func (v *validation) number(c Certificate, rules Rules) {
	if rules.Number == nil {
		return
	}
	n, err := rules.Number.Parse(c.Number)
	if err != nil {
		v.add("/number", err)
		v.errs[len(v.errs)-1].Entry = anyNumber.MatchString(c.Number)
		return
	}
	if !c.IssuedOn.IsZero() {
		if err := n.checkIssue(c.IssuedOn.Year); err != nil {
			v.add("/number", err)
		}
	}
	if !n.IsOf(rules.Areas) {
		v.refuseArea("/number", "number.area", rules.Areas,
			rules.Number.Label.ZH+"中的地区不属于此类证照", "The area in the "+rules.Number.Label.EN+" is not one of this kind of certificate")
	}
}

// refuseArea records an area that the kind of certificate does not have, and those that it has.
func (v *validation) refuseArea(pointer, rule string, areas []string, zh, en string) {
	v.fail(pointer, rule, zh+"；此类证照的地区代码以 "+strings.Join(areas, "、")+" 开头。", en+", whose area codes begin with "+strings.Join(areas, ", ")+".")
	v.errs[len(v.errs)-1].Entry = true
}

// texts checks the texts that no other rule covers.
func (v *validation) texts(c Certificate) {
	v.text("/certificateSerial", c.CertificateSerial, longestText)
	v.text("/qualificationNo", c.QualificationNo, longestQualification)
	for _, code := range []struct{ pointer, text string }{{"/certificateSerial", c.CertificateSerial}, {"/qualificationNo", c.QualificationNo}} {
		if spreadsheetForm.MatchString(BareCode(code.text)) {
			v.add(code.pointer, ExplainForm(newFieldError("text.spreadsheet", "", ""), code.text))
		}
	}
	v.text("/stateNote", c.StateNote, longestText)
	if !revealsNumber(c.StateNote, c.Holder) {
		v.add("/stateNote", CheckImpersonal(c.StateNote))
	}
}

func (v *validation) specialties(list []Specialty, rules Rules) {
	if len(list) == 0 {
		v.fail("/specialties", "specialty.required", "至少应有一个"+rules.specialtyLabel()+"。", "At least one specialty is needed.")
	}
	if rules.Specialties == nil && len(list) > MostFreeSpecialties {
		v.fail("/specialties", "specialty.many",
			fmt.Sprintf("证照版面最多可印 %d 项。", MostFreeSpecialties), fmt.Sprintf("The certificate has room for %d at most.", MostFreeSpecialties))
	}
	seen := make(map[string]bool)
	for i, s := range list {
		at := fmt.Sprintf("/specialties/%d", i)
		if seen[s.Name] {
			v.fail(at+"/name", "specialty.duplicate", rules.specialtyLabel()+"重复。", "The specialty is listed twice.")
		}
		seen[s.Name] = true
		v.specialty(at, s, rules)
	}
}

func (v *validation) specialty(at string, s Specialty, rules Rules) {
	word := strings.TrimPrefix(rules.specialtyLabel(), "注册")
	code, known := rules.Specialties[s.Name]
	switch {
	case rules.Specialties != nil && !known:
		all := strings.Join(slices.Sorted(maps.Keys(rules.Specialties)), "、")
		v.add(at+"/name", newFieldError("specialty.unknown",
			"该类证书没有此"+word+"；其"+word+"有："+all+"。",
			"This kind of certificate has no such specialty. It has "+all+".").
			withSuggestion(suggestSpecialty(s.Name, rules.Specialties)))
	case s.Name == "":
		v.fail(at+"/name", "specialty.required", "缺少"+word+"名称。", "The specialty's name is missing.")
	case rules.Specialties == nil:
		v.text(at+"/name", s.Name, LongestFreeSpecialty)
	case code != "" && s.Code != "" && s.Code != code:
		v.add(at+"/code", newFieldError("specialty.code",
			word+"代码与"+word+"名称不一致。", "The code is not that of the specialty named.").withSuggestion(code))
	}
	switch {
	case s.From.IsZero() || s.To.IsZero():
		v.fail(at, "specialty.period", "缺少"+word+"有效期起止日期。", "The days on which the specialty begins and ends are missing.")
	case !s.From.Before(s.To):
		v.fail(at+"/to", "specialty.period", word+"有效期截止日期应晚于起始日期。", "A specialty ends after it begins.")
	default:
		v.term(at, s, rules.TermYears, word)
	}
}

// suggestSpecialty returns the specialty of the list that a name is without blanks, invisible
// characters and radicals, or "".
func suggestSpecialty(name string, list map[string]string) string {
	for known := range list {
		if BareCode(known) == BareCode(name) {
			return known
		}
	}
	return ""
}

// term compares the length of a period with that of a registration. A period that includes one
// renewal is possible, and gives a warning; a longer one is a mistake.
func (v *validation) term(at string, s Specialty, years int, word string) {
	if years == 0 {
		return
	}
	longest := func(terms int) civil.Date { return s.From.AddYears(years * terms).AddDays(termTolerance) }
	switch {
	case s.To.After(longest(2)):
		v.fail(at+"/to", "specialty.term",
			fmt.Sprintf(word+"有效期过长：注册有效期为 %d 年。", years),
			fmt.Sprintf("The period is too long: a registration is valid for %d years.", years))
	case s.To.After(longest(1)):
		v.warn(at+"/to", "specialty.term",
			fmt.Sprintf(word+"有效期超过 %d 年，请核对是否为延续注册。", years),
			fmt.Sprintf("The period is longer than %d years; please check that it includes a renewal.", years))
	}
}

func (v *validation) issue(c Certificate, rules Rules) {
	if c.IssuedOn.IsZero() {
		v.fail("/issuedOn", "issued.required", "缺少证照颁发日期。", "The day of issue is missing.")
	} else if !c.Holder.IsOrganisation() && !c.Holder.Birth.Before(c.IssuedOn) {
		v.fail("/issuedOn", "issued.early", "证照颁发日期早于出生日期。", "The day of issue is before the date of birth.")
	}
	if len(c.AreaCode) != 6 || !allDigits(c.AreaCode) || AreaName(c.AreaCode) == "" {
		v.fail("/areaCode", "area.code", "行政区划代码应为 GB/T 2260 的六位代码。", "The area is a six-digit code of GB/T 2260.")
	} else if !isOf(rules.Areas, c.AreaCode) {
		v.refuseArea("/areaCode", "area.scheme", rules.Areas, "行政区划代码不属于此类证照", "The area is not one of this kind of certificate")
	}
	switch {
	case !c.State.IsKnown():
		v.fail("/state", "state.value", "证照状态代码不存在。", "There is no such certificate state.")
	case c.State == Other && !HasVisibleRune(c.StateNote):
		v.fail("/stateNote", "state.note", "状态为 99 时须说明情况。", "State 99 needs a note.")
	}
}

// identifier checks the identifier and the fields it repeats, where set.
func (v *validation) identifier(c Certificate, rules Rules) {
	if rules.TypeCode != "" && c.TypeCode != "" && c.TypeCode != rules.TypeCode {
		v.fail("/typeCode", "type.code", "证照类型代码与证照类型不一致。", "The type code is not that of this kind of certificate.")
	}
	if c.Version != "" && (!versionForm.MatchString(c.Version) || c.Version == "000") {
		v.fail("/version", "version.form", "版本号应为 001 至 999。", "The version is 001 to 999.")
	}
	if c.Identifier == "" {
		return
	}
	id, err := ParseIdentifier(c.Identifier)
	v.add("/identifier", err)
	if err == nil && (id.TypeCode != c.TypeCode || id.Issuer != c.Issuer.Code || id.Version != c.Version || c.Round > 0 && id.Serial != c.Serial()) {
		v.fail("/identifier", "ident.mismatch",
			"证照标识与类型代码、颁发机构代码或版本号不一致。",
			"The identifier does not repeat the type code, issuer code and version of the record.")
	}
}

func (v *validation) image(pointer string, image *Image) {
	if image == nil {
		return
	}
	if image.MIME != "image/jpeg" && image.MIME != "image/png" {
		v.fail(pointer+"/mime", "image.type", "图像应为 JPG 或 PNG。", "The picture is a JPEG or PNG.")
	}
	if image.Bytes <= 0 || image.Bytes > maxPhoto {
		v.fail(pointer+"/bytes", "image.size", "图像不超过 50 KB。", "The picture has at most 50 KB.")
	}
}

// isUndrawable reports whether a name must not have r. That includes the two dashes that are wider
// than two characters, because a name made of them would not fit on the certificate.
func isUndrawable(r rune) bool { return !isLegible(r) || r == '⸺' || r == '⸻' }

// allDigits reports whether s has only decimal digits.
func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

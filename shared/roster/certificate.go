package roster

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Mistake is what is wrong with a line.
type Mistake struct {
	Field      string // JSON pointer of the column, "" for the whole line
	Found      string // the cell's text, "" if it is empty
	Reason     string
	Suggestion string // the value that is probably meant, or ""
	Advice     string // what to do, where more is known than the column's advice
}

// Entry is a line read as a report's row.
type Entry struct {
	Line     int
	Row      client.ReportRow
	Mistakes []Mistake
	Pictures map[string]Picture // by the row's member
	groups   []int              // for each specialty of Row, the number of its columns, from 0
}

// Picture is a line's picture and what was done to it: "" for one that is taken as it is.
type Picture struct{ File, Change string }

// Convert reads a line. What cannot be read is left out of the row and is a mistake.
func (r *Roster) Convert(row sheet.Row) Entry {
	c := conversion{Roster: r, row: row, Entry: Entry{Line: row.Line}}
	c.Row = client.ReportRow{
		Scheme: c.chooseType(), Number: c.code("/number"),
		CertificateSerial: c.code("/certificateSerial"), QualificationNo: c.code("/qualificationNo"),
		Holder: client.ReportedHolder{
			Name: c.readText("/holder/name"), Sex: client.ReportRowHolderSex(strings.TrimSuffix(c.readText("/holder/sex"), "性")), Birth: c.day("/holder/birth"),
			IDNo: c.code("/holder/idNo"),
		},
		Employer: client.ReportedEmployer{Name: c.readText("/employer/name"), USCC: strings.ToUpper(c.code("/employer/uscc"))},
		IssuedOn: c.day("/issuedOn"), AreaCode: c.choose("/areaCode", listProvinces(), ""),
		State:     client.CertificateState(c.choose("/state", listStates(), "")),
		StateNote: c.readText("/stateNote"), Operation: client.ReportRowOperation(c.choose("/operation", listOperations(), "")),
	}
	k := r.findKind(c.Row.Scheme)
	c.Row.Holder.IDType = c.choose("/holder/idType", listDocuments(), cmp.Or(k.holds, certificate.ResidentID))
	if len(c.Row.Holder.IDNo) == 18 && c.Row.Holder.IDType == certificate.ResidentID {
		c.Row.Holder.IDNo = strings.ToUpper(c.Row.Holder.IDNo)
	}
	if c.Row.Scheme == "" && !c.has("/scheme") {
		c.refuse("/scheme", "没有写明证照类型", "在该列写明证照类型，或在命令中加 -type")
	}
	c.chooseReported()
	c.readSpecialties()
	c.readDetails(k)
	c.checkRepeated()
	return c.Entry
}

// conversion is a line that is being read.
type conversion struct {
	*Roster
	row sheet.Row
	Entry
}

func (c *conversion) has(field string) bool {
	for _, m := range c.Mistakes {
		if m.Field == field {
			return true
		}
	}
	return false
}

func (c *conversion) refuse(field, reason, advice string) {
	c.Mistakes = append(c.Mistakes, Mistake{Field: field, Found: c.text(c.row, field), Reason: reason, Advice: advice})
}

// readText returns a text without white space around it. An error of a formula is a mistake.
func (c *conversion) readText(field string) string {
	cell := c.cell(c.row, field)
	if cell.Kind == sheet.Failure {
		reason := "单元格是公式错误"
		if strings.HasPrefix(cell.Text, "=") {
			reason = "公式没有保存计算结果"
		}
		c.refuse(field, reason, "改为填写数值本身")
		return ""
	}
	return strings.TrimSpace(cell.Text)
}

// scientific is what a spreadsheet shows of a long number.
var scientific = regexp.MustCompile(`^[0-9](\.[0-9]+)?[Ee]\+?[0-9]{1,3}$`)

// keptDigits is how many digits of a number a spreadsheet keeps.
const keptDigits = 15

// code returns a number or code with ordinary digits and letters. One that a spreadsheet has
// shortened is a mistake, because its last digits are lost.
func (c *conversion) code(field string) string {
	text := tidyCode(c.readText(field))
	cell := c.cell(c.row, field)
	lost := cell.Kind == sheet.Number && len(text) > keptDigits && strings.Trim(text[keptDigits:], "0") == ""
	if lost || scientific.MatchString(text) {
		c.refuse(field, "表格软件把号码当作数字，只保留前 15 位，后面的数字已经丢失", "将单元格设为文本，再按原件填写全部数字")
		return ""
	}
	if whole, ok := strings.CutSuffix(text, ".0"); ok && cell.Kind == sheet.Number {
		return whole
	}
	return text
}

// tidyCode returns a code with full-width characters as ordinary ones, without white space, invisible
// characters and a spreadsheet's apostrophe before it. Letters of other alphabets stay: the service
// refuses them and says which.
func tidyCode(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
	return strings.TrimLeft(text, "'’‘`")
}

func (c *conversion) day(field string) string {
	cell := c.cell(c.row, field)
	if c.readText(field) == "" {
		return ""
	}
	day, mistake := readDay(cell, c.workbook.From1904)
	if mistake != nil {
		mistake.Field = field
		c.Mistakes = append(c.Mistakes, *mistake)
	}
	return day
}

// choose returns the code of the choice in a cell; an empty one means usual. Of an area, which has
// more codes than names here, any code is taken.
func (c *conversion) choose(field string, choices []choice, usual string) string {
	text := c.readText(field)
	if text == "" {
		return usual
	}
	if code, ok := pick(text, choices); ok {
		return code
	}
	if bare := tidyCode(text); field == "/areaCode" && allDigits(bare) {
		return bare
	}
	c.Mistakes = append(c.Mistakes, Mistake{Field: field, Found: text, Reason: "不在可选范围内", Advice: "可选：" + joinChoices(choices)})
	return ""
}

// chooseType returns the scheme that a line names, with or without its authority, otherwise the table's.
func (c *conversion) chooseType() string {
	text := tidyChoice(c.readText("/scheme"))
	for _, k := range c.kinds {
		if text != "" && text == tidyChoice(k.fullName()) {
			return k.id
		}
	}
	return c.choose("/scheme", c.listTypes(), c.kind)
}

// readDetails reads the columns of details. What a kind requires is in the row even where it is missing, so
// that the service's finding has a place; what it does not have is there, too, if a cell has it.
func (c *conversion) readDetails(k kind) {
	add := func(name string, isRequired bool) {
		value := c.readText(detailField + name)
		if cell := c.cell(c.row, detailField+name); cell.IsDay {
			value = c.writeCell(cell)
		}
		if value != "" || isRequired {
			c.Row.Details = append(c.Row.Details, client.Detail{Name: name, Value: value})
		}
	}
	for _, d := range k.details {
		add(d.Name, d.Required)
	}
	for _, column := range c.columns {
		name, isDetail := strings.CutPrefix(column.field, detailField)
		if isDetail && !slices.ContainsFunc(k.details, func(d certificate.DetailRule) bool { return d.Name == name }) {
			add(name, false)
		}
	}
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func (c *conversion) chooseReported() {
	switch c.readText("/reportedToMinistry") {
	case "", "是", "已报", "已报部", "TRUE", "1", "Y", "√":
	case "否", "未报", "未报部", "FALSE", "0", "N", "×":
		c.Row.ReportedToMinistry = new(bool)
	default:
		c.refuse("/reportedToMinistry", "应为 是 或 否", "")
	}
}

// readSpecialties reads the columns of each specialty. Several names in one cell have its days; names
// without days have those of the only columns of days.
func (c *conversion) readSpecialties() {
	shared := c.sharesDays()
	for n := range maxSpecialties {
		at := "/specialties/" + strconv.Itoa(n)
		names := c.readText(at + "/name")
		days := at
		if shared {
			days = "/specialties/0"
		}
		if c.find(at+"/name") < 0 || names == "" && (n > 0 && shared || !c.hasDays(days)) {
			continue
		}
		before := len(c.Mistakes)
		from, to := c.period(days)
		if shared && len(c.groups) > 0 {
			c.Mistakes = c.Mistakes[:before] // found at the first specialty
		}
		for _, name := range strings.FieldsFunc(names+" ", func(r rune) bool { return strings.ContainsRune("、,，;；/\n", r) }) {
			if name = strings.TrimSpace(name); name == "" && names != "" {
				continue
			}
			c.Row.Specialties = append(c.Row.Specialties, client.Specialty{Name: name, From: from, To: to})
			c.groups = append(c.groups, n)
		}
	}
	if c.Row.Specialties == nil {
		c.Row.Specialties = []client.Specialty{}
	}
}

// sharesDays reports whether only the first specialty has columns of days.
func (r *Roster) sharesDays() bool {
	return r.find("/specialties/1/from") < 0 && r.find("/specialties/1/to") < 0 && r.find("/specialties/1/period") < 0
}

// hasDays reports whether a specialty's columns of days are filled in.
func (c *conversion) hasDays(at string) bool {
	return c.text(c.row, at+"/from")+c.text(c.row, at+"/to")+c.text(c.row, at+"/period") != ""
}

// betweenDays divides 2025-07-01至2028-06-30. A hyphen does so only between blanks.
var betweenDays = regexp.MustCompile(`至|到|[~～〜]|—+|–| - |\n`)

// period returns the days of a specialty: those of two columns, otherwise the two of one.
func (c *conversion) period(at string) (from, to string) {
	both := c.readText(at + "/period")
	if both == "" || c.text(c.row, at+"/from")+c.text(c.row, at+"/to") != "" {
		return c.day(at + "/from"), c.day(at + "/to")
	}
	days := betweenDays.Split(both, -1)
	if len(days) != 2 {
		c.refuse(at+"/period", "不是起止两个日期", "")
		return "", ""
	}
	for i, day := range []*string{&from, &to} {
		var mistake *Mistake
		if *day, mistake = readDay(sheet.Cell{Text: strings.TrimPrefix(strings.TrimSpace(days[i]), "自")}, false); mistake != nil {
			c.refuse(at+"/period", "“"+mistake.Found+"”"+mistake.Reason, "")
		}
	}
	return from, to
}

// checkRepeated refuses all lines of one number: the service would take them as one version after the
// other, and the last one would stay.
func (c *conversion) checkRepeated() {
	lines := c.numbers[c.canonical(tidyCode(c.text(c.row, numberField)))]
	if len(lines) < 2 {
		return
	}
	var others []string
	for _, line := range lines {
		if line != c.Line && len(others) < 5 {
			others = append(others, strconv.Itoa(line))
		}
	}
	c.refuse("/number", fmt.Sprintf("与第 %s 行重复；一本证书只占一行", strings.Join(others, "、")),
		"多个专业填在同一行的 注册专业2、有效期起2、有效期止2 各列；其余的行删去")
}

// ruleAdvice is what to do about rules of the register that no other value of the cell satisfies. Whoever changed a right
// cell to have the line accepted would report a wrong certificate.
var ruleAdvice = map[string]string{
	"area.foreign":    "地区填写有误的，改正；无误的，本单位不能上报，由该地区的主管部门上报",
	"scheme.foreign":  "类型填写有误的，改正；无误的，本单位不能上报，由该类证照的发证机关上报",
	"scheme.other":    "核对编号和类型；均无误的，请运维人员核对已登记的证书",
	"number.province": "核对编号和地区；均无误的，由编号所属省份的主管部门首次上报",
	"number.foreign":  "编号填写有误的，改正；无误的，由编号所属省份的省级主管部门首次上报",
	"area.kept":       "地区无误的，不要改动：由现管理地区先办理转出（状态 06），再以“转入”（08）上报",
}

// Locate brings the service's findings of a line to its columns. What concerns a cell that could not
// be read is left out, because it is a mistake already.
func (r *Roster) Locate(e Entry, row sheet.Row, flaws []client.Flaw) []Mistake {
	found := e.Mistakes
	for _, f := range flaws {
		field := r.fieldOf(e, f.Field)
		unread := false
		for _, m := range e.Mistakes {
			unread = unread || m.Field == field || field != "" && strings.HasPrefix(m.Field, field+"/")
		}
		if unread {
			continue
		}
		if strings.Count(field, "/") == 2 && strings.HasPrefix(field, "/specialties/") { // its days
			part := "from"
			if r.text(row, field+"/from") != "" && r.find(field+"/to") >= 0 {
				part = "to"
			} else if r.find(field+"/from") < 0 && r.find(field+"/period") >= 0 {
				part = "period"
			}
			field += "/" + part
		}
		m := Mistake{Field: field, Found: r.text(row, field), Reason: strings.TrimSuffix(f.Detail, "。"), Suggestion: f.Suggestion, Advice: ruleAdvice[f.Rule]}
		if file := e.Pictures[field].File; file != "" {
			m.Found, m.Advice = file, "按所述重新制作图像，文件名不变"
		} else if field != "" && m.Found == "" && !strings.Contains(m.Reason, "缺少") {
			m.Reason = "空白：" + m.Reason
		}
		found = append(found[:len(found):len(found)], m)
	}
	return found
}

// fieldOf returns the column's field of a pointer into the row.
func (r *Roster) fieldOf(e Entry, pointer string) string {
	if rest, ok := strings.CutPrefix(pointer, detailField); ok {
		index, _, _ := strings.Cut(rest, "/")
		if n, err := strconv.Atoi(index); err == nil && n >= 0 && n < len(e.Row.Details) {
			return detailField + e.Row.Details[n].Name
		}
	}
	if pointer == "/employer" {
		return "/employer/name"
	}
	rest, ok := strings.CutPrefix(pointer, "/specialties/")
	if !ok {
		if pointer == "/specialties" {
			return "/specialties/0/name"
		}
		return pointer
	}
	index, part, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(index)
	if err != nil || n < 0 || n >= len(e.groups) {
		return pointer
	}
	field := "/specialties/" + strconv.Itoa(e.groups[n])
	switch part {
	case "":
		return field
	case "code":
		part = "name"
	}
	if part == "name" {
		return field + "/name"
	}
	if r.sharesDays() {
		field = "/specialties/0"
	}
	if r.find(field+"/from") < 0 && r.find(field+"/to") < 0 && r.find(field+"/period") >= 0 {
		part = "period"
	}
	return field + "/" + part
}

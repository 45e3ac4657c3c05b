package roster

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// The template has columns for this many specialties, and lists for this many lines.
const (
	templateSpecialties = 3
	templateLines       = 10000
)

// The names of the template's sheets.
const (
	tableSheet   = "上报"
	notesSheet   = "填写说明"
	choicesSheet = "选项"
)

// WriteTemplate writes a workbook to be filled in with certificates of a scheme: a title, headings
// with a remark each, an example that is not imported, lists to choose from, and a sheet of notes. All
// cells are text, so that no digit of a number is lost.
func WriteTemplate(w io.Writer, s scheme.Scheme) error {
	t := template{workbook: excelize.NewFile(), kind: kindOf(s)}
	defer t.workbook.Close()
	t.do(func() error { return t.workbook.SetSheetName("Sheet1", tableSheet) })
	for _, name := range []string{notesSheet, choicesSheet} {
		t.do(func() error { _, err := t.workbook.NewSheet(name); return err })
	}
	t.styles()
	t.writeTable(t.templateColumns())
	t.writeNotes(t.templateColumns())
	t.do(func() error { return t.workbook.SetSheetVisible(choicesSheet, false) })
	t.do(func() error { return t.workbook.Write(w) })
	return t.err
}

// template is the workbook while it is written. The first error ends all later steps.
type template struct {
	workbook *excelize.File
	kind
	err                  error
	title, heading, text int // styles
	optional, example    int
	note                 int
}

func (t *template) do(step func() error) {
	if t.err == nil {
		t.err = step()
	}
}

const textFormat = 49 // the built-in format @

func (t *template) styles() {
	style := func(s excelize.Style) (id int) {
		t.do(func() (err error) { id, err = t.workbook.NewStyle(&s); return err })
		return id
	}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	t.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	t.heading = style(excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: true}, Fill: fill("DDEBF7"), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	t.optional = style(excelize.Style{NumFmt: textFormat, Fill: fill("F2F2F2"), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	t.note = style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	t.text = style(excelize.Style{NumFmt: textFormat})
	t.example = style(excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Italic: true, Color: "808080"}})
}

// cellWidth is the width of a column, in digits: that of an ID number.
const cellWidth = 21

const firstTemplateLine = 4 // below title, headings and example

func (t *template) writeTable(columns []column) {
	last := sheet.NameColumn(len(columns) - 1)
	t.do(func() error { return t.workbook.SetColStyle(tableSheet, "A:"+last, t.text) })
	t.do(func() error { return t.workbook.SetColWidth(tableSheet, "A", last, cellWidth) })
	t.do(func() error { return t.workbook.MergeCell(tableSheet, "A1", last+"1") })
	t.do(func() error {
		return t.workbook.SetCellStr(tableSheet, "A1", t.fullName()+"上报表　一本证书占一行，多个专业依次填入各组专业列；带 * 的列必填；第 3 行为示例，不会上报")
	})
	t.do(func() error { return t.workbook.SetCellStyle(tableSheet, "A1", "A1", t.title) })
	t.do(func() error { return t.workbook.SetRowHeight(tableSheet, 2, 30) })
	for i, c := range columns {
		name, heading, style := sheet.NameColumn(i), c.heading, t.optional
		if c.required {
			heading, style = heading+"*", t.heading
		}
		t.do(func() error { return t.workbook.SetCellStr(tableSheet, name+"2", heading) })
		t.do(func() error { return t.workbook.SetCellStyle(tableSheet, name+"2", name+"2", style) })
		t.do(func() error { return t.workbook.SetCellStr(tableSheet, name+"3", t.exampleOf(c.field)) })
		t.do(func() error { return t.workbook.SetCellStyle(tableSheet, name+"3", name+"3", t.example) })
		t.addValidation(i, c)
	}
	t.do(func() error {
		return t.workbook.SetPanes(tableSheet, &excelize.Panes{Freeze: true, YSplit: 2, XSplit: 2, TopLeftCell: "C3", ActivePane: "bottomRight"})
	})
}

// addValidation adds a column's list, and the remark that is shown beside a chosen cell.
func (t *template) addValidation(i int, c column) {
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%[1]s%[2]d:%[1]s%[3]d", sheet.NameColumn(i), firstTemplateLine, templateLines+firstTemplateLine-1))
	v.SetInput(c.heading, c.form)
	if choices := t.choicesOf(c.field); len(choices) > 0 {
		at := sheet.NameColumn(i)
		for n, choice := range choices {
			t.do(func() error { return t.workbook.SetCellStr(choicesSheet, at+strconv.Itoa(n+1), choice) })
		}
		v.SetSqrefDropList(fmt.Sprintf("%[1]s!$%[2]s$1:$%[2]s$%[3]d", choicesSheet, at, len(choices)))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.heading, c.form)
	}
	t.do(func() error { return t.workbook.AddDataValidation(tableSheet, v) })
}

// choicesOf are the values to choose from in a column.
func (t *template) choicesOf(field string) (names []string) {
	var choices []choice
	switch {
	case field == "/holder/sex":
		return []string{certificate.Male, certificate.Female}
	case field == "/reportedToMinistry":
		return []string{"是", "否"}
	case strings.HasPrefix(field, "/specialties/") && strings.HasSuffix(field, "/name"):
		return t.specialties
	case field == "/holder/idType":
		choices = listDocuments()
	case field == "/state":
		choices = listStates()
	case field == "/operation":
		choices = listOperations()
	case field == "/scheme":
		return []string{t.fullName()}
	case field == "/areaCode":
		choices = slices.DeleteFunc(listProvinces(), func(c choice) bool { return !t.kind.hasProvince(c.code) })
	}
	for _, c := range choices {
		names = append(names, c.name)
	}
	return names
}

// exampleOf is what the example has in a column.
func (t *template) exampleOf(field string) string {
	specialty := func(n int) string {
		if t.specialties == nil {
			return []string{"建筑工程", "机电工程"}[n]
		}
		if n < len(t.specialties) {
			return t.specialties[n]
		}
		return ""
	}
	if strings.HasPrefix(field, "/specialties/1/") && specialty(1) == "" {
		return ""
	}
	last := 2025 + cmp.Or(t.term, 3)
	if strings.HasPrefix(field, detailField) {
		return "示例"
	}
	if t.holds == certificate.OrganisationCode {
		switch field {
		case "/holder/name":
			return "示例第一工程局有限公司"
		case "/holder/idNo":
			return "91110000MA00000152"
		}
	}
	return map[string]string{
		numberField: exampleMark + "：" + t.number, "/holder/name": "李示例", "/holder/sex": certificate.Female, "/holder/birth": "1985-05-05",
		"/holder/idType": certificate.IDTypeName(certificate.ResidentID), "/holder/idNo": "110101198505050024",
		"/employer/name": "示例第一工程局有限公司", "/employer/uscc": "91110000MA00000152",
		"/specialties/0/name": specialty(0), "/specialties/0/from": "2025-07-01", "/specialties/0/to": fmt.Sprintf("%d-06-30", last),
		"/specialties/1/name": specialty(1), "/specialties/1/from": "2026年1月1日", "/specialties/1/to": fmt.Sprintf("%d年12月31日", last),
		"/issuedOn": "2025-06-20", "/areaCode": cmp.Or(t.area, "北京市"), "/state": certificate.Valid.Name(), "/reportedToMinistry": "是", "/photo": "李示例.jpg",
		"/scheme": t.fullName(),
	}[field]
}

// noteWidths are the widths of the columns of notes.
var noteWidths = map[string]float64{"A": 22, "B": 10, "C": 60, "D": 80}

func (t *template) writeNotes(columns []column) {
	rows := [][]string{{"列", "是否必填", "应有的形式", "可选的值"}}
	for _, c := range columns {
		required := "可空"
		if c.required {
			required = "必填"
		}
		rows = append(rows, []string{c.heading, required, c.form, strings.Join(t.choicesOf(c.field), "、")})
	}
	rows = append(rows, []string{}, []string{"说明"},
		[]string{"一本证书占一行。同一注册编号出现在两行时，两行都会退回。"},
		[]string{"专业超过 3 个时，在右侧接着加列：注册专业4、有效期起4、有效期止4。只有一组有效期列时，各专业共用该有效期；一个单元格内可用顿号分隔多个专业。"},
		[]string{"列的先后不限，可以增加其他列，不认识的列不会上报。表头上方可以有标题行，空行与隐藏的工作表不读取。"},
		[]string{"照片与签名图像放在各自的目录，以注册编号、证件号码或姓名命名；姓名有重复时须用编号或号码。JPEG、PNG 以外的格式会转换，过大的会缩小。"},
		[]string{"退回的行写在 rejected.xlsx：改正后直接导入该文件。"})
	for i, row := range rows {
		if len(row) == 4 && i > 0 {
			lines := 1 + 2*utf8.RuneCountInString(row[3])/int(noteWidths["D"])
			t.do(func() error { return t.workbook.SetRowHeight(notesSheet, i+1, float64(16*lines)) })
		}
		for j, text := range row {
			t.do(func() error { return t.workbook.SetCellStr(notesSheet, sheet.NameColumn(j)+strconv.Itoa(i+1), text) })
		}
	}
	t.do(func() error { return t.workbook.SetCellStyle(notesSheet, "A1", "D1", t.heading) })
	t.do(func() error {
		return t.workbook.SetCellStyle(notesSheet, "A2", "D"+strconv.Itoa(len(columns)+1), t.note)
	})
	for column, width := range noteWidths {
		t.do(func() error { return t.workbook.SetColWidth(notesSheet, column, column, width) })
	}
}

package roster

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

const constructor = "constructor-1"

func loadSchemes(t testing.TB) scheme.Set {
	t.Helper()
	all, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func openBytes(data []byte, schemes scheme.Set, kind string) (*Roster, error) {
	workbook, err := sheet.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	return Open(workbook, "", schemes, kind)
}

// writeTable returns lines as CSV.
func writeTable(t testing.TB, lines ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readEntries reads all lines of a file.
func readEntries(t testing.TB, data []byte, kind string) (entries []Entry) {
	t.Helper()
	r, err := openBytes(data, loadSchemes(t), kind)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Read(func(row sheet.Row) error {
		entries = append(entries, r.Convert(row))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// plainRow is a row that is right, by its headings.
func plainRow() map[string]string {
	return map[string]string{
		"注册编号": "京1112019202000999", "姓名": "李示例", "性别": "女", "出生日期": "1985-05-05", "证件号码": "110101198505050024",
		"聘用企业": "示例第一工程局有限公司", "统一社会信用代码": "91110000MA00000152", "注册专业": "建筑工程", "有效期起": "2025-07-01", "有效期止": "2028-06-30",
		"发证日期": "2020-12-11", "行政区划代码": "110000", "证书状态": "01",
	}
}

// tableOf is the table of one row, with some values changed or added.
func tableOf(t testing.TB, changes map[string]string) []byte {
	t.Helper()
	row := plainRow()
	for heading, value := range changes {
		row[heading] = value
	}
	var lines [2][]string
	for heading, value := range row {
		lines[0], lines[1] = append(lines[0], heading), append(lines[1], value)
	}
	return writeTable(t, lines[:]...)
}

func reportRow() client.ReportRow {
	return client.ReportRow{
		Scheme: constructor, Number: "京1112019202000999",
		Holder:      client.ReportedHolder{Name: "李示例", Sex: "女", Birth: "1985-05-05", IDType: "111", IDNo: "110101198505050024"},
		Employer:    client.ReportedEmployer{Name: "示例第一工程局有限公司", USCC: "91110000MA00000152"},
		Specialties: []client.Specialty{{Name: "建筑工程", From: "2025-07-01", To: "2028-06-30"}},
		IssuedOn:    "2020-12-11", AreaCode: "110000", State: "01",
	}
}

func TestValuesAreReadAsOfficesWriteThem(t *testing.T) {
	for name, changes := range map[string]map[string]string{
		"as the service does": {},
		"full width":          {"证件号码": "１１０１０１１９８５０５０５００２４", "统一社会信用代码": "９１１１００００ＭＡ０００００１５２", "注册编号": "京１１１２０１９２０２０００９９９", "出生日期": "１９８５／５／５"},
		"blanks":              {"证件号码": " 110101 19850505 0024 ", "姓名": " 李示例　", "注册编号": "'京1112019202000999"},
		"names for codes":     {"行政区划代码": "北京", "证书状态": "有效", "证件类型": "身份证", "性别": "女性", "已报部": "是"},
		"names and codes":     {"行政区划代码": "北京市（110000）", "证书状态": "01 有效", "证件类型": "居民身份证（111）"},
		"a lost zero":         {"证书状态": "1"},
		"small letters":       {"统一社会信用代码": "91110000ma00000152"},
		"a type":              {"证照类型": "一级建造师注册证书"},
	} {
		entries := readEntries(t, tableOf(t, changes), constructor)
		if len(entries) != 1 || len(entries[0].Mistakes) > 0 {
			t.Errorf("%s: %+v", name, entries)
			continue
		}
		if diff := cmp.Diff(reportRow(), entries[0].Row); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestHeadingsAreFoundByTheirUsualNamesInAnyOrder(t *testing.T) {
	lines := [][]string{
		{"北京市一级建造师注册证书人员名单"}, {"填报单位：", "", "2026年11月"}, {},
		{"序号", "身份证号码（18位）", "持证人\n姓名", "性 别", "出生年月日", "注册证书编号*", "工作单位", "社会信用代码", "注册专业一", "专业1有效期起", "专业1有效期至",
			"注册专业２", "有效期起始日期2", "有效期截止日期2", "签发日期", "所属地区", "注册状态："},
		{"1", "110101198505050024", "李示例", "女", "1985-05-05", "京1112019202000999", "示例第一工程局有限公司", "91110000MA00000152", "建筑工程", "2025-07-01", "2028-06-30",
			"机电工程", "2026-01-01", "2028-12-31", "2020-12-11", "北京市", "有效"},
	}
	want := reportRow()
	want.Specialties = append(want.Specialties, client.Specialty{Name: "机电工程", From: "2026-01-01", To: "2028-12-31"})
	entries := readEntries(t, writeTable(t, lines...), "") // the title names the type
	if len(entries) != 1 || len(entries[0].Mistakes) > 0 {
		t.Fatalf("%+v", entries)
	}
	if diff := cmp.Diff(want, entries[0].Row); diff != "" {
		t.Error(diff)
	}
}

// A type may call its number by what is another column elsewhere.
func TestTheNumberIsFoundUnderTheNameThatItsTypeGivesIt(t *testing.T) {
	data := writeTable(t, []string{"证书编号", "姓名", "性别"}, []string{"B0001", "李示例", "女"})
	workbook, err := sheet.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	other := kind{id: "other", name: "其他证书", label: "证书编号", form: "字母 B 加 4 位数字", number: "B0001"}
	r, err := openKinds(workbook, "", []kind{kindOf(loadSchemes(t).List()[0]), other}, strings.Clone, "other")
	if err != nil {
		t.Fatal(err)
	}
	err = r.Read(func(row sheet.Row) error {
		if e := r.Convert(row); e.Row.Number != "B0001" || e.Row.CertificateSerial != "" {
			t.Errorf("%+v", e.Row)
		}
		return nil
	})
	if _, c := r.describe(numberField); err != nil || c.form != "字母 B 加 4 位数字，如 B0001" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := openKinds(workbook, "", listKinds(loadSchemes(t)), strings.Clone, constructor); err == nil {
		t.Error("a constructor's number is found under 证书编号")
	}
	seen := map[string]bool{}
	for _, c := range other.templateColumns() {
		if seen[c.heading] {
			t.Errorf("%s is there twice", c.heading)
		}
		seen[c.heading] = true
	}
}

func TestMissingColumnsAreNamed(t *testing.T) {
	for name, test := range map[string]struct {
		headings []string
		missing  string
	}{
		"some": {[]string{"注册编号", "姓名", "性别", "出生日期", "证件号码", "聘用企业", "统一社会信用代码", "注册专业", "有效期", "状态"}, "发证日期 行政区划代码"},
		"days": {[]string{"注册编号", "姓名", "性别", "出生日期", "证件号码", "聘用企业", "统一社会信用代码", "注册专业", "有效期起", "发证日期", "地区", "状态"}, "有效期止1"},
	} {
		r, err := openBytes(writeTable(t, test.headings, []string{"京1112019202000999"}), loadSchemes(t), constructor)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.ListMissing(), " "); got != test.missing {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestLinesWithNothingToReadAreNoLinesOfCertificates(t *testing.T) {
	data := writeTable(t, []string{"序号", "注册编号", "姓名", "性别"}, []string{"1", "京1112019202000999", "李示例", "女"}, []string{"2", "", " ", ""}, []string{"填表人：王示例"}, []string{"", "", "", "", "外"}, []string{"", "", "", "审核人："})
	if entries := readEntries(t, data, constructor); len(entries) != 1 || entries[0].Line != 2 {
		t.Errorf("%+v", entries)
	}
	if r, err := openBytes(data, loadSchemes(t), constructor); err != nil || r.Count != 1 || len(r.Others) != 1 || r.Others[0] != 6 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestBothDaysMayStandInOneCell(t *testing.T) {
	for text, reason := range map[string]string{
		"2025-07-01至2028-06-30": "", "2025年7月1日—2028年6月30日": "", "自 2025.7.1 到 2028.6.30": "", "2025-07-01 - 2028-06-30": "", "20250701～20280630": "",
		"2028-06-30": "起止两个日期", "2025-07-01至长期": "截止日期", "2025-07-01至2028-06-31": "没有这一天",
	} {
		e := readEntries(t, tableOf(t, map[string]string{"有效期起": "", "有效期止": "", "注册有效期": text}), constructor)[0]
		if reason == "" {
			if diff := cmp.Diff(reportRow().Specialties, e.Row.Specialties); diff != "" || len(e.Mistakes) > 0 {
				t.Errorf("%q: %s %+v", text, diff, e.Mistakes)
			}
		} else if len(e.Mistakes) != 1 || e.Mistakes[0].Field != "/specialties/0/period" || !strings.Contains(e.Mistakes[0].Reason, reason) {
			t.Errorf("%q: %+v", text, e.Mistakes)
		}
	}
	data := writeTable(t, []string{"注册编号", "姓名", "注册专业", "有效期"}, []string{"京1112019202000999", "李示例", "建筑工程、机电工程", "2025-07-01至2024-06-30"})
	r, err := openBytes(data, loadSchemes(t), constructor)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Read(func(row sheet.Row) error {
		for _, m := range r.Locate(r.Convert(row), row, []client.Flaw{{Field: "/specialties/1/to"}, {Field: "/specialties/0"}}) {
			if m.Field != "/specialties/0/period" {
				t.Errorf("%+v", m)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// FuzzTable: whatever a table has, its lines are read, and written back as refused with the same cells.
func FuzzTable(f *testing.F) {
	f.Add(tableOf(f, nil))
	f.Add(tableOf(f, map[string]string{"注册专业3": "机电工程", "有效期2": "至", "证件类型": "护照", "照片": "x"}))
	schemes := loadSchemes(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := openBytes(data, schemes, constructor)
		if err != nil {
			return
		}
		w, err := NewRejected(r)
		if err != nil {
			t.Fatal(err)
		}
		err = r.Read(func(row sheet.Row) error {
			e := r.Convert(row)
			if _, err := json.Marshal(e.Row); err != nil {
				return err
			}
			flaws := []client.Flaw{{Field: "/specialties/0/to"}, {Field: "/specialties/7"}, {Field: "/x"}, {Field: ""}, {Field: "/holder/idNo", Suggestion: "1"}}
			return w.Add(row, r.Locate(e, row, flaws))
		})
		var b bytes.Buffer
		if err = errors.Join(err, w.Write(&b)); err != nil {
			t.Fatal(err)
		}
		back, err := openBytes(b.Bytes(), schemes, constructor)
		if err != nil {
			t.Fatal(err)
		}
		if back.Count != r.Count {
			t.Fatalf("%d lines of %d come back", back.Count, r.Count)
		}
	})
}

func TestSpecialtiesMayShareTheirDays(t *testing.T) {
	one := client.Specialty{Name: "建筑工程", From: "2025-07-01", To: "2028-06-30"}
	other := client.Specialty{Name: "机电工程", From: "2025-07-01", To: "2028-06-30"}
	for name, changes := range map[string]map[string]string{
		"in one cell":   {"注册专业": "建筑工程、机电工程"},
		"in columns":    {"注册专业2": "机电工程"},
		"empty columns": {"注册专业2": "机电工程", "注册专业3": ""},
	} {
		entries := readEntries(t, tableOf(t, changes), constructor)
		if diff := cmp.Diff([]client.Specialty{one, other}, entries[0].Row.Specialties); diff != "" || len(entries[0].Mistakes) > 0 {
			t.Errorf("%s: %s %+v", name, diff, entries[0].Mistakes)
		}
	}
}

func TestWhatCannotBeReadIsAMistakeOfItsColumn(t *testing.T) {
	for _, test := range []struct {
		field, reason string
		changes       map[string]string
	}{
		{"/holder/idNo", "已经丢失", map[string]string{"证件号码": "1.10101E+17"}},
		{"/employer/uscc", "已经丢失", map[string]string{"统一社会信用代码": "9.111E17"}},
		{"/holder/birth", "没有这一天", map[string]string{"出生日期": "1985-02-30"}},
		{"/specialties/0/to", "截止日期", map[string]string{"有效期止": "长期"}},
		{"/state", "可选范围", map[string]string{"证书状态": "正常"}},
		{"/holder/idType", "可选范围", map[string]string{"证件类型": "护照本"}},
		{"/areaCode", "可选范围", map[string]string{"行政区划代码": "京城"}},
		{"/scheme", "可选范围", map[string]string{"证照类型": "监理"}},
		{"/reportedToMinistry", "是 或 否", map[string]string{"已报部": "不知道"}},
	} {
		e := readEntries(t, tableOf(t, test.changes), constructor)[0]
		if len(e.Mistakes) != 1 || e.Mistakes[0].Field != test.field || !strings.Contains(e.Mistakes[0].Reason, test.reason) {
			t.Errorf("%v: %+v", test.changes, e.Mistakes)
		}
	}
	if e := readEntries(t, tableOf(t, nil), "")[0]; len(e.Mistakes) != 1 || e.Mistakes[0].Field != "/scheme" {
		t.Errorf("without a type: %+v", e.Mistakes)
	}
}

func TestALongNumberThatIsANumberOfTheWorkbookIsRefusedWhereDigitsAreLost(t *testing.T) {
	for value, lost := range map[string]bool{"110101198505050000": true, "1.1010119850505E+17": true, "110101198505050024": false, "110101198505050": false} {
		c := conversion{Roster: &Roster{columns: []column{{field: "/holder/idNo"}}}, row: sheet.Row{Cells: []sheet.Cell{{Text: value, Kind: sheet.Number}}}}
		if got := c.code("/holder/idNo"); (got == "") != lost || (len(c.Mistakes) == 1) != lost {
			t.Errorf("%s is read as %q, %+v", value, got, c.Mistakes)
		}
	}
}

func TestAnErrorOfAFormulaIsAMistake(t *testing.T) {
	c := conversion{Roster: &Roster{columns: []column{{field: "/holder/name"}}}}
	for text, reason := range map[string]string{"#N/A": "公式错误", "=A1": "没有保存"} {
		c.row, c.Mistakes = sheet.Row{Cells: []sheet.Cell{{Text: text, Kind: sheet.Failure}}}, nil
		if c.readText("/holder/name") != "" || len(c.Mistakes) != 1 || !strings.Contains(c.Mistakes[0].Reason, reason) {
			t.Errorf("%s: %+v", text, c.Mistakes)
		}
	}
}

// A number on several lines is refused on all of them: one of them alone would be another certificate than is meant.
func TestLinesOfOneNumberAreAllRefused(t *testing.T) {
	one := plainRow()
	var lines [4][]string
	for heading, value := range one {
		for i := range lines {
			if i > 0 && heading == "注册专业" {
				value = []string{"", "建筑工程", "机电工程", "公路工程"}[i]
			}
			if i == 3 && heading == "注册编号" {
				value = "京1112019202000998"
			}
			if i == 2 && heading == "注册编号" {
				value = "京1１1192000999" // in the old form
			}
			if i == 0 {
				lines[i] = append(lines[i], heading)
			} else {
				lines[i] = append(lines[i], value)
			}
		}
	}
	entries := readEntries(t, writeTable(t, lines[:]...), constructor)
	for i, want := range []int{1, 1, 0} {
		if len(entries[i].Mistakes) != want {
			t.Errorf("line %d: %+v", entries[i].Line, entries[i].Mistakes)
		}
	}
}

func TestATableWithoutItsHeadingsIsRefused(t *testing.T) {
	for reason, data := range map[string][]byte{
		"has headings such as": writeTable(t, []string{"甲", "乙", "丙"}),
		"none is 注册编号":         writeTable(t, []string{"姓名", "性别", "出生日期"}),
		"both headed":          writeTable(t, []string{"注册编号", "姓名", "身份证号", "身份证号码"}),
	} {
		if _, err := openBytes(data, loadSchemes(t), constructor); !errors.Is(err, sheet.ErrForm) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// Whoever follows the advice must not report a wrong certificate.
func TestTheAdviceFitsTheRule(t *testing.T) {
	r := must.Get(openBytes(tableOf(t, nil), loadSchemes(t), constructor))
	must.Do(r.Read(func(row sheet.Row) error {
		e := r.Convert(row)
		e.Pictures = map[string]Picture{"/photo": {File: "1.jpg"}}
		for _, m := range r.Locate(e, row, []client.Flaw{{Field: "/areaCode", Rule: "area.foreign", Detail: "该地区不在本单位负责的范围内。"}, {Field: "/photo", Rule: "image.colour", Detail: "须为 RGB。"}, {Field: "/number", Rule: "number.form"}}) {
			want := map[string]string{"/areaCode": "由该地区的主管部门上报", "/photo": "重新制作图像，文件名不变", "/number": "逐位核对"}[m.Field]
			if got := r.Describe(m).Advice; !strings.Contains(got, want) || strings.Contains(got, "写明文件名") {
				t.Errorf("%s: %s", m.Field, got)
			}
		}
		return nil
	}))
}

func TestFindingsOfTheServiceAreBroughtToTheirColumns(t *testing.T) {
	data := tableOf(t, map[string]string{"注册专业": "", "有效期起": "", "有效期止": "", "注册专业2": "建筑", "有效期起2": "2025-07-01", "有效期止2": "明年"})
	r, err := openBytes(data, loadSchemes(t), constructor)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Read(func(row sheet.Row) error {
		e := r.Convert(row)
		got := map[string]string{}
		for _, m := range r.Locate(e, row, []client.Flaw{
			{Field: "/specialties/0/name", Detail: "没有此专业。", Suggestion: "建筑工程"}, {Field: "/specialties/0", Detail: "缺少起止日期"},
			{Field: "/holder/birth", Detail: "不一致"}, {Field: "/photo", Detail: "过大"}, {Field: "", Detail: "整行"},
		}) {
			got[m.Field] = m.Found + " " + m.Reason + " " + m.Suggestion
		}
		want := map[string]string{
			"/specialties/1/to": "明年 不是可以确定的日期 ", "/specialties/1/name": "建筑 没有此专业 建筑工程", "/holder/birth": "1985-05-05 不一致 ",
			"/photo": " 空白：过大 ", "": " 整行 ",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOneTableIsTheSameInEveryForm: LibreOffice 7.4 saved the workbook of openpyxl 3.1 as .xlsx, as text in
// UTF-8 with semicolons and in GB 18030, with cells that are days and numbers.
func TestOneTableIsTheSameInEveryForm(t *testing.T) {
	var want []byte
	for _, name := range []string{"libreoffice.xlsx", "libreoffice.csv", "libreoffice-gb18030.csv", "openpyxl.xlsx"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var rows []client.ReportRow
		for _, e := range readEntries(t, data, "") {
			if len(e.Mistakes) > 0 {
				t.Errorf("%s, line %d: %+v", name, e.Line, e.Mistakes)
			}
			rows = append(rows, e.Row)
		}
		got, err := json.MarshalIndent(rows, "", " ")
		if err != nil || len(rows) != 3 {
			t.Fatalf("%s has %d rows, %v", name, len(rows), err)
		}
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTheTemplateOfEachTypeCanBeImported(t *testing.T) {
	for _, s := range loadSchemes(t).List() {
		var b bytes.Buffer
		if err := WriteTemplate(&b, s); err != nil {
			t.Fatal(err)
		}
		if _, err := openBytes(b.Bytes(), loadSchemes(t), ""); err == nil || !strings.Contains(err.Error(), "1 examples") {
			t.Errorf("%s: without certificates: %v", s.ID, err)
		}
		opened := must.Get(sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len())))
		r := must.Get(openKinds(opened, "", listKinds(loadSchemes(t)), loadSchemes(t).Numbers().Canonical, ""))
		if r.kind != s.ID || r.Count != 0 || r.Read(func(sheet.Row) error { return nil }) != nil || r.Examples != 1 || len(r.ListUnknown()) > 0 {
			t.Errorf("%s: %+v", s.ID, r)
		}
		for i, c := range kindOf(s).templateColumns() {
			if r.columns[i].field != c.field {
				t.Errorf("%s: the heading %s is read as %q", s.ID, c.heading, r.columns[i].field)
			}
		}
		workbook, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range kindOf(s).templateColumns() {
			cell := sheet.NameColumn(i) + "3"
			value, err := workbook.GetCellValue(tableSheet, cell)
			if err == nil && i == 0 { // the example is right, apart from its mark
				err = workbook.SetCellStr(tableSheet, cell, strings.TrimPrefix(value, exampleMark+"："))
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.required && value == "" {
				t.Errorf("%s: the example has no %s", s.ID, c.heading)
			}
		}
		var filled bytes.Buffer
		if err := workbook.Write(&filled); err != nil {
			t.Fatal(err)
		}
		specialties := 2
		if len(s.Specialties) == 1 {
			specialties = 1
		}
		if e := readEntries(t, filled.Bytes(), "")[0]; len(e.Mistakes) > 0 || e.Row.Scheme != s.ID || len(e.Row.Specialties) != specialties || len(e.Row.Details) != len(s.Details) {
			t.Errorf("%s: %+v", s.ID, e)
		}
		lists, err := workbook.GetDataValidations(tableSheet)
		if err != nil || len(lists) != len(kindOf(s).templateColumns()) {
			t.Errorf("%s: %d validations, %v", s.ID, len(lists), err)
		}
	}
}

func TestRefusedLinesComeBackAsTheyWereAndCanBeRead(t *testing.T) {
	data := tableOf(t, map[string]string{"备注": "自己的", "行号": "7", "建议": "自己的建议", "出生日期": "1985年2月30日", "证书状态": "正常"})
	r, err := openBytes(data, loadSchemes(t), constructor)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time from the workbook of the first
		w, err := NewRejected(r)
		if err != nil {
			t.Fatal(err)
		}
		var line sheet.Row
		err = r.Read(func(row sheet.Row) error {
			line = row
			return w.Add(row, r.Locate(r.Convert(row), row, []client.Flaw{{Field: "/holder/idNo", Detail: "校验不通过"}}))
		})
		var b bytes.Buffer
		if err = errors.Join(err, w.Write(&b)); err != nil {
			t.Fatal(err)
		}
		back, err := openBytes(b.Bytes(), loadSchemes(t), "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"备注", "建议", "行号"}, slices.Sorted(slices.Values(back.ListUnknown()))); diff != "" {
			t.Error(diff)
		}
		err = back.Read(func(row sheet.Row) error {
			for i, h := range back.Headings[:len(back.Headings)-5] {
				if row.Cells[i].Text != line.Cells[i].Text || h != r.Headings[i] {
					t.Errorf("%s was %q and is %q", h, line.Cells[i].Text, row.Cells[i].Text)
				}
			}
			findings := row.Cells[len(back.Headings)-5:]
			if findings[0].Text == "" || strings.Count(findings[1].Text, "\n") != 2 || !strings.Contains(findings[2].Text, "没有这一天") || !strings.Contains(findings[2].Text, "校验不通过") {
				t.Errorf("%+v", findings)
			}
			return nil
		})
		if err != nil || back.Count != 1 {
			t.Fatalf("%d lines, %v", back.Count, err)
		}
		r = back
	}
}

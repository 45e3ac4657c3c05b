package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// readAll returns the rows of each visible sheet.
func readAll(t *testing.T, data []byte) (rows []Row, workbook *Workbook) {
	t.Helper()
	workbook, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range workbook.Sheets {
		if s.Hidden {
			continue
		}
		if err := workbook.Read(s, func(r Row) error { rows = append(rows, r); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	return rows, workbook
}

func textRows(rows []Row) (lines []string) {
	for _, r := range rows {
		var texts []string
		for _, c := range r.Cells {
			texts = append(texts, c.Text)
		}
		lines = append(lines, fmt.Sprint(r.Line, " ", strings.Join(texts, "|")))
	}
	return lines
}

func TestTextIsReadInEveryEncodingAndWithEverySeparator(t *testing.T) {
	encode := func(text string, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text)
	}
	plain := "姓名,号码\r\n\r\n" + `"李,示例",="0012"` + "\r\n𠮷䶮,　\r\n"
	wide := func(order unicode.Endianness, mark unicode.BOMPolicy) []byte {
		return encode(unicode.UTF16(order, mark).NewEncoder().String(plain))
	}
	want := []string{"1 姓名|号码", "3 李,示例|0012", "4 𠮷䶮"}
	for name, data := range map[string][]byte{
		"UTF-8": []byte(plain), "UTF-8 with a mark": []byte("\xef\xbb\xbf" + plain), "GB 18030": encode(simplifiedchinese.GB18030.NewEncoder().String(plain)),
		"UTF-16 LE": wide(unicode.LittleEndian, unicode.UseBOM), "UTF-16 BE": wide(unicode.BigEndian, unicode.UseBOM),
		"UTF-16 LE without a mark": wide(unicode.LittleEndian, unicode.IgnoreBOM),
		"semicolons":               []byte(strings.ReplaceAll(strings.ReplaceAll(plain, ",", ";"), "李;", "李,")),
		"tabs":                     []byte(strings.ReplaceAll(strings.ReplaceAll(plain, ",", "\t"), "李\t", "李,")),
	} {
		rows, _ := readAll(t, data)
		if diff := cmp.Diff(want, textRows(rows)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, data := range map[string]string{
		"carriage returns": strings.ReplaceAll(plain, "\r\n", "\r"), "doubled ones": strings.ReplaceAll(plain, "\r\n", "\r\r\n"),
		"a mixture": strings.Replace(plain, "\r\n𠮷", "\r𠮷", 1),
	} {
		rows, _ := readAll(t, []byte(data))
		if diff := cmp.Diff(want, textRows(rows)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	quoted, _ := readAll(t, []byte("a,b\r\"c\rd\"\"\",5\" e\r\"f\",g\r"))
	if diff := cmp.Diff([]string{"1 a|b", "2 c\rd\"|5\" e", "3 f|g"}, textRows(quoted)); diff != "" {
		t.Errorf("with quotes: %s", diff)
	}
	damaged, _ := readAll(t, []byte("姓名,号码,性别,出生日期\n李\xe7\xa4,1"))
	if diff := cmp.Diff([]string{"1 姓名|号码|性别|出生日期", "2 李\uFFFD|1"}, textRows(damaged)); diff != "" {
		t.Errorf("with a damaged character: %s", diff)
	}
	rows, _ := readAll(t, []byte("sep=;\r\na,b;c\r\n"))
	if diff := cmp.Diff([]string{"1 a,b|c"}, textRows(rows)); diff != "" {
		t.Errorf("with a line that names the separator: %s", diff)
	}
}

// parts writes a workbook of these parts.
func parts(t *testing.T, all map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range all {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// smallParts is a workbook whose only sheet has these rows.
func smallParts(rows string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook><workbookPr date1904="1"/><sheets><sheet name="甲" r:id="rId1"/><sheet name="乙" state="veryHidden" r:id="rId2"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="/xl/worksheets/one.xml"/><Relationship Id="rId2" Type="x/worksheet" Target="worksheets/two.xml"/><Relationship Id="rId3" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId4" Type="x/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst><si><t>姓名</t></si><si><r><t>李</t></r><r><t xml:space="preserve"> 示例</t></r><rPh><t>リ</t></rPh></si><si><t>a_x000D_b</t></si></sst>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="171" formatCode="[Red]&quot;day&quot;0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>`,
		"xl/worksheets/one.xml":      `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
		"xl/worksheets/two.xml":      `<worksheet/>`,
	}
}

func TestEveryKindOfCellIsRead(t *testing.T) {
	data := parts(t, smallParts(`<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c t="s"><v>2</v></c></row>
<row><c r="A3"><v>110101198001010000</v></c><c><v>1.1E+17</v></c><c s="1"><v>46535</v></c><c s="2"><v>46535.5</v></c><c s="3"><v>7</v></c></row>
<row r="9"><c t="inlineStr"><is><t>内</t><rPh><t>x</t></rPh></is></c><c t="str"><f>A1&amp;B1</f><v>已算</v></c><c><f>SUM(A1)</f></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c><c t="d"><v>2027-05-28T00:00:00</v></c><c t="s"><v>99</v></c></row>
<row r="10"><c r="A10"/></row>`))
	rows, workbook := readAll(t, data)
	want := []Row{
		{2, []Cell{{}, {Text: "姓名"}, {Text: "李 示例"}, {Text: "a\rb"}}},
		{3, []Cell{{Text: "110101198001010000", Kind: Number}, {Text: "1.1E+17", Kind: Number}, {Text: "46535", Kind: Number, IsDay: true}, {Text: "46535.5", Kind: Number, IsDay: true}, {Text: "7", Kind: Number}}},
		{9, []Cell{{Text: "内"}, {Text: "已算"}, {Text: "=SUM(A1)", Kind: Failure}, {Text: "#N/A", Kind: Failure}, {Text: "TRUE"}, {Text: "2027-05-28T00:00:00"}, {Text: "#99", Kind: Failure}}},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if !workbook.From1904 || len(workbook.Sheets) != 2 || workbook.Sheets[0].Hidden || !workbook.Sheets[1].Hidden || workbook.Sheets[1].Name != "乙" {
		t.Errorf("%+v", workbook)
	}
}

// TestOtherProgramsWorkbooksAreRead: package roster has those of LibreOffice.
func TestOtherProgramsWorkbooksAreRead(t *testing.T) {
	workbook := excelize.NewFile()
	for cell, value := range map[string]any{"A1": "标题", "A3": "姓名", "B3": "日期", "A4": "李示例", "B4": "2027年5月28日"} {
		if err := workbook.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := workbook.Write(&b); err != nil {
		t.Fatal(err)
	}
	rows, _ := readAll(t, b.Bytes())
	if diff := cmp.Diff([]string{"1 标题", "3 姓名|日期", "4 李示例|2027年5月28日"}, textRows(rows)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoTableIsRefusedWithTheReason(t *testing.T) {
	bomb := smallParts("")
	bomb["xl/styles.xml"] = strings.Repeat(" ", maxIndexPart+1)
	broken := parts(t, smallParts(`<row><c><v>1</v></c></row><row`))
	for reason, data := range map[string][]byte{
		"empty":                      {},
		"password":                   []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"),
		"damaged .xlsx workbook":     []byte("PK\x03\x04 and nothing"),
		"no .xlsx workbook":          parts(t, map[string]string{"word/document.xml": "<w/>"}),
		"neither text":               []byte("a,b\x00\x00\x01\x00,c\n"),
		"larger than 16 MB":          parts(t, bomb),
		"open and save the workbook": broken,
		"more than 32767 characters": parts(t, smallParts("<row><c><v>"+strings.Repeat("1", 5*maxCell)+"</v></c></row>")),
	} {
		workbook, err := Open(bytes.NewReader(data), int64(len(data)))
		if err == nil {
			err = workbook.Read(workbook.Sheets[0], func(Row) error { return nil })
		}
		if !errors.Is(err, ErrForm) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// Such a workbook took seconds, and gigabytes where its text was one.
func TestAWorkbookOfNothingIsRefusedUnread(t *testing.T) {
	long := strings.Repeat("1", maxToken+8<<10)
	for reason, rows := range map[string]string{
		"nearly all is repeated or blank": strings.Repeat("<row/>", largePart/6+1),
		"one element of more than 1 MB":   "<row><c><v>" + long + "</v></c></row>",
		"has one element of more than":    "<!--" + long + "<-->",
	} {
		data := parts(t, smallParts(rows))
		workbook, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		err = workbook.Read(workbook.Sheets[0], func(Row) error { read++; return nil })
		if !errors.Is(err, ErrForm) || !strings.Contains(err.Error(), reason) || read > 0 {
			t.Errorf("%s: %d rows, %v", reason, read, err)
		}
	}
}

// Of a workbook whose rows or cells contradict their places one row would hide another.
func TestAWorkbookThatContradictsItselfIsRefused(t *testing.T) {
	for reason, rows := range map[string]string{
		`after row 2 there is one numbered "1"`:     `<row><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row><row r="1"><c><v>3</v></c></row>`,
		`after row 2 there is one numbered "2"`:     `<row r="2"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>`,
		`after row 0 there is one numbered "-6"`:    `<row r="-6"><c><v>1</v></c></row>`,
		`one numbered "1048577"`:                    `<row r="1048577"><c><v>1</v></c></row>`,
		`in row 1 there is a cell placed at "A2"`:   `<row r="1"><c r="A2"><v>1</v></c></row>`,
		`in row 1 there is a cell placed at "A1x"`:  `<row r="1"><c r="A1x"><v>1</v></c></row>`,
		"row 1 has two cells in column B":           `<row r="1"><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row>`,
		"row 1 has two cells in column A":           `<row r="1"><c><v>1</v></c><c r="A1"><v>2</v></c></row>`,
		`in row 1 there is a cell placed at "ZZZZZ`: `<row r="1"><c r="` + strings.Repeat("Z", 40) + `1"><v>1</v></c></row>`,
	} {
		data := parts(t, smallParts(rows))
		workbook, err := Open(bytes.NewReader(data), int64(len(data)))
		if err == nil {
			err = workbook.Read(workbook.Sheets[0], func(Row) error { return nil })
		}
		if !errors.Is(err, ErrForm) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

func TestColumnsHaveTheLettersOfASpreadsheet(t *testing.T) {
	for column, name := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		got, ok := columnOf(name + "12")
		if NameColumn(column) != name || got != column || !ok {
			t.Errorf("%d: %s, %d", column, NameColumn(column), got)
		}
	}
	for _, wrong := range []string{"", "12", "A", "a1", strings.Repeat("Z", 40) + "1"} {
		if _, ok := columnOf(wrong); ok {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// FuzzRead: whatever a file is, it is read or refused, and no row is longer than the columns.
func FuzzRead(f *testing.F) {
	f.Add([]byte("a;b\n\"c"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00"))
	t := &testing.T{}
	f.Add(parts(t, smallParts(`<row r="2"><c r="B2" t="s"><v>0</v></c></row>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		workbook, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, s := range workbook.Sheets {
			_ = workbook.Read(s, func(r Row) error {
				if len(r.Cells) == 0 || len(r.Cells) > maxColumns || r.Line < 1 {
					t.Fatalf("row %d has %d cells", r.Line, len(r.Cells))
				}
				return nil
			})
		}
	})
}

// FuzzSheet is FuzzRead for the elements of a sheet.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="2"><c r="B2" t="s"><v>0</v></c></row>`)
	f.Add(`<row r="-2"><c r="ZZZZ2" t="inlineStr"><is><t>x</t></is></c></c></row></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		data := parts(t, smallParts(rows))
		workbook, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		_ = workbook.Read(workbook.Sheets[0], func(r Row) error {
			if len(r.Cells) == 0 || len(r.Cells) > maxColumns || r.Line < 1 {
				t.Fatalf("row %d has %d cells", r.Line, len(r.Cells))
			}
			return nil
		})
	})
}

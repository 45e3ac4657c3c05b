package e2e

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// sheetHeadings are those of an office's own table, in an order of its own.
var sheetHeadings = []string{"序号", "姓名", "身份证号码", "性别", "出生年月日", "注册编号", "工作单位", "统一社会信用代码",
	"注册专业", "有效期起", "有效期至", "注册专业", "有效期起", "有效期至", "签发日期", "行政区划", "状态", "证件类型", "照片", "备注"}

// sheetRow returns a row as an office writes it.
func sheetRow(i int, r client.ReportRow) []string {
	cells := []string{fmt.Sprint(i), r.Holder.Name, r.Holder.IDNo, string(r.Holder.Sex), strings.ReplaceAll(r.Holder.Birth, "-", "/"), r.Number,
		r.Employer.Name, r.Employer.USCC, r.Specialties[0].Name, "2025年7月1日", "20280630", "", "", "", "2020.12.11", "北京市", "有效", "", "", ""}
	if i%5 == 0 { // a second specialty
		copy(cells[11:], []string{"机电工程", "2026-01-01", "2028-12-31"})
	}
	if i%7 == 0 {
		cells[2] = fullWidth(cells[2])
	}
	return cells
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune { return r + '！' - '!' }, s)
}

// sheetMistake is a mistake in a row: the column, what stands there, and what the clerk is told.
type sheetMistake struct {
	column      int
	wrong, said string
}

func sheetMistakes(row []string) []sheetMistake {
	const name, id, sex, birth, number, uscc, specialty, from, to, issued, area, state, kind, photo = 1, 2, 3, 4, 5, 7, 8, 9, 10, 14, 15, 16, 17, 18
	idNo := row[id]
	check := map[bool]string{true: "1", false: "2"}[idNo[17] != '1']
	return []sheetMistake{
		{id, idNo[:17] + check, "校验不通过"},
		{id, "1.10101E+17", "后面的数字已经丢失"},
		{id, idNo[:17], "应为 18 位"},
		{id, strings.Replace(idNo, "0", "O", 1), "形似数字"},
		{id, "", "空白"},
		{birth, "1999/9/9", "与公民身份号码不一致"},
		{birth, "1970年2月30日", "没有这一天"},
		{birth, "1970年5月", "缺少月或日"},
		{birth, "", "缺少出生日期"},
		{from, "07/13/2025", "年份写在最后"},
		{to, "长期", "须有确定的截止日期"},
		{to, "2025-06-01", "晚于起始日期"},
		{to, "2040-06-01", "有效期过长"},
		{name, "示例?", "已丢失的字"},
		{name, "", "1 至 50 个字"},
		{name, "示 例甲", "不能使用字符"},
		{sex, "未知", "性别应为"},
		{uscc, row[uscc][:17] + map[bool]string{true: "1", false: "2"}[row[uscc][17] != '1'], "校验不通过"},
		{uscc, "", "18 位数字或大写字母"},
		{specialty, "建筑施工", "没有此专业"},
		{issued, "", "颁发日期"},
		{issued, "2020/13/1", "没有这一天"},
		{area, "京城", "不在可选范围内"},
		{state, "正常", "不在可选范围内"},
		{kind, "护照本", "不在可选范围内"},
		{number, "京11120192020", "注册编号应为"},
		{number, "京2" + strings.TrimPrefix(row[number], "京1"), "级别位应为"},
		{photo, "没有.jpg", "没有这个图像文件"},
	}
}

// writeSheet writes a workbook with a title above the headings, an empty row and a hidden sheet.
func writeSheet(t *testing.T, file string, rows [][]string) {
	t.Helper()
	workbook := excelize.NewFile()
	defer workbook.Close()
	all := append([][]string{{"一级建造师注册证书人员名单"}, {}, sheetHeadings}, rows...)
	for i, row := range all {
		for j, text := range row {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := workbook.SetCellStr("Sheet1", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, err := workbook.NewSheet("旧表")
	for _, step := range []error{err, workbook.SetSheetRow("旧表", "A1", &sheetHeadings), workbook.SetSheetVisible("旧表", false), workbook.MergeCell("Sheet1", "A1", "T1"), workbook.SaveAs(file)} {
		if step != nil {
			t.Fatal(step)
		}
	}
}

// pictureCounts are what import says of a directory of pictures.
type pictureCounts struct {
	Found, Missing int
	Changed        map[string]int
	Unused         []string
}

// importSheet runs jiazhu import and returns what it prints.
func (c commandLine) importSheet(t *testing.T, code int, args ...string) (done struct {
	Report                             string
	Rows, Accepted, Unchanged, Refused int
	Rejected                           string
	Photos, Signatures                 *pictureCounts
	Unread                             []string
}) {
	t.Helper()
	out, failure := c.jiazhu(t, code, "", append(append([]string{"import", "-json"}, args...), as(seed.Registry)...)...)
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatalf("%v\n%s%s", err, out, failure)
	}
	return done
}

func TestAnOfficeImportsItsSpreadsheet(t *testing.T) {
	const first, all = 20000, 200
	c, directory := newCommandLine(t), t.TempDir()
	var rows [][]string
	right := map[string]map[int]string{} // by the number in the first column: what is to be corrected
	said := map[string]sheetMistake{}
	for i := range all {
		rows = append(rows, sheetRow(i+1, seed.GenerateRow(first+i)))
	}
	for n, m := range sheetMistakes(rows[0]) {
		row := rows[6*n]
		m = sheetMistakes(row)[n]
		said[row[0]] = m
		right[row[0]] = map[int]string{m.column: row[m.column]}
		row[m.column] = m.wrong
	}
	rows[0][16] = "停用" // a second mistake, which only the command finds
	right[rows[0][0]][16] = "有效"
	twice := rows[199][5] // both rows of one number
	rows[199][5] = rows[198][5]
	for _, row := range rows[198:] {
		said[row[0]] = sheetMistake{column: 5, said: "重复"}
		right[row[0]] = map[int]string{5: row[5]}
	}
	right[rows[199][0]] = map[int]string{5: twice}

	file := filepath.Join(directory, "名单.xlsx")
	writeSheet(t, file, rows)
	photos := writePhotos(t, rows)
	tried := c.importSheet(t, 1, "-dry-run", "-photos", photos, "-refused", filepath.Join(directory, "tried.xlsx"), file)
	if tried.Accepted != 170 || tried.Refused != 30 || tried.Report != "" {
		t.Errorf("a dry run finds %+v", tried)
	}
	signatures := writeSignature(t, rows[1])
	done := c.importSheet(t, 1, "-photos", photos, "-signatures", signatures, file)
	if done.Rows != all || done.Accepted != 170 || done.Refused != 30 || done.Rejected != filepath.Join(directory, "rejected.xlsx") {
		t.Fatalf("%+v", done)
	}
	if p := done.Photos; p == nil || p.Found != 3 || p.Changed["converted from BMP"] != 1 || p.Changed["made smaller"] != 1 || len(p.Unused) != 1 {
		t.Errorf("photos: %+v", p)
	}
	if s := done.Signatures; s == nil || s.Found != 1 || s.Missing != 199 {
		t.Errorf("signatures: %+v", s)
	}
	if strings.Join(done.Unread, " ") != "序号 备注" {
		t.Errorf("not read: %q", done.Unread)
	}
	again := c.importSheet(t, 1, "-photos", photos, "-signatures", signatures, "-report", done.Report, "-refused", filepath.Join(directory, "again.xlsx"), file)
	if again.Accepted != 170 || again.Refused != 30 {
		t.Errorf("waiting again finds %+v", again)
	}

	correctRejected(t, done.Rejected, said, right)
	last := c.importSheet(t, 0, done.Rejected)
	if last.Rows != 30 || last.Accepted != 30 {
		t.Fatalf("corrected: %+v", last)
	}

	// The whole table, corrected, in the forms in which programs save it: nothing in it is new.
	for _, row := range rows {
		for column, value := range right[row[0]] {
			row[column] = value
		}
	}
	for name, text := range sheetTexts(t, rows) {
		file := filepath.Join(directory, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if done := c.importSheet(t, 0, "-type", seed.ConstructorOne, file); done.Unchanged != all {
			t.Errorf("%s: %+v", name, done)
		}
	}
}

// TestAnImportIsKilledAndResumed: the service goes on by itself, and the command that waits again has the sheet's rows.
func TestAnImportIsKilledAndResumed(t *testing.T) {
	const first, all, badEvery = 30000, 10000, 500
	c, directory := newCommandLine(t), t.TempDir()
	rows := [][]string{sheetHeadings}
	for i := range all {
		row := sheetRow(i+1, seed.GenerateRow(first+i))
		if i%badEvery == 0 {
			row[2] = seed.GenerateRow(first + i).Holder.IDNo[:17]
		}
		rows = append(rows, row)
	}
	var table bytes.Buffer
	if err := csv.NewWriter(&table).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(directory, "all.csv")
	if err := os.WriteFile(file, table.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	arguments := append([]string{"import", "-type", seed.ConstructorOne, file}, as(seed.Registry)...)
	cmd := exec.CommandContext(t.Context(), c.program, arguments...)
	cmd.Env = append(c.env, "TMPDIR="+directory)
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	report, progress := "", 0
	for lines := bufio.NewScanner(stderr); report == "" && lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "reading: ") {
			progress++
		}
		if _, rest, found := strings.Cut(lines.Text(), "jiazhu import -report "); found {
			report, _, _ = strings.Cut(rest, " ")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	left, err := os.ReadDir(directory)
	if report == "" || progress != 10 || len(left) != 1 || err != nil {
		t.Fatalf("report %q, %d lines of progress, %v is left, %v", report, progress, left, err)
	}
	done := c.importSheet(t, 1, "-type", seed.ConstructorOne, "-report", report, file)
	if done.Accepted != all-all/badEvery || done.Refused != all/badEvery {
		t.Errorf("%+v", done)
	}
	workbook, err := excelize.OpenFile(done.Rejected)
	if err != nil {
		t.Fatal(err)
	}
	defer workbook.Close()
	lines, err := workbook.GetRows(workbook.GetSheetName(0))
	if err != nil || len(lines) != 2+all/badEvery {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, line := range lines[2:] {
		if at := strconv.Itoa(2 + i*badEvery); line[0] != strconv.Itoa(1+i*badEvery) || line[len(sheetHeadings)] != at {
			t.Errorf("row %s is said to be on line %s, not %s", line[0], line[len(sheetHeadings)], at)
		}
	}
	// Another table than the report was made of is not taken for it.
	if err := os.WriteFile(file, table.Bytes()[:table.Len()/2], 0o600); err != nil {
		t.Fatal(err)
	}
	_, why := c.jiazhu(t, 1, "", append([]string{"import", "-type", seed.ConstructorOne, "-report", report, file}, as(seed.Registry)...)...)
	if !strings.Contains(why, "was not made of "+file) {
		t.Error(why)
	}
}

// writePhotos writes four photos: one as it should be, one in another format, one too large, one of nobody.
func writePhotos(t *testing.T, rows [][]string) (directory string) {
	t.Helper()
	directory = t.TempDir()
	portrait := func(width, height int) image.Image {
		m := image.NewRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				m.Set(x, y, color.RGBA{uint8(255 * x / width), uint8(255 * y / height), uint8(x * y), 255})
			}
		}
		return m
	}
	save := func(name string, encode func(*bytes.Buffer) error) {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(directory, name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save(rows[1][5]+".jpg", func(b *bytes.Buffer) error { return jpeg.Encode(b, portrait(120, 160), nil) })
	save(rows[2][1]+"_"+rows[2][2]+".bmp", func(b *bytes.Buffer) error { return bmp.Encode(b, portrait(295, 413)) })
	save(rows[3][2]+".jpeg", func(b *bytes.Buffer) error { return jpeg.Encode(b, portrait(1800, 2400), &jpeg.Options{Quality: 95}) })
	save("某人.png", func(b *bytes.Buffer) error { return jpeg.Encode(b, portrait(120, 160), nil) })
	return directory
}

// writeSignature writes the signature of a row's holder.
func writeSignature(t *testing.T, row []string) (directory string) {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 300, 100))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for x := range 250 {
		m.SetGray(x+20, 50+x%30, color.Gray{})
		m.SetGray(x+20, 51+x%30, color.Gray{})
	}
	var b bytes.Buffer
	if err := tiff.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	directory = t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, row[5]+".tif"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return directory
}

// correctRejected checks that each refused row says what is wrong, and corrects it in the workbook.
func correctRejected(t *testing.T, file string, said map[string]sheetMistake, right map[string]map[int]string) {
	t.Helper()
	workbook, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer workbook.Close()
	sheet := workbook.GetSheetName(0)
	lines, err := workbook.GetRows(sheet)
	if err != nil || len(lines) != 2+len(said) {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, line := range lines[2:] {
		m, findings := said[line[0]], line[len(sheetHeadings):]
		if len(findings) != 5 || !strings.Contains(findings[1], sheetHeadings[m.column]) || !strings.Contains(findings[2], m.said) || findings[3] == "" || findings[4] == "" {
			t.Errorf("row %s, %s with %q: %q", line[0], sheetHeadings[m.column], m.wrong, findings)
		}
		if several := line[0] == "1"; several != strings.Contains(findings[2], "1. ") || several != strings.Contains(findings[2], "\n2. ") {
			t.Errorf("row %s: %q", line[0], findings[2])
		}
		if m.wrong != "" && line[m.column] != m.wrong {
			t.Errorf("row %s has %q, not its own %q", line[0], line[m.column], m.wrong)
		}
		for column, value := range right[line[0]] {
			cell, _ := excelize.CoordinatesToCellName(column+1, i+3)
			if err := workbook.SetCellStr(sheet, cell, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := workbook.Save(); err != nil {
		t.Fatal(err)
	}
}

// sheetTexts are the rows as CSV in several encodings.
func sheetTexts(t *testing.T, rows [][]string) map[string][]byte {
	t.Helper()
	write := func(comma rune) []byte {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = comma
		if err := w.WriteAll(append([][]string{sheetHeadings}, rows...)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(write(','))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(write('\t'))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"utf-8.csv": write(','), "mark.csv": append([]byte("\xef\xbb\xbf"), write(';')...), "gb.csv": gb, "utf-16.txt": wide,
	}
}

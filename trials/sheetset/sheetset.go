// Package sheetset makes an office's table of certificates with mistakes, and its pictures.
package sheetset

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// Set is a table. Each mistake is in a row of its own; the first row has two.
type Set struct {
	Rows  [][]string
	said  map[string]mistake        // what is said, by the number in the first column
	right map[string]map[int]string // what is to be corrected, likewise
}

// Make makes the rows of 200 people or more from the first on, thirty of which have a mistake.
func Make(first, all int) Set {
	s := MakeRight(first, all)
	for n := range listMistakes(s.Rows[0]) {
		s.Spoil(6*n, n)
	}
	s.Rows[0][16] = "停用" // a second mistake, which the service does not see
	s.right[s.Rows[0][0]][16] = "有效"
	twice := s.Rows[199][5] // both rows of one number
	s.Rows[199][5] = s.Rows[198][5]
	for _, row := range s.Rows[198:] {
		s.said[row[0]] = mistake{column: 5, said: "重复"}
		s.right[row[0]] = map[int]string{5: row[5]}
	}
	s.right[s.Rows[199][0]] = map[int]string{5: twice}
	return s
}

// MakeRight makes rows without mistakes.
func MakeRight(first, all int) Set {
	s := Set{said: map[string]mistake{}, right: map[string]map[int]string{}}
	for i := range all {
		s.Rows = append(s.Rows, Row(i+1, seed.GenerateRow(first+i)))
	}
	return s
}

// Spoil makes the nth mistake in a row.
func (s Set) Spoil(i, n int) {
	row := s.Rows[i]
	m := listMistakes(row)[n]
	s.said[row[0]] = m
	s.right[row[0]] = map[int]string{m.column: row[m.column]}
	row[m.column] = m.wrong
}

// Correct corrects the rows.
func (s Set) Correct() {
	for _, row := range s.Rows {
		for column, value := range s.right[row[0]] {
			row[column] = value
		}
	}
}

// Headings are those of an office's own table, in an order of its own.
func Headings() []string {
	return []string{"序号", "姓名", "身份证号码", "性别", "出生年月日", "注册编号", "工作单位", "统一社会信用代码",
		"注册专业", "有效期起", "有效期至", "注册专业", "有效期起", "有效期至", "签发日期", "行政区划", "状态", "证件类型", "照片", "备注"}
}

// Row returns a row as an office writes it.
func Row(i int, r client.ReportRow) []string {
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

// mistake is a mistake in a row: the column, what stands there, and what the clerk is told.
type mistake struct {
	column      int
	wrong, said string
}

func listMistakes(row []string) []mistake {
	const name, id, sex, birth, number, uscc, specialty, from, to, issued, area, state, kind, photo = 1, 2, 3, 4, 5, 7, 8, 9, 10, 14, 15, 16, 17, 18
	idNo := row[id]
	check := map[bool]string{true: "1", false: "2"}[idNo[17] != '1']
	return []mistake{
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

// Write writes a workbook with a title above the headings, an empty row and a hidden sheet.
func Write(t testing.TB, file string, rows [][]string) {
	t.Helper()
	workbook := excelize.NewFile()
	defer workbook.Close()
	all := append([][]string{{"一级建造师注册证书人员名单"}, {}, Headings()}, rows...)
	for i, row := range all {
		for j, text := range row {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := workbook.SetCellStr("Sheet1", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	headings := Headings()
	_, err := workbook.NewSheet("旧表")
	for _, step := range []error{err, workbook.SetSheetRow("旧表", "A1", &headings), workbook.SetSheetVisible("旧表", false), workbook.MergeCell("Sheet1", "A1", "T1"), workbook.SaveAs(file)} {
		if step != nil {
			t.Fatal(step)
		}
	}
}

// WritePhotos writes four photos: one as it should be, one in another format, one too large, one of nobody.
func WritePhotos(t testing.TB, rows [][]string) (directory string) {
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

// WriteSignature writes the signature of a row's holder.
func WriteSignature(t testing.TB, row []string) (directory string) {
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

// CorrectRejected checks that each refused row says what is wrong, and corrects it in the workbook.
func (s Set) CorrectRejected(t testing.TB, file string) {
	t.Helper()
	workbook, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer workbook.Close()
	sheet := workbook.GetSheetName(0)
	lines, err := workbook.GetRows(sheet)
	if err != nil || len(lines) != 2+len(s.said) {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, line := range lines[2:] {
		m, findings := s.said[line[0]], line[len(Headings()):]
		if len(findings) != 5 || !strings.Contains(findings[1], Headings()[m.column]) || !strings.Contains(findings[2], m.said) || findings[3] == "" || findings[4] == "" {
			t.Errorf("row %s, %s with %q: %q", line[0], Headings()[m.column], m.wrong, findings)
		}
		if several := line[0] == "1"; several != strings.Contains(findings[2], "1. ") || several != strings.Contains(findings[2], "\n2. ") {
			t.Errorf("row %s: %q", line[0], findings[2])
		}
		if m.wrong != "" && line[m.column] != m.wrong {
			t.Errorf("row %s has %q, not its own %q", line[0], line[m.column], m.wrong)
		}
		for column, value := range s.right[line[0]] {
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

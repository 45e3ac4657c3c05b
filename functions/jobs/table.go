package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/jiazhu/jiazhu/shared/document/credential"
)

// mark is the byte order mark, by which a spreadsheet knows that a table is in UTF-8.
const mark = "\ufeff"

// writeTable writes the results as a table for spreadsheets.
func writeTable(entries []credential.ManifestEntry) []byte {
	var b bytes.Buffer
	b.WriteString(mark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(columns()) // a bytes.Buffer returns no error
	for _, e := range entries {
		for _, row := range rowsOf(e) {
			_ = w.Write(row.cells())
		}
	}
	w.Flush()
	return b.Bytes()
}

func columns() []string {
	return []string{"文件", "页码", "持证人", "注册编号", "核验结论", "说明", "使用期截止", "文件 SHA-256"}
}

// resultRow is a row of the table: a file, or a code on a page of a scan, which follows its file.
type resultRow struct {
	path, page, name, number, verdict, text, ends, sha256 string
	overall                                               string // the verdict, as the manifest names it
}

func (r resultRow) cells() []string {
	all := []string{r.path, r.page, r.name, r.number, r.verdict, r.text, r.ends, r.sha256}
	for i, cell := range all {
		all[i] = guardCell(cell)
	}
	return all
}

// guardCell keeps a spreadsheet from taking a text for a formula: what begins like one gets an apostrophe
// before it. Characters that show nothing are replaced.
func guardCell(text string) string {
	text = showText(text)
	if trimmed := strings.TrimLeft(text, " \u3000"); trimmed != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(trimmed)[0]) {
		return "'" + text
	}
	return text
}

// showText replaces characters that show nothing or change how others are shown.
func showText(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// rowsOf returns the rows of an entry.
func rowsOf(e credential.ManifestEntry) []resultRow {
	first := resultRow{path: e.Path, overall: e.Verdict, verdict: e.Name, text: e.Text, sha256: e.SHA256}
	if e.Claim != nil {
		first.name, first.number = e.Claim.Name, e.Claim.Number
	}
	if e.Ends != nil {
		first.ends = e.Ends.On.String()
		if first.text == "" {
			first.text = e.Ends.Text
		}
	}
	rows := []resultRow{first}
	if e.Scan == nil {
		return rows
	}
	for _, c := range e.Scan.Codes {
		row := resultRow{path: e.Path, page: strconv.Itoa(c.Page), overall: c.Verdict, verdict: c.Name, text: cmp.Or(c.Text, "二维码所指加注件"+c.Name), ends: c.Ends}
		if c.Claim != nil {
			row.name, row.number = c.Claim.Name, c.Claim.Number
		}
		rows = append(rows, row)
	}
	if len(e.Scan.Codes) == 0 {
		rows[0].text += "未找到本平台的二维码。"
	}
	if len(e.Scan.Unread) > 0 {
		rows[0].text += fmt.Sprintf("有%d处未能查找二维码。", len(e.Scan.Unread))
	}
	return rows
}

package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// mark is the byte order mark, by which a spreadsheet knows that a table is in UTF-8.
const mark = "\ufeff"

// writeTable writes the results as a table for spreadsheets.
func writeTable(entries []credential.ManifestEntry, asked credential.ReceiptQuestion) []byte {
	var b bytes.Buffer
	b.WriteString(mark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	words := listAsked(asked)
	header := columns()
	for _, word := range words {
		header = append(header, word.Label)
	}
	_ = w.Write(header) // a bytes.Buffer returns no error
	for _, e := range entries {
		for _, row := range rowsOf(e) {
			cells := append(row.cells(), e.AsOf.String(), e.CheckedAt.In(civil.Zone()).Format(time.DateTime))
			for _, word := range words {
				cells = append(cells, guardCell(word.Value))
			}
			_ = w.Write(cells)
		}
	}
	w.Flush()
	return b.Bytes()
}

func columns() []string {
	return []string{"文件", "页码", "持证人", "注册编号", "核验结论", "说明", "使用期截止", "文件 SHA-256", "使用日期", "核验时间"}
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
// before it. Characters that do not show are escaped.
func guardCell(text string) string {
	text = certificate.EscapeText(text)
	if trimmed := strings.TrimLeft(text, " \u3000"); trimmed != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(trimmed)[0]) {
		return "'" + text
	}
	return text
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
		row.text += scan.DescribeHost(c.LeadsTo).ZH
		if c.Claim != nil {
			row.name, row.number = c.Claim.Name, c.Claim.Number
		}
		rows = append(rows, row)
	}
	if len(e.Scan.Codes) == 0 && e.Scan.Several == 0 {
		rows[0].text += "未找到本平台的二维码。"
	}
	rows[0].text += scan.DescribeSeveral(e.Scan.Several).ZH
	rows[0].text += describeUnread(e.Scan.Unread)
	return rows
}

// describeUnread says on which pages no codes were searched, and why: one sentence for each reason.
func describeUnread(unread []credential.ManifestUnread) (text string) {
	var reasons []string
	pages := map[string][]int{}
	for _, u := range unread {
		if pages[u.Reason] == nil {
			reasons = append(reasons, u.Reason)
		}
		pages[u.Reason] = append(pages[u.Reason], u.Page)
	}
	for _, why := range reasons {
		text += namePages(pages[why]) + "未能查找二维码：" + scan.Why(why).Text().ZH + "。"
	}
	return text
}

// namePages names pages in their order, those that follow each other by the first and the last.
func namePages(pages []int) string {
	var names []string
	for i := 0; i < len(pages); {
		last := i
		for last+1 < len(pages) && pages[last+1] == pages[last]+1 && pages[i] > 0 {
			last++
		}
		switch {
		case pages[i] == 0:
			return "整个文件"
		case last == i:
			names = append(names, strconv.Itoa(pages[i]))
		default:
			names = append(names, fmt.Sprintf("%d–%d", pages[i], pages[last]))
		}
		i = last + 1
	}
	return "第 " + strings.Join(names, "、") + " 页"
}

package checker

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Form is how results are written.
type Form struct {
	JSON, CSV  bool // neither = a table for people
	Lang       string
	PassedOver int // files of an operating system, which the table states
	Question   verdict.Question
}

// Write writes the results.
func (f Form) Write(out io.Writer, results []Result) error {
	switch {
	case f.JSON:
		return writeJSON(out, results)
	case f.CSV:
		return f.writeCSV(out, results)
	}
	return f.writeTable(out, results)
}

// line is a line of the table and of the CSV: a file, or a code on a page of one that is no original.
type line struct {
	Result
	page int    // of the code; 0 of a file
	host string // to which the code leads
}

// listLines lists the files, each with the codes in it behind it.
func listLines(results []Result) (lines []line) {
	for _, r := range results {
		lines = append(lines, line{r, 0, ""})
		if r.Scan == nil {
			continue
		}
		for _, c := range r.Scan.Codes {
			lines = append(lines, line{Result{File: r.File, Report: c.Verdict}, c.Page, c.LeadsTo})
		}
	}
	return lines
}

// column is a column of the table and of the CSV.
type column struct {
	name  problem.Text
	value func(line) string
}

func columns(lang string) []column {
	ofSubject := func(value func(subject) string) func(line) string {
		return func(r line) string {
			if r.Subject == nil {
				return ""
			}
			return value(*r.Subject)
		}
	}
	return []column{
		{problem.Text{ZH: "文件", EN: "file"}, func(r line) string { return r.File }},
		{problem.Text{ZH: "页", EN: "page"}, func(r line) string {
			if r.page == 0 {
				return ""
			}
			return strconv.Itoa(r.page)
		}},
		{problem.Text{ZH: "姓名", EN: "name"}, ofSubject(func(s subject) string { return s.Name })},
		{problem.Text{ZH: "注册编号", EN: "number"}, ofSubject(func(s subject) string { return s.Number })},
		{problem.Text{ZH: "使用期止", EN: "last day"}, ofSubject(func(s subject) string { return s.Until.String() })},
		{problem.Text{ZH: "结论", EN: "verdict"}, func(r line) string { return r.Name }},
		{problem.Text{ZH: "原因", EN: "reason"}, func(r line) string {
			why := strings.TrimSpace(r.reason() + " " + r.Note)
			if r.Scan != nil {
				why = strings.Join(append([]string{why}, r.Scan.describeGaps(lang)...), " ")
			}
			return why + scan.DescribeHost(r.host).In(lang)
		}},
	}
}

// listAsked returns the columns of the CSV that say what was asked, by which a spreadsheet of several runs can
// be filtered.
func listAsked(q verdict.Question) []column {
	all := []column{
		{problem.Text{ZH: "使用日期", EN: "day asked about"}, func(r line) string { return r.AsOf.String() }},
		{problem.Text{ZH: "核验时间", EN: "checked at"}, func(r line) string { return r.CheckedAt.In(civil.Zone()).Format(time.DateTime) }},
	}
	for _, asked := range []struct {
		name problem.Text
		text string
	}{
		{problem.Text{ZH: "询问的专业", EN: "specialty asked for"}, q.Specialty},
		{problem.Text{ZH: "询问的事由", EN: "purpose asked for"}, q.Purpose},
		{problem.Text{ZH: "询问的接收单位", EN: "recipient asked for"}, q.Recipient},
	} {
		if asked.text != "" {
			all = append(all, column{asked.name, func(line) string { return asked.text }})
		}
	}
	return all
}

// widest is how many terminal columns a cell is padded to at most; a longer one moves its row.
const widest = 60

// longestName is how many characters of a name the table has.
const longestName = 2 * widest

// shortenName leaves the middle of a long name out.
func shortenName(name string) string {
	all := []rune(name)
	if len(all) <= longestName {
		return name
	}
	return string(all[:longestName/2]) + "…" + string(all[len(all)-longestName/2+1:])
}

// writeTable writes the results for people, aligned on a terminal, how many there are of each verdict, and
// how many files are not listed.
func (f Form) writeTable(out io.Writer, results []Result) error {
	lang := f.Lang
	all, listed := columns(lang), listLines(results)
	shared := findDirectory(results)
	all[0].value = func(r line) string { return strings.TrimPrefix(r.File, shared) }
	if len(listed) == len(results) {
		all = slices.Delete(all, 1, 2) // no pages
	}
	lines := make([][]string, len(listed)+1)
	widths := make([]int, len(all))
	for i, c := range all {
		lines[0] = append(lines[0], c.name.In(lang))
		for n, r := range listed {
			cell := certificate.EscapeText(c.value(r))
			if i == 0 {
				cell = shortenName(cell)
			}
			lines[n+1] = append(lines[n+1], cell)
		}
		for _, cells := range lines {
			widths[i] = max(widths[i], min(countColumns(cells[i]), widest))
		}
	}
	var text strings.Builder
	for _, cells := range lines {
		for i, cell := range cells {
			if i > 0 {
				text.WriteString("  ")
			}
			if i < len(cells)-1 {
				cell = padText(cell, widths[i])
			}
			text.WriteString(cell)
		}
		text.WriteString("\n")
	}
	text.WriteString(countVerdicts(results, lang) + "\n")
	if f.PassedOver > 0 {
		passedOver := problem.Text{ZH: "未列入：操作系统文件 %d 个", EN: "not listed: %d files of an operating system"}
		fmt.Fprintf(&text, passedOver.In(lang)+"\n", f.PassedOver)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// findDirectory returns the directory that all files are in, with the slash behind it.
func findDirectory(results []Result) string {
	if len(results) == 0 {
		return ""
	}
	shared := results[0].File
	for _, r := range results {
		shared = shared[:strings.LastIndexByte(shared, '/')+1]
		for !strings.HasPrefix(r.File, shared) {
			shared = shared[:strings.LastIndexByte(strings.TrimSuffix(shared, "/"), '/')+1]
		}
	}
	return shared
}

// countVerdicts says how many files there are of each verdict, and how many codes in those that are no
// originals.
func countVerdicts(results []Result, lang string) string {
	files, codes := map[verdict.Overall]int{}, map[verdict.Overall]int{}
	for _, r := range listLines(results) {
		if r.page == 0 {
			files[r.Verdict]++
		} else {
			codes[r.Verdict]++
		}
	}
	text := countOf(problem.Text{ZH: "共 %d 件", EN: "%d files"}, files, lang)
	if len(codes) > 0 {
		text += "\n" + countOf(problem.Text{ZH: "非原件内的二维码 %d 个", EN: "%d codes in files that are no originals"}, codes, lang)
	}
	return text
}

func countOf(what problem.Text, counts map[verdict.Overall]int, lang string) string {
	total := 0
	for _, n := range counts {
		total += n
	}
	text := fmt.Sprintf(what.In(lang), total)
	for _, v := range []verdict.Overall{verdict.Valid, verdict.Invalid, verdict.Unknown, verdict.GenuineReceipt} {
		if counts[v] > 0 {
			text += fmt.Sprintf(" · %s %d", v.Name().In(lang), counts[v])
		}
	}
	return text
}

// writeJSON writes each result as a line of JSON.
func writeJSON(out io.Writer, results []Result) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for _, r := range results {
		if err := e.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// writeCSV writes the results as CSV that a spreadsheet opens: in UTF-8 with its mark, with the digest of
// each file and what was asked, and without a cell that a spreadsheet takes for a formula.
func (f Form) writeCSV(out io.Writer, results []Result) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	lang := f.Lang
	all := append(columns(lang), column{problem.Text{ZH: "SHA-256", EN: "SHA-256"}, func(r line) string { return r.SHA256 }})
	all = append(all, listAsked(f.Question)...)
	listed := listLines(results)
	w := csv.NewWriter(out)
	w.UseCRLF = true
	lines := make([][]string, len(listed)+1)
	for _, c := range all {
		lines[0] = append(lines[0], c.name.In(lang))
		for n, r := range listed {
			lines[n+1] = append(lines[n+1], guardCell(certificate.EscapeText(c.value(r))))
		}
	}
	return w.WriteAll(lines)
}

// guardCell marks a text that a spreadsheet would calculate.
func guardCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}

// countColumns returns how many columns of a terminal a text takes; a Chinese character takes two.
func countColumns(text string) (columns int) {
	for _, r := range text {
		columns++
		if r >= '\u2e80' {
			columns++
		}
	}
	return columns
}

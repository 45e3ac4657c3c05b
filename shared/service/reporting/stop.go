package reporting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Stop is why no row of a file is imported from a certain one on.
type Stop string

// The reasons.
const (
	TooManyRows     Stop = "rows.most"
	TooManyRefused  Stop = "result.most"
	ClientWithdrawn Stop = "client.withdrawn"
	ClientNarrowed  Stop = "client.narrowed"
	FileRevoked     Stop = "revoked"
	FileCompressed  Stop = "file.compressed"
	FileEncoding    Stop = "file.encoding"
	FileArray       Stop = "file.array"
	FileIndented    Stop = "file.indented"
	FileCSV         Stop = "file.csv"
	FileText        Stop = "file.text"
	FileEmpty       Stop = "file.empty"
)

// MaxRows is how many rows of one file are imported.
const MaxRows = 5_000_000

// MostResult is how many bytes the refused rows of a file of this size may take. Rows of ordinary
// length may all be refused; a file of lines that are not rows is stopped early.
func MostResult(bytes int64) int64 { return min(max(1<<20, 2*bytes), 256<<20) }

// FindReporter finds the client that announced a file, and says why the file may not be imported
// now, "" if it may: the client is no longer in the settings, may no longer report, or not for
// everything it was permitted when it announced the file.
func FindReporter(clients []identity.Client, id string, then Permission) (identity.Client, Stop) {
	i := slices.IndexFunc(clients, func(c identity.Client) bool { return c.ID == id })
	if i < 0 || !clients[i].May(identity.ScopeReport) {
		return identity.Client{}, ClientWithdrawn
	}
	now := clients[i]
	for _, area := range then.Areas {
		if !slices.Contains(now.Areas, anyValue) && (area == anyValue || !covers(now.Areas, area)) {
			return now, ClientNarrowed
		}
	}
	for _, kind := range then.Schemes {
		if !slices.Contains(now.Schemes, anyValue) && !slices.Contains(now.Schemes, kind) {
			return now, ClientNarrowed
		}
	}
	return now, ""
}

// IsWholeFile reports whether the reason concerns the whole file and not only the rows after one.
func (s Stop) IsWholeFile() bool {
	return s == ClientWithdrawn || s == ClientNarrowed || strings.HasPrefix(string(s), "file.")
}

// oneObjectALine says what a file has to be.
var oneObjectALine = problem.Text{
	ZH: "请改为每行一个 JSON 对象（NDJSON）、UTF-8 编码、不压缩的文件后重新上报。",
	EN: "make it one JSON object a line (NDJSON), in UTF-8 and not compressed, and report it again.",
}

// stopText is what happened and what to do.
type stopText struct{ why, do problem.Text }

// stopTexts returns the text of every reason.
func stopTexts() map[Stop]stopText {
	return map[Stop]stopText{
		TooManyRows:     {problem.Text{ZH: fmt.Sprintf("一个文件最多接收 %d 条记录", MaxRows), EN: fmt.Sprintf("Of one file %d rows are taken in", MaxRows)}, problem.Text{ZH: "请将其余记录另分文件上报。", EN: "report the others in further files."}},
		TooManyRefused:  {problem.Text{ZH: "被拒绝的记录过多", EN: "Too many rows were refused"}, problem.Text{ZH: "请按结果文件更正后，将其余记录重新上报。", EN: "correct the rows as the result says, and report the others again."}},
		ClientWithdrawn: {problem.Text{ZH: "该客户端已不能上报", EN: "The client may not report any more"}, problem.Text{ZH: "请联系平台管理员。", EN: "ask the platform's administrator."}},
		ClientNarrowed:  {problem.Text{ZH: "登记文件后，该客户端的上报范围已缩小", EN: "The client may report for less than when it announced the file"}, problem.Text{ZH: "请按现有范围重新登记并上报。", EN: "announce the rows that it may report in a new file."}},
		FileRevoked:     {problem.Text{ZH: "该文件已撤回", EN: "The file was revoked"}, problem.Text{ZH: "如需上报，请重新登记文件。", EN: "announce a new file to report them."}},
		FileCompressed:  {problem.Text{ZH: "该文件是压缩包或 Excel 工作簿", EN: "The file is compressed, or an Excel workbook"}, oneObjectALine},
		FileEncoding:    {problem.Text{ZH: "该文件的编码不是 UTF-8（可能是 GBK 或 UTF-16）", EN: "The file is not in UTF-8, but perhaps in GBK or UTF-16"}, problem.Text{ZH: "请另存为 UTF-8 编码后重新上报。", EN: "save it as UTF-8 and report it again."}},
		FileArray:       {problem.Text{ZH: "该文件是一个 JSON 数组", EN: "The file is a JSON array"}, oneObjectALine},
		FileIndented:    {problem.Text{ZH: "该文件的 JSON 对象分成了多行", EN: "The file's JSON objects are spread over several lines"}, oneObjectALine},
		FileCSV:         {problem.Text{ZH: "该文件是 CSV 表格", EN: "The file is a CSV table"}, oneObjectALine},
		FileText:        {problem.Text{ZH: "该文件不是每行一个 JSON 对象", EN: "The file is not one JSON object a line"}, oneObjectALine},
		FileEmpty:       {problem.Text{ZH: "该文件没有记录，只有空行", EN: "The file has no row, only empty lines"}, problem.Text{ZH: "请检查导出结果后重新上报。", EN: "check what was exported, and report it again."}},
	}
}

// Text says from which row on nothing was imported, why, and what to do.
func (s Stop) Text(row int64) problem.Text {
	t, found := stopTexts()[s]
	if !found {
		return problem.Text{}
	}
	return problem.Text{
		ZH: fmt.Sprintf("%s，自第 %d 条记录起均未接收。%s", t.why.ZH, row, t.do.ZH),
		EN: fmt.Sprintf("%s; from row %d on nothing was taken in: %s", t.why.EN, row, t.do.EN),
	}
}

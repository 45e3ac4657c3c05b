package checker

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// TestTheTablesSayWhereACodeLeads, and the CSV also what was asked, and when it was judged.
func TestTheTablesSayWhereACodeLeads(t *testing.T) {
	day, _ := civil.Parse("2026-12-01")
	report := Report{Verdict: verdict.Unknown, Name: "无法确认", AsOf: day, CheckedAt: time.Date(2026, 11, 30, 1, 2, 3, 0, time.UTC)}
	name := "a" + strings.Repeat("长", 3000) + "\u3164.pdf"
	file := Result{File: name, Report: report}
	file.Scan = &foundCodes{Pages: 1, Several: 1, Codes: []foundCode{{Page: 1, LeadsTo: "evil.example", Verdict: report}, {Page: 1, LeadsTo: "?", Verdict: report}}}
	asked := verdict.Question{AsOf: day, Purpose: "=投标"}
	var table, sheet strings.Builder
	if err := (Form{Lang: "zh", Question: asked}).Write(&table, []Result{file}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"（二维码指向 evil.example）", "请勿用手机扫描", "有 1 个二维码各含本平台的多个", "长…长", `\u3164.pdf`} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("%q is not in %.900s", want, table.String())
		}
	}
	if strings.Count(table.String(), "长") > 3*longestName {
		t.Error("the name is not shortened")
	}
	if err := (Form{CSV: true, Lang: "zh", Question: asked}).Write(&sheet, []Result{file}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(sheet.String())).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if head := strings.Join(rows[0], " "); !strings.HasSuffix(head, " SHA-256 使用日期 核验时间 询问的事由") {
		t.Error(head)
	}
	for _, row := range rows[1:] {
		if got := strings.Join(row[len(row)-3:], " "); got != "2026-12-01 2026-11-30 09:02:03 '=投标" || strings.Count(row[0], "长") != 3000 {
			t.Errorf("%.20q: %s", row, got)
		}
	}
	if !strings.HasSuffix(rows[2][6], "（二维码指向 evil.example）") {
		t.Errorf("%q", rows[2][6])
	}
}

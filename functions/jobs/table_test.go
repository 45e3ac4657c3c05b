package main

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// TestTheTableSaysWhatWasAsked, when each file was judged and where its codes lead, and its names do not look alike.
func TestTheTableSaysWhatWasAsked(t *testing.T) {
	day, _ := civil.Parse("2026-12-01")
	found := &credential.ManifestScan{Pages: 1, Several: 1, Codes: []credential.ManifestCode{{Page: 1, LeadsTo: "evil.example", Verdict: "valid", Name: "有效"}}}
	entry := credential.ManifestEntry{Path: "甲.pdf", AsOf: day, CheckedAt: time.Date(2026, 11, 30, 1, 2, 3, 0, time.UTC), Verdict: "unknown", Name: "无法确认", Scan: found}
	other := entry
	other.Path, other.Scan = "甲\u3164.pdf", nil
	table := writeTable([]credential.ManifestEntry{entry, other}, credential.ReceiptQuestion{AsOf: day, Recipient: "某公司"})
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(table), mark))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%q, %v", rows, err)
	}
	if head := strings.Join(rows[0][7:], " "); head != "文件 SHA-256 使用日期 核验时间 询问的接收单位" {
		t.Error(head)
	}
	for _, row := range rows[1:] {
		if got := strings.Join(row[8:], " "); got != "2026-12-01 2026-11-30 09:02:03 某公司" {
			t.Errorf("%q", row)
		}
	}
	if rows[3][0] != `甲\u3164.pdf` || !strings.HasSuffix(rows[2][5], "（二维码指向 evil.example）") || !strings.Contains(rows[1][5], "有 1 个二维码") {
		t.Errorf("%q", rows)
	}
}

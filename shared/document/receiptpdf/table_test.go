package receiptpdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func someTable(rows int) Table {
	t := Table{
		Title: "电子证照批量核验结果", ID: "01M833FGAR0000000000000001", At: time.Date(2026, 11, 24, 12, 0, 0, 0, civil.Zone()),
		Facts:   []Fact{{"核验单位", "某招标代理（身份已证实，tenders）"}, {"使用日期", "2027年1月5日"}},
		Columns: []Column{{"序号", 11}, {"文件", 74}, {"页码", 11}, {"持证人", 18}, {"注册编号", 38}, {"核验结论", 20}, {"说明", 66}, {"使用期截止", 23}},
		Notes:   []string{"本表由附随的签名清单生成。"}, Test: true, Signed: "e30.e30.c2ln",
	}
	for i := range rows {
		r := TableRow{[]string{fmt.Sprint(i + 1), fmt.Sprintf("投标人%02d/证书.pdf", i), "", "张*", "京1112019202000001", "有效", "", "2027-05-22"}, Good}
		if i%7 == 3 {
			r = TableRow{[]string{fmt.Sprint(i + 1), strings.Repeat("很长的目录/", 8) + "改过.pdf", "3", "", "", "无效", "内容与签名不符，以下信息均不可信。请向持证人索取原文件，或扫描证照上的二维码核验。", ""}, Bad}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func TestATableHasAsManyPagesAsItsRowsNeed(t *testing.T) {
	p := newPrinter(t)
	for rows, pages := range map[int]int{1: 1, 25: 2, 500: 19} {
		data, err := p.PrintTable(someTable(rows), 5)
		if err != nil {
			t.Fatal(err)
		}
		again, err := p.PrintTable(someTable(rows), 5)
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("%d rows are drawn otherwise the second time: %v", rows, err)
		}
		checkWithQPDF(t, data)
		w := &tableWriter{pageWriter: pageWriter{printer: p, size: cellSize}, table: someTable(rows), result: 5}
		if err := w.write(); err != nil || len(w.pages) != pages {
			t.Errorf("%d rows are on %d pages, want %d: %v", rows, len(w.pages), pages, err)
		}
	}
}

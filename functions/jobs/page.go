package main

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/receiptpdf"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// newPrinter opens the font when the first pages are drawn, because a request needs none.
func newPrinter() func() (*receiptpdf.Printer, error) {
	return sync.OnceValues(func() (*receiptpdf.Printer, error) {
		fonts, err := font.Load()
		if err != nil {
			return nil, fmt.Errorf("opening the fonts: %w", err)
		}
		return receiptpdf.New(font.NewSet(fonts.Faces...)), nil
	})
}

// drawPages draws the results as pages for the file, whose signed manifest is signed.
func (a *app) drawPages(m credential.Manifest, signed string) ([]byte, error) {
	printer, err := a.printer()
	if err != nil {
		return nil, err
	}
	t := receiptpdf.Table{
		Title: "电子证照批量核验结果", ID: m.Job, At: m.At, Test: m.Test, Signed: signed, Facts: factsOf(m),
		Columns: []receiptpdf.Column{
			{Label: "序号", Width: 11}, {Label: "文件", Width: 74}, {Label: "页码", Width: 11}, {Label: "持证人", Width: 18}, {Label: "注册编号", Width: 38},
			{Label: "核验结论", Width: 20}, {Label: "说明", Width: 66}, {Label: "使用期截止", Width: 23},
		},
		Notes: []string{
			"本表由附随的签名清单 " + manifestFile.name + " 生成，未另行签名；以签名清单为准。清单列出压缩包内每一个文件及其 SHA-256，增删改任何一行均可发现。",
			"清单证明各文件核验时的结论，不证明此后仍然如此，也不能代替被核验的文件。" + verdict.Reminder().ZH + "。",
			"离线核对签名：公钥见 " + m.Service + "/.well-known/jwks.json 。签名密钥：" + credential.KeyIDOf(signed) + "。清单的摘要（右侧二维码同）：",
		},
	}
	const resultColumn = 5
	for i, e := range m.Entries {
		for n, r := range rowsOf(e) {
			number := ""
			if n == 0 {
				number = strconv.Itoa(i + 1)
			}
			t.Rows = append(t.Rows, receiptpdf.TableRow{
				Cells: []string{number, certificate.EscapeText(r.path), r.page, r.name, r.number, r.verdict, certificate.EscapeText(r.text), r.ends}, Tone: toneOf(r.overall),
			})
		}
	}
	return printer.PrintTable(t, resultColumn)
}

func factsOf(m credential.Manifest) []receiptpdf.Fact {
	q, counts := m.Question, map[verdict.Overall]int{}
	for _, e := range m.Entries {
		counts[verdict.Overall(e.Verdict)]++
	}
	valid, invalid := counts[verdict.Valid], counts[verdict.Invalid]
	sum := fmt.Sprintf("共 %d 个文件：有效 %d，无效 %d，无法确认及其他 %d", m.Count, valid, invalid, m.Count-valid-invalid)
	if m.PassedOver > 0 {
		sum += fmt.Sprintf("；另有操作系统文件 %d 个未列入", m.PassedOver)
	}
	facts := []receiptpdf.Fact{
		{Label: "核验结论", Value: sum},
		{Label: "核验单位", Value: m.Asker.ClientName + "（身份已证实，" + m.Asker.Client + "）"},
		{Label: "核验完成", Value: m.At.In(civil.Zone()).Format("2006年1月2日 15:04:05")},
		{Label: "使用日期", Value: dayOf(q.AsOf)},
	}
	facts = append(facts, listAsked(q)...)
	return append(facts, receiptpdf.Fact{Label: "压缩包 SHA-256", Value: m.Archive.SHA256})
}

// listAsked lists what was asked besides the day.
func listAsked(q credential.ReceiptQuestion) (facts []receiptpdf.Fact) {
	for _, asked := range []receiptpdf.Fact{{Label: "询问的专业", Value: q.Specialty}, {Label: "询问的事由", Value: q.Purpose}, {Label: "询问的接收单位", Value: q.Recipient}} {
		if asked.Value != "" {
			facts = append(facts, asked)
		}
	}
	return facts
}

// dayOf says which day was asked about.
func dayOf(asOf civil.Date) string {
	if asOf.IsZero() {
		return "未指定，以核验当日为准"
	}
	return asOf.InText()
}

func toneOf(overall string) receiptpdf.Tone {
	switch verdict.Overall(overall) {
	case verdict.Valid:
		return receiptpdf.Good
	case verdict.Invalid:
		return receiptpdf.Bad
	}
	return receiptpdf.Unsure
}

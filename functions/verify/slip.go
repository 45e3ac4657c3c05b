package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/render/font"
	"github.com/jiazhu/jiazhu/shared/render/slip"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// lazyPrinter opens the fonts when the first receipt is printed. Most
// verifications want none, and need not wait for it.
type lazyPrinter struct{ open func() (*slip.Printer, error) }

func newLazyPrinter() lazyPrinter {
	return lazyPrinter{sync.OnceValues(func() (*slip.Printer, error) {
		fonts, err := font.Load()
		if err != nil {
			return nil, fmt.Errorf("opening the fonts: %w", err)
		}
		return slip.New(fonts), nil
	})}
}

// Print prints one receipt.
func (l lazyPrinter) Print(ctx context.Context, s slip.Slip) ([]byte, error) {
	p, err := l.open()
	if err != nil {
		return nil, err
	}
	return p.Print(ctx, s)
}

// slipOf is a receipt's page. It is in Chinese whoever asks: it goes into a
// Chinese file.
func (a *app) slipOf(r *api.Request, q inquiry, receipt string) slip.Slip {
	s := slip.Slip{
		ID: q.id, At: r.Time, Verdict: q.verdict.Overall.Name().ZH, Tone: tone(q.verdict.Overall),
		Facts: a.facts(r, q), Test: a.test, Receipt: receipt, Attachment: evidence.ReceiptAttachment,
		Notes: []string{
			"本页由附件 " + evidence.ReceiptAttachment + " 生成，未另行签名；以附件中经签名的回执为准。签名密钥：" + credential.ReceiptKeyID(a.receipts) + "。",
			"再次核验：将本文件或附件提交至 " + a.origin + "/v ，或向 " + a.origin + "/v1/verifications 提交附件内容（application/jose）。",
			"离线核对签名：公钥见 " + a.origin + "/.well-known/jwks.json 。回执证明出具时的核验结果，不证明此后仍然如此。",
			"附件的摘要（右侧二维码同）：",
		},
	}
	for _, f := range q.verdict.Findings {
		s.Rows = append(s.Rows, slip.Row{Label: label(f.Check), Result: result(f.Result), Text: f.Text.ZH, Tone: toneOf(f.Result)})
	}
	return s
}

func (a *app) facts(r *api.Request, q inquiry) []slip.Fact {
	var facts []slip.Fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, slip.Fact{Label: label, Value: value})
		}
	}
	add("回执编号", q.id)
	add("核验时间", r.Time.In(civil.Zone()).Format("2006-01-02 15:04:05 -07:00"))
	add("核验服务", a.origin)
	if r.Client != nil {
		add("核验单位", r.Client.Name+"（已认证，"+r.Client.ID+"）")
	}
	if q.asked.asker != "" {
		add("核验人（自称）", q.asked.asker)
	}
	add("提交内容", given(q.evidence.Kind))
	add("内容 SHA-256", q.asked.digest())
	if s := q.verdict.Subject; s != nil {
		add("注册编号", s.Number)
		add("持证人", s.Name)
		if !s.From.IsZero() {
			add("使用有效期", s.From.Chinese()+"至"+s.Until.Chinese())
		}
	}
	add("核验日期", q.verdict.AsOf.Chinese())
	add("询问专业", q.asked.question.Specialty)
	add("询问事由", q.asked.question.Purpose)
	add("询问使用对象", q.asked.question.Recipient)
	if e := q.verdict.Ends; e != nil {
		add("截止", e.Text.ZH)
	}
	if q.verdict.Newer {
		add("另有新件", "同一证书另有较新的加注件")
	}
	return facts
}

func tone(o verdict.Overall) slip.Tone {
	switch o {
	case verdict.Valid:
		return slip.Good
	case verdict.Invalid:
		return slip.Bad
	default:
		return slip.Unsure
	}
}

func toneOf(r verdict.Result) slip.Tone {
	switch r {
	case verdict.Pass:
		return slip.Good
	case verdict.Fail:
		return slip.Bad
	case verdict.Unsure:
		return slip.Unsure
	default:
		return slip.Plain
	}
}

func given(kind verdict.Kind) string {
	switch kind {
	case verdict.Token:
		return "二维码"
	case verdict.PDF:
		return "PDF 文件"
	case verdict.OFD:
		return "OFD 文件"
	case verdict.Number:
		return "注册编号和姓名"
	case verdict.Receipt:
		return "核验回执"
	default:
		return "文件"
	}
}

func label(c verdict.Check) string {
	switch c {
	case verdict.Integrity:
		return "完整性"
	case verdict.Issuer:
		return "签发机关"
	case verdict.Numbers:
		return "编码"
	case verdict.Certificate:
		return "证书状态"
	case verdict.Copy:
		return "加注件"
	case verdict.Specialty:
		return "专业"
	case verdict.Purpose:
		return "事由与对象"
	case verdict.Reliance:
		return "使用当日"
	case verdict.Freshness:
		return "现势"
	case verdict.Paper:
		return "纸质件"
	}
	return string(c)
}

func result(r verdict.Result) string {
	switch r {
	case verdict.Pass:
		return "通过"
	case verdict.Fail:
		return "不通过"
	case verdict.Unsure:
		return "无法确认"
	default:
		return "—"
	}
}

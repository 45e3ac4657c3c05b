// Package receiptpage draws the page of a receipt (核验回执): a PDF for filing, with
// the signed receipt attached. The page is determined by the receipt, so anyone with
// the receipt can draw it again, and a page that differs by one byte does not belong
// to it.
//
// The bytes depend on nothing else: one font, whatever other fonts a program has; no
// clock; no numbers that machines round differently. A test pins the digest of one
// page.
package receiptpage

import (
	"errors"
	"fmt"
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/receiptpdf"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Attachment is the file name of the signed receipt in the page.
const Attachment = "receipt.jws"

// ErrNone reports a receipt without a page: one of version 1, which does not hold
// everything its page showed, or one whose texts do not fit on a page.
var ErrNone = errors.New("receiptpage: the receipt has no page")

// Drawer draws pages. It opens the font when the first page is drawn, because most
// verifications need none. It is safe for concurrent use.
type Drawer struct {
	open func() (*receiptpdf.Printer, error)
}

// New returns a Drawer.
func New() Drawer {
	return Drawer{sync.OnceValues(func() (*receiptpdf.Printer, error) {
		fonts, err := font.Load()
		if err != nil {
			return nil, fmt.Errorf("receiptpage: open the fonts: %w", err)
		}
		return receiptpdf.New(font.NewSet(fonts.Faces[0])), nil
	})}
}

// Draw draws the page of a receipt, whose compact JWS is text. The page is in Chinese,
// whatever the language of the request, because it is filed in China. The error is or
// wraps ErrNone, or says why nothing can be drawn.
func (d Drawer) Draw(r credential.Receipt, text string) ([]byte, error) {
	if r.Format == "" {
		return nil, ErrNone
	}
	p, err := d.open()
	if err != nil {
		return nil, err
	}
	page, err := p.Print(receiptOf(r, text))
	if errors.Is(err, receiptpdf.ErrFull) {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	return page, err
}

func receiptOf(r credential.Receipt, text string) receiptpdf.Receipt {
	s := receiptpdf.Receipt{
		ID: r.ID, At: r.At, Verdict: "核验时的结论：" + verdict.Overall(r.Verdict.Overall).Name().ZH,
		Facts: factsOf(r), Test: r.Test, Receipt: text, Attachment: Attachment, Notes: notesOf(r, credential.KeyIDOf(text)),
	}
	for _, c := range r.Verdict.Checks {
		result := verdict.Result(c.Result)
		s.Rows = append(s.Rows, receiptpdf.Row{Label: labelOf(verdict.Check(c.Check)), Result: nameOf(result), Text: c.Text, Tone: toneOf(result)})
	}
	return s
}

// notesOf returns the lines at the foot for the receipt's version.
func notesOf(r credential.Receipt, key string) []string {
	drawn := "本页由附件 " + Attachment + " 生成，未另行签名；与附件不一致的页面无效。签名密钥：" + key + "。"
	const digest = "附件的摘要（右侧二维码同）："
	if r.Format == credential.ReceiptFormat2 {
		return []string{
			drawn,
			"再次核验：将本文件或附件提交至 " + r.Service + "/v ，或向 " + r.Service + "/v1/verifications 提交附件内容（application/jose）。",
			"离线核对签名：公钥见 " + r.Service + "/.well-known/jwks.json 。回执证明出具时的核验结果，不证明此后仍然如此，也不能代替被核验的文件。",
			digest,
		}
	}
	return []string{
		drawn,
		"回执证明出具时的核验结果，不证明此后仍然如此，也不能代替被核验的文件。",
		"再次核验：将本文件或附件提交至 " + r.Service + "/v",
		"程序核验：向 " + r.Service + "/v1/verifications 提交附件（application/jose）",
		"离线核对签名：公钥见 " + r.Service + "/.well-known/jwks.json",
		digest,
	}
}

// askerOf returns who asked, in the form of the receipt's version: the authenticated
// organisation and, separately, the name the caller stated.
func askerOf(r credential.Receipt) []receiptpdf.Fact {
	proven, stated := r.Asker.Client != "", endorsement.Quote(r.Asker.SelfStated())
	if r.Format == credential.ReceiptFormat2 {
		facts := []receiptpdf.Fact{{Label: "核验人（自称）", Value: stated}}
		if proven {
			facts = append([]receiptpdf.Fact{{Label: "核验单位", Value: r.Asker.ClientName + "（已认证，" + r.Asker.Client + "）"}}, facts...)
		}
		return facts
	}
	facts := []receiptpdf.Fact{{Label: "核验单位", Value: "身份未经证实"}}
	if proven {
		facts[0].Value = r.Asker.ClientName + "（身份已证实，" + r.Asker.Client + "）"
	}
	if stated != "" {
		stated = "自称（未经证实）：" + stated
	}
	return append(facts, receiptpdf.Fact{Label: "核验人", Value: stated})
}

func factsOf(r credential.Receipt) []receiptpdf.Fact {
	var facts []receiptpdf.Fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, receiptpdf.Fact{Label: label, Value: value})
		}
	}
	add("回执编号", r.ID)
	add("核验时间", r.At.In(civil.Zone()).Format("2006-01-02 15:04:05 -07:00"))
	add("核验服务", r.Service)
	for _, f := range askerOf(r) {
		add(f.Label, f.Value)
	}
	add("提交内容", describeGiven(verdict.Kind(r.Given.Kind)))
	add("内容 SHA-256", r.Given.SHA256)
	if c := r.Claim; c != nil {
		add("注册编号", c.Number)
		add("持证人", c.Name)
		if !c.From.IsZero() {
			add("使用有效期", c.From.InText()+"至"+c.Until.InText())
		}
	}
	add("加注件摘要", r.CopyDigest)
	add("使用日期", r.Verdict.AsOf.InText())
	add("询问专业", endorsement.Quote(r.Question.Specialty))
	add("询问用途", endorsement.Quote(r.Question.Purpose))
	add("询问接收单位", endorsement.Quote(r.Question.Recipient))
	if e := r.Verdict.Ends; e != nil {
		add("截止", e.Text)
	}
	if r.Verdict.Newer {
		add("另有新件", "同一证书另有较新的加注件")
	}
	return facts
}

func toneOf(r verdict.Result) receiptpdf.Tone {
	switch r {
	case verdict.Pass:
		return receiptpdf.Good
	case verdict.Fail:
		return receiptpdf.Bad
	case verdict.Unsure:
		return receiptpdf.Unsure
	default:
		return receiptpdf.Plain
	}
}

func describeGiven(kind verdict.Kind) string {
	switch kind {
	case verdict.Token:
		return "二维码"
	case verdict.PDF:
		return "PDF 文件"
	case verdict.OFD:
		return "OFD 文件"
	case verdict.Number:
		return "注册编号和姓名"
	default:
		return "文件"
	}
}

func labelOf(c verdict.Check) string {
	switch c {
	case verdict.Integrity:
		return "完整性"
	case verdict.Issuer:
		return "签发机关"
	case verdict.Numbers:
		return "编号"
	case verdict.Certificate:
		return "证书状态"
	case verdict.Copy:
		return "加注件"
	case verdict.Specialty:
		return "专业"
	case verdict.Purpose:
		return "用途与接收单位"
	case verdict.Reliance:
		return "使用日期当日"
	case verdict.Freshness:
		return "实时状态"
	case verdict.SealState:
		return "印章状态"
	case verdict.PrintedWords:
		return "纸面与登记"
	case verdict.Paper:
		return "纸质件"
	}
	return string(c)
}

func nameOf(r verdict.Result) string {
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

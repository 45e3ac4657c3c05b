package forgery

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// VoidCopy is a genuine copy that is worth nothing any more, or not yet, and what made it so. Its receipt is
// of the time when it was good.
type VoidCopy struct {
	What   string
	Copy   Copy
	Hidden bool // nothing of its holder may be shown: they withdrew it, or are the holder no more
}

// HolderCopies is what a dishonest holder has.
type HolderCopies struct {
	Void   []VoidCopy
	NotYet Copy // good from the day after tomorrow on
	Day    Copy // good today alone
	Today  civil.Date
}

type dishonestHolder struct {
	forgeryList
	genuine  Genuine
	renderer *Renderer
	copies   HolderCopies
}

// ByHolder makes what a holder does with copies of their own.
func ByHolder(g Genuine, press *Renderer, has HolderCopies) ([]Forgery, error) {
	h := &dishonestHolder{forgeryList: forgeryList{attacker: Holder}, genuine: g, renderer: press, copies: has}
	h.addVoidCopies()
	h.relyOnOtherDays()
	h.exchangeParts()
	h.requestImitations()
	return h.forgeries, h.err
}

// addCopy hands a copy's files and code in, for a day. Told is whether an organisation may be told its
// holder's name.
func (h *dishonestHolder) addCopy(name string, c Copy, day civil.Date, told bool) {
	for _, f := range []struct {
		form Form
		data []byte
	}{{PDF, c.PDF}, {OFD, c.OFD}, {Token, []byte(c.Token())}, {Token, []byte(c.Link)}} {
		as := string(f.form)
		if f.form == Token && len(f.data) == len(c.Link) {
			as = "link"
		}
		h.put(Forgery{Form: f.form, Name: name + ", " + as, Data: f.data, AsOf: day, Told: told})
	}
}

// addVoidCopies hands in what is good no more, and the receipts of when it was.
func (h *dishonestHolder) addVoidCopies() {
	for _, v := range h.copies.Void {
		h.beginKind("a copy that is good no more, or not yet")
		h.addCopy(v.What, v.Copy, civil.Date{}, !v.Hidden)
		h.beginKind("the receipt of a copy that is good no more")
		h.put(Forgery{Form: Receipt, Name: v.What + ", as text", Data: []byte(v.Copy.Receipt.Text), Signed: true})
		h.put(Forgery{Form: PDF, Name: v.What + ", as a page", Data: v.Copy.Receipt.Page, Signed: true})
		h.beginKind("a drawn page with the receipt of a copy that is good no more")
		h.drawPDF(h.renderer, []change{{v.What, unchangedPage().do}}, func(c change, of Copy) (draft, error) {
			d, err := c.changedDraft(of)
			d.attachment = receiptText(of.Receipt.Text)
			return d, err
		}, v.Copy, nil)
	}
}

// relyOnOtherDays relies on good copies on days for which they are not.
func (h *dishonestHolder) relyOnOtherDays() {
	h.beginKind("a good copy on a day that is not its own")
	until := h.genuine.Copy.Says.UseUntil
	for _, d := range []named[civil.Date]{
		{"the day after its last", until.AddDays(1)}, {"a year after its last", until.AddYears(1)}, {"2036", forgedLastDay()},
		{"the day before it was made", h.genuine.Copy.Says.UseFrom.AddDays(-1)},
	} {
		h.addCopy(d.name, h.genuine.Copy, d.what, true)
	}
	h.addCopy("of one day, the day after", h.copies.Day, h.copies.Today.AddDays(1), true)
	h.addCopy("from the day after tomorrow, today", h.copies.NotYet, civil.Date{}, true)
	h.addCopy("from the day after tomorrow, today by name", h.copies.NotYet, h.copies.Today, true)
}

// exchangeParts exchanges things between two copies of the same holder.
func (h *dishonestHolder) exchangeParts() {
	own := h.genuine
	own.Other = h.genuine.Second
	ofAnother := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(part string) bool { return strings.Contains(name, part) })
	}
	h.beginKind("PDF: parts of the holder's other copy")
	edits, err := own.pdfEdits()
	if err != nil {
		h.fail("edits", err)
		return
	}
	for _, e := range edits {
		if !ofAnother([]string{"JSON of another", "code of another", "lines of another"}, e.name) {
			continue
		}
		h.try(PDF, e.name, func() ([]byte, error) {
			f, err := openPDF(own.Copy.PDF)
			if err == nil {
				err = e.do(f)
			}
			if err != nil {
				return nil, err
			}
			return f.bytes(), nil
		})
	}
	h.beginKind("OFD: parts of the holder's other copy")
	packed, err := own.ofdEdits()
	if err != nil {
		h.fail("edits", err)
		return
	}
	for _, e := range packed {
		if !ofAnother([]string{"JSON of another", "code of another", "page of another", "metadata of another copy"}, e.name) {
			continue
		}
		h.try(OFD, e.name, func() ([]byte, error) {
			o, err := openOFD(own.Copy.OFD)
			if err == nil {
				err = e.do(o)
			}
			if err != nil {
				return nil, err
			}
			return o.bytes(), nil
		})
	}
	h.try(OFD, "the signature of the other copy", func() ([]byte, error) {
		o, err := openOFD(own.Copy.OFD)
		if err != nil {
			return nil, err
		}
		o.find("SignedValue.dat").set(own.Second.Value)
		return o.bytes(), nil
	})
	h.beginKind("PDF: one copy's page with the number and JSON of the other, unsigned")
	h.drawPDF(h.renderer, []change{
		{"the number of the other copy", func(d *draft) { d.contents.CopyID = own.Second.Says.CopyID }},
		{"the number and code of the other copy", func(d *draft) { d.contents.CopyID, d.contents.QR = own.Second.Says.CopyID, own.Second.Link }},
	}, change.consistentDraft, own.Copy, nil)
	h.beginKind("code: parts of the holder's two codes")
	a, b := strings.Split(own.Copy.Token(), "."), strings.Split(own.Second.Token(), ".")
	h.text(Token, "the words of one, the signature of the other", a[0]+"."+a[1]+"."+b[2])
	h.text(Token, "the words of the other, the signature of one", a[0]+"."+b[1]+"."+a[2])
}

// requestImitations asks for copies whose purpose or recipient imitates what the seal's side of the panel says.
func (h *dishonestHolder) requestImitations() {
	in := func(kind string, list []string, ask func(text string) map[string]any) {
		h.beginKind(kind)
		for i, text := range list {
			data, err := json.Marshal(ask(text))
			if err != nil {
				h.fail(text, err)
				return
			}
			h.add(Ask, fmt.Sprintf("%02d %s", i+1, text), data)
		}
	}
	texts := Imitations()
	in("words: a recipient that imitates the panel", texts, func(text string) map[string]any {
		return map[string]any{"recipient": map[string]string{"name": text}}
	})
	in("words: a purpose that imitates the panel", texts, func(text string) map[string]any {
		return map[string]any{"purpose": map[string]string{"kind": "其他", "text": text}}
	})
	in("words: a project code that imitates the panel", texts[:6], func(text string) map[string]any {
		return map[string]any{"purpose": map[string]string{"kind": "投标", "projectCode": text}}
	})
}

// Imitations are words of a holder that read like those of the issuer: labels of the face, a window of
// their own, another number, and the same in characters that look alike.
func Imitations() []string {
	return []string{
		"任何单位　　使用有效期：2036年05月28日",
		"示例单位 使用有效期：2026年11月29日至2036年5月28日",
		"示例单位，有效期至2036年5月28日",
		"有效期2036-05-28",
		"长期使用，有效期：2036.05.28",
		"使用有效期长期",
		"注册编号：京1112036203600001",
		"姓名：李四",
		"姓　名：李四",
		"聘用企业：某某建设集团有限公司",
		"注册专业：铁路工程（有效期：2026-01-01至2036-01-01）",
		"发证机关：中华人民共和国住房和城乡建设部",
		"签发日期：2036年1月1日",
		"性别：女",
		"出生日期：1990年1月1日",
		"个人签名：",
		"签名日期：2036年1月1日",
		"电子证照标识：1.2.156.3005.2",
		"加注件编号：01M8JBGDNJ3ESMTZBGMRHZ426B",
		"使用有效期∶2036年05月28日", // a ratio for the colon
		"使用有效期:2036年05月28日", // ASCII
		"使 用 有 效 期：2036年05月28日",
		"使用有效⽇期：2036年05⽉28⽇", // Kangxi radicals
		"使⽤有效期：2036年05月28日",  // a Kangxi radical
		"使用有效期：２０３６年０５月２８日",  // full width
		"使用有效期：2036 年 05 月 28 日",
		"使用有效期：二〇三六年五月二十八日",
		"使用有效期：貳零叁陸年",
		"使用有効期：2036年5月28日",
		"使用有效朞：2036年5月28日",
	}
}

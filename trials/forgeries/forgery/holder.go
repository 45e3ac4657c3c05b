package forgery

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
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
	copies HolderCopies
}

// ByHolder makes what a holder does with copies of their own.
func ByHolder(g Genuine, renderer *Renderer, has HolderCopies) ([]Forgery, error) {
	list := forgeryList{ctx: context.Background(), attacker: Holder, genuine: g, renderer: renderer}
	h := &dishonestHolder{forgeryList: list, copies: has}
	return h.run(h.addVoidCopies, h.relyOnOtherDays, h.exchangeParts, h.requestImitations)
}

// addCopy hands a copy's files and code in, for a day. Disclosable is whether an organisation may be shown its
// holder's name.
func (h *dishonestHolder) addCopy(name string, c Copy, day civil.Date, disclosable bool) {
	for _, f := range []struct {
		form Form
		data []byte
	}{{PDF, c.PDF}, {OFD, c.OFD}, {Token, []byte(c.Token())}, {Token, []byte(c.Link)}} {
		as := string(f.form)
		if f.form == Token && len(f.data) == len(c.Link) {
			as = "link"
		}
		h.put(Forgery{Form: f.form, Name: name + ", " + as, Data: f.data, AsOf: day, Disclosable: disclosable})
	}
}

// addVoidCopies hands in copies that are no longer valid, and the receipts of when they were.
func (h *dishonestHolder) addVoidCopies() {
	for _, v := range h.copies.Void {
		h.beginKind("a copy that is good no more, or not yet")
		h.addCopy(v.What, v.Copy, civil.Date{}, !v.Hidden)
		h.beginKind("the receipt of a copy that is good no more")
		h.put(Forgery{Form: Receipt, Name: v.What + ", as text", Data: []byte(v.Copy.Receipt.Text), Signed: true})
		h.put(Forgery{Form: PDF, Name: v.What + ", as a page", Data: v.Copy.Receipt.Page, Signed: true})
		h.beginKind("a drawn page with the receipt of a copy that is good no more")
		page := withReceipt(v.Copy.Receipt.Text)(unchangedPage(), v.Copy)
		h.add(PDF, v.What, h.render(PDF, page, author{}))
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

// exchangeParts exchanges parts of two copies of the same holder.
func (h *dishonestHolder) exchangeParts() {
	own := h.genuine
	own.Other = own.Second
	addEdits(&h.forgeryList, "PDF: parts of the holder's other copy", PDF, editsNamed(own.pdfEdits(), "JSON of another", "code of another", "lines of another"),
		func() *pdfFile { return openPDF(own.Copy.PDF) }, (*pdfFile).bytes)
	signed := edit[*ofdFile]{"the signature of the other copy", func(o *ofdFile) { o.find("SignedValue.dat").set(own.Second.Value) }}
	parts := editsNamed(own.ofdEdits(), "JSON of another", "code of another", "page of another", "metadata of another copy")
	addEdits(&h.forgeryList, "OFD: parts of the holder's other copy", OFD, append(parts, signed),
		func() *ofdFile { return openOFD(own.Copy.OFD) }, (*ofdFile).bytes)
	h.draw("PDF: one copy's page with the number and JSON of the other, unsigned", PDF, author{}, []change{
		{"the number of the other copy", func(d *draft) { d.contents.CopyID = own.Second.Says.CopyID }},
		{"the number and code of the other copy", func(d *draft) { d.contents.CopyID, d.contents.QR = own.Second.Says.CopyID, own.Second.Link }},
	}, change.consistentDraft)
	h.beginKind("code: parts of the holder's two codes")
	a, b := strings.Split(own.Copy.Token(), "."), strings.Split(own.Second.Token(), ".")
	h.text(Token, "the words of one, the signature of the other", a[0]+"."+a[1]+"."+b[2])
	h.text(Token, "the words of the other, the signature of one", a[0]+"."+b[1]+"."+a[2])
}

// editsNamed are the edits whose names hold one of the parts.
func editsNamed[T any](all []edit[T], parts ...string) []edit[T] {
	return slices.DeleteFunc(all, func(e edit[T]) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(e.name, part) })
	})
}

// requestImitations asks for copies whose purpose or recipient imitates the issuer's side of the panel.
func (h *dishonestHolder) requestImitations() {
	texts := Imitations()
	for _, k := range []struct {
		kind  string
		texts []string
		ask   func(text string) map[string]any
	}{
		{"words: a recipient that imitates the panel", texts, func(text string) map[string]any {
			return map[string]any{"recipient": map[string]string{"name": text}}
		}},
		{"words: a purpose that imitates the panel", texts, func(text string) map[string]any {
			return map[string]any{"purpose": map[string]string{"kind": "其他", "text": text}}
		}},
		{"words: a project code that imitates the panel", texts[:6], func(text string) map[string]any {
			return map[string]any{"purpose": map[string]string{"kind": "投标", "projectCode": text}}
		}},
	} {
		h.beginKind(k.kind)
		for i, text := range k.texts {
			h.add(Ask, fmt.Sprintf("%02d %s", i+1, text), must.Get(json.Marshal(k.ask(text))))
		}
	}
}

// Imitations are words of a holder that read like those of the issuer: labels of the layout, a window of
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

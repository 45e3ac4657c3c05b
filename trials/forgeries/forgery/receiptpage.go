package forgery

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"math/rand/v2"
	"slices"
)

// receiptPages forges the pages of receipts: the page is for people, and the receipt attached is
// genuine.
func (s *outsider) receiptPages(invalid, number ReceiptFiles) {
	own, err := newSigner(s.genuine.Copy.Signer, s.ca.PDF.Signer)
	if err != nil {
		s.fail("its own key", err)
		return
	}
	g := s.genuine
	withReceipt := func(of ReceiptFiles) draftFunc {
		return func(c change, copied Copy) (draft, error) {
			d, err := c.changedDraft(copied)
			d.attachment = receiptText(of.Text)
			return d, err
		}
	}
	all := append([]change{unchangedPage()}, g.changes()...)
	s.beginKind("PDF: drawn as a certificate, a genuine receipt attached")
	s.drawPDF(s.renderer, all, withReceipt(g.Copy.Receipt), g.Copy, nil)
	s.beginKind("PDF: drawn as a certificate, a receipt attached, signed by its own authority")
	s.drawPDF(s.renderer, all, withReceipt(g.Copy.Receipt), g.Copy, &own)
	s.beginKind("PDF: drawn as a certificate, the receipt of another copy or file attached")
	for _, r := range []named[ReceiptFiles]{{"another copy", g.Other.Receipt}, {"a forged file", invalid}, {"a number", number}} {
		s.drawPDF(s.renderer, []change{{"the receipt of " + r.name, func(d *draft) { d.contents.UseUntil = forgedLastDay() }}}, withReceipt(r.what), g.Copy, nil)
	}
	s.beginKind("PDF: the page of a receipt, changed")
	s.changedPages(g.Copy.Receipt, []named[ReceiptFiles]{{"another copy", g.Other.Receipt}, {"a forged file", invalid}, {"a number", number}}, func(f *pdfFile) ([]byte, error) { return f.bytes(), nil })
	s.beginKind("PDF: the page of a receipt, one bit changed")
	dice := rand.New(rand.NewPCG(randomSeed, 3))
	page := g.Copy.Receipt.Page
	const places = 16
	for i := range places {
		at := len(page)*i/places + dice.IntN(len(page)/places)
		changed := bytes.Clone(page)
		changed[at] ^= 1 << dice.IntN(8)
		s.add(PDF, fmt.Sprintf("part %d of %d", i+1, places), changed)
	}
	s.beginKind("PDF: the page of a receipt, longer or shorter")
	for _, f := range []named[[]byte]{
		{"a line break behind", slices.Concat(page, []byte("\n"))}, {"the genuine PDF behind", slices.Concat(page, g.Copy.PDF)},
		{"the genuine PDF before", slices.Concat(g.Copy.PDF, page)}, {"the last byte missing", page[:len(page)-1]},
		{"another page behind", slices.Concat(page, g.Other.Receipt.Page)},
	} {
		s.add(PDF, f.name, f.what)
	}
	s.beginKind("receipt: of a forged file, or of a number")
	for _, r := range []named[ReceiptFiles]{{"of a forged file", invalid}, {"of a number", number}} {
		s.put(Forgery{Form: Receipt, Name: r.name + ", as text", Data: []byte(r.what.Text), Signed: true})
		s.put(Forgery{Form: PDF, Name: r.name + ", as a page", Data: r.what.Page, Signed: true})
	}
}

// changedPages edits a receipt's page, or attaches another receipt to it.
func (w *forgeryList) changedPages(of ReceiptFiles, others []named[ReceiptFiles], end func(*pdfFile) ([]byte, error)) {
	edited := func(name string, do func(*pdfFile) error) {
		w.try(PDF, name, func() ([]byte, error) {
			f, err := openPDF(of.Page)
			if err == nil {
				err = do(f)
			}
			if err != nil {
				return nil, err
			}
			return end(f)
		})
	}
	swap := func(page []byte, text string) func(*pdfFile) error {
		return func(f *pdfFile) error {
			other, err := openPDF(page)
			if err != nil {
				return err
			}
			from, err := other.find(text)
			if err != nil {
				return err
			}
			to, err := f.find(text)
			if err == nil {
				to.body = from.body
			}
			return err
		}
	}
	for _, o := range others {
		edited("the receipt of "+o.name+" attached", swap(o.what.Page, attachedObject))
		edited("the lines of the receipt of "+o.name, func(f *pdfFile) error {
			other, err := openPDF(o.what.Page)
			if err != nil {
				return err
			}
			from, err := other.content()
			if err != nil {
				return err
			}
			to, err := f.content()
			if err == nil {
				to.body = from.body
			}
			return err
		})
	}
	edited("a line taken away", func(f *pdfFile) error {
		o, err := f.content()
		if err != nil {
			return err
		}
		text, err := o.inflateStream()
		if err != nil {
			return err
		}
		o.fill(withoutLine(text), zlib.DefaultCompression)
		return nil
	})
	edited("a white field over the verdict", func(f *pdfFile) error {
		o, err := f.content()
		if err != nil {
			return err
		}
		text, err := o.inflateStream()
		o.fill(append(text, "\nq 1 1 1 rg 40 700 500 60 re f Q\n"...), zlib.DefaultCompression)
		return err
	})
	edited("another title", func(f *pdfFile) error { return f.replace("/Title<", "/Title<feff52") })
	edited("another time of making", func(f *pdfFile) error { return f.replace("/CreationDate(D:20", "/CreationDate(D:19") })
	edited("streams compressed better", func(f *pdfFile) error {
		for i := range f.plainObjects {
			if text, err := f.plainObjects[i].inflateStream(); err == nil {
				f.plainObjects[i].fill(text, zlib.BestCompression)
			}
		}
		return nil
	})
	edited("the genuine JSON attached", func(f *pdfFile) error {
		return f.replace("/F(receipt.jws)/UF(receipt.jws)", "/F(certificate.json)/UF(certificate.json)")
	})
}

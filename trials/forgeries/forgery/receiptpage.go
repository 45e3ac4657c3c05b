package forgery

import (
	"bytes"
	"compress/zlib"
	"slices"
)

// receiptPages forges the pages of receipts: the page is for people, and the receipt attached is genuine.
func (s *outsider) receiptPages(invalid, number ReceiptFiles) {
	g, page := s.genuine, s.genuine.Copy.Receipt.Page
	genuine := withReceipt(g.Copy.Receipt.Text)
	others := []named[ReceiptFiles]{{"another copy", g.Other.Receipt}, {"a forged file", invalid}, {"a number", number}}
	s.draw("PDF: drawn as a certificate, a genuine receipt attached", PDF, author{}, s.allPages(), genuine)
	s.draw("PDF: drawn as a certificate, a receipt attached, signed by its own authority", PDF, s.own, s.allPages(), genuine)
	for _, r := range others {
		pages := []change{{"the receipt of " + r.name, until2036().do}}
		s.draw("PDF: drawn as a certificate, the receipt of another copy or file attached", PDF, author{}, pages, withReceipt(r.what.Text))
	}
	edits := receiptEdits(others)
	addEdits(&s.forgeryList, "PDF: the page of a receipt, changed", PDF, edits, func() *pdfFile { return openPDF(page) }, (*pdfFile).bytes)
	s.flipBitsOf("PDF: the page of a receipt, one bit changed", PDF, page, 16, 3)
	s.addFiles("PDF: the page of a receipt, longer or shorter", PDF, []named[[]byte]{
		{"a line break behind", slices.Concat(page, []byte("\n"))},
		{"the genuine PDF behind", slices.Concat(page, g.Copy.PDF)},
		{"the genuine PDF before", slices.Concat(g.Copy.PDF, page)},
		{"the last byte missing", page[:len(page)-1]},
		{"another page behind", slices.Concat(page, g.Other.Receipt.Page)},
	})
	s.beginKind("receipt: of a forged file, or of a number")
	for _, r := range others[1:] {
		s.put(Forgery{Form: Receipt, Name: "of " + r.name + ", as text", Data: []byte(r.what.Text), Signed: true})
		s.put(Forgery{Form: PDF, Name: "of " + r.name + ", as a page", Data: r.what.Page, Signed: true})
	}
}

// receiptEdits change a receipt's page, or attach another receipt to it.
func receiptEdits(others []named[ReceiptFiles]) (all []edit[*pdfFile]) {
	for _, o := range others {
		page := openPDF(o.what.Page)
		all = append(all,
			edit[*pdfFile]{"the receipt of " + o.name + " attached", swapObject(page, attachedObject)},
			edit[*pdfFile]{"the lines of the receipt of " + o.name, swapContent(page)},
		)
	}
	return append(all,
		edit[*pdfFile]{"a line taken away", editContent(withoutLine)},
		edit[*pdfFile]{"a white field over the verdict", editContent(func(text []byte) []byte {
			return append(bytes.Clone(text), "\nq 1 1 1 rg 40 700 500 60 re f Q\n"...)
		})},
		edit[*pdfFile]{"another title", replaceInPDF("/Title<", "/Title<feff52")},
		edit[*pdfFile]{"another time of making", replaceInPDF("/CreationDate(D:20", "/CreationDate(D:19")},
		edit[*pdfFile]{"streams compressed better", recompress(zlib.BestCompression)},
		edit[*pdfFile]{"the genuine JSON attached",
			replaceInPDF("/F(receipt.jws)/UF(receipt.jws)", "/F(certificate.json)/UF(certificate.json)")},
	)
}

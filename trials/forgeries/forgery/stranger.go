package forgery

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// outsider has an authority of its own, whose certificates have the same names as the genuine ones.
type outsider struct {
	forgeryList
	ctx      context.Context
	genuine  Genuine
	renderer *Renderer
	ca       *testca.Authority
	esl      []byte // its seal: the genuine picture and name, by its own maker for its own key
	token    keys.Signer
}

// ByOutsider makes the stranger's forgeries, with its own authority ca. The receipts are genuine ones,
// which anybody can ask for: of a forged file that was found invalid, and of a number.
func ByOutsider(ctx context.Context, g Genuine, press *Renderer, ca *testca.Authority, invalid, number ReceiptFiles) ([]Forgery, error) {
	s := &outsider{forgeryList: forgeryList{attacker: Outsider}, ctx: ctx, genuine: g, renderer: press, ca: ca}
	seal, err := ses.ParseSeal(g.Copy.Seal)
	if err != nil {
		return nil, err
	}
	design := seal.Design
	design.Signers = [][]byte{ca.Seal.Signer.Chain()[0]}
	if s.esl, err = ses.NewSeal(ctx, ca.Maker.Signer, design); err != nil {
		return nil, err
	}
	if s.token, err = keys.Parse(ca.PDF.KeyPEM, nil); err != nil {
		return nil, err
	}
	for _, make := range []func(){
		s.flipBits, s.changeLengths, s.addPublishedAttacks, s.appendRevisions, s.editFiles, s.redrawPDF, s.redrawOFD, s.impersonateSigners, s.repackOFD, s.disguiseFiles,
		s.forgeCodes, s.forgeReceipts, func() { s.receiptPages(invalid, number) }, s.mixVersions, s.photographs,
	} {
		make()
	}
	return s.forgeries, s.err
}

// seed makes chance fall the same way each time.
const randomSeed = 11

// flipBits changes one bit, spread over the file.
func (s *outsider) flipBits() {
	for _, f := range []struct {
		form Form
		data []byte
	}{{PDF, s.genuine.Copy.PDF}, {OFD, s.genuine.Copy.OFD}} {
		s.beginKind(strings.ToUpper(string(f.form)) + ": one bit changed")
		dice := rand.New(rand.NewPCG(randomSeed, uint64(len(f.form))))
		const places = 24
		for i := range places {
			at := len(f.data)*i/places + dice.IntN(len(f.data)/places)
			changed := bytes.Clone(f.data)
			changed[at] ^= 1 << dice.IntN(8)
			s.add(f.form, fmt.Sprintf("part %d of %d", i+1, places), changed)
		}
	}
}

// changeLengths cuts files short and adds to them.
func (s *outsider) changeLengths() {
	g := s.genuine
	for _, f := range []struct {
		form        Form
		data, other []byte
	}{{PDF, g.Copy.PDF, g.Other.PDF}, {OFD, g.Copy.OFD, g.Other.OFD}} {
		name := strings.ToUpper(string(f.form))
		s.beginKind(name + ": cut short")
		for _, less := range []int{1, 2, 7, 22, 1000, len(f.data) / 2, len(f.data) - 300} {
			s.add(f.form, fmt.Sprintf("the last %d bytes missing", less), f.data[:len(f.data)-less])
		}
		s.beginKind(name + ": something put before or behind")
		for _, more := range []named[[]byte]{
			{"a line break", []byte("\n")}, {"a zero", []byte{0}}, {"spaces", bytes.Repeat([]byte(" "), 100)}, {"a text", []byte("until 2036")},
			{"a comment of PDF", []byte("%until 2036\n")}, {"an end of PDF", []byte("startxref\n0\n%%EOF\n")},
			{"an end of zip", []byte("PK\x05\x06" + strings.Repeat("\x00", 18))}, {"a page of the web", []byte("<!doctype html><p>until 2036</p>")},
			{"another copy", f.other},
		} {
			s.add(f.form, more.name+" before", slices.Concat(more.what, f.data))
			s.add(f.form, more.name+" behind", slices.Concat(f.data, more.what))
		}
		s.add(f.form, "itself behind", slices.Concat(f.data, f.data))
	}
}

// largest is the longest forgery: longer ones are refused by their length alone.
const maxFileBytes = 1 << 20

// addPublishedAttacks are the published ones, as package hostile has them.
func (s *outsider) addPublishedAttacks() {
	for _, f := range []struct {
		form Form
		kind string
		make func([]byte) ([]hostile.File, error)
		good []byte
	}{
		{PDF, "PDF: byte ranges, wrapping, shadows", hostile.Changes, s.genuine.Copy.PDF},
		{OFD, "OFD: names, headers and XML that mislead", hostile.Packages, s.genuine.Copy.OFD},
	} {
		s.beginKind(f.kind)
		files, err := f.make(f.good)
		if err != nil {
			s.fail("hostile", err)
			return
		}
		for _, file := range files {
			if len(file.Data) <= maxFileBytes && !bytes.Equal(file.Data, f.good) {
				s.add(f.form, file.Name, file.Data)
			}
		}
	}
}

// appendRevisions appends revisions that readers show in place of what was signed.
func (s *outsider) appendRevisions() {
	s.beginKind("PDF: saved again with changes")
	own, err := newSigner(s.genuine.Copy.Signer, s.ca.PDF.Signer)
	if err != nil {
		s.fail("its own key", err)
		return
	}
	edits, err := s.genuine.pdfEdits()
	if err != nil {
		s.fail("edits", err)
		return
	}
	original, err := openPDF(s.genuine.Copy.PDF)
	if err != nil {
		s.fail("the genuine PDF", err)
		return
	}
	for _, e := range edits {
		changed := original.clone()
		if err := e.do(changed); err != nil {
			s.fail(e.name, err)
			return
		}
		if update := revision(s.genuine.Copy.PDF, original, changed); update != nil {
			s.add(PDF, e.name, update)
		}
	}
	s.try(PDF, "a second signature over a changed page", func() ([]byte, error) { return s.appendSignature(own) })
}

// revision appends the objects that changed (ISO 32000-1, 7.5.6), or returns nil where none did.
func revision(data []byte, before, after *pdfFile) []byte {
	type placed struct{ number, at int }
	var table []placed
	b := bytes.Clone(data)
	for _, o := range slices.Concat(after.plainObjects, after.packedObjects) {
		if old := before.objectByNumber(o.number); old != nil && bytes.Equal(old.body, o.body) {
			continue
		}
		table = append(table, placed{o.number, len(b)})
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", o.number, o.body)
	}
	if len(table) == 0 {
		return nil
	}
	slices.SortFunc(table, func(a, b placed) int { return a.number - b.number })
	start := len(b)
	b = append(b, "xref\n"...)
	for _, p := range table {
		b = fmt.Appendf(b, "%d 1\n%010d 00000 n \n", p.number, p.at)
	}
	return fmt.Appendf(b, "trailer\n<</Size %d%s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n", after.size()+1,
		strings.Split(strings.Split(after.table, "/W[1 3 2]")[1], "/Filter")[0], startOfTable.FindSubmatch(data)[1], start)
}

// appendSignature appends a revision with another page and a second signature over all, by its own key.
func (s *outsider) appendSignature(own signer) ([]byte, error) {
	original, err := openPDF(s.genuine.Copy.PDF)
	if err != nil {
		return nil, err
	}
	after := original.clone()
	value := after.add("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 0000000000 0000000000 0000000000]" +
		"/Contents<" + strings.Repeat("00", own.room) + ">/M(D:20261129083302+08'00')>>")
	field := after.add(fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(second)/F 132/P 3 0 R/Rect[0 0 0 0]/V %d 0 R>>", value))
	if err := after.replace("/Fields[4 0 R]", fmt.Sprintf("/Fields[4 0 R %d 0 R]", field)); err != nil {
		return nil, err
	}
	if err := after.replace("/MediaBox[0 0 595.276 841.89]", "/MediaBox[0 0 595.276 900]"); err != nil {
		return nil, err
	}
	return fillIn(s.ctx, revision(s.genuine.Copy.PDF, original, after), own)
}

// editFiles exchange something inside: the signature's value stays, or a new one is by its own key.
func (s *outsider) editFiles() {
	own, err := newSigner(s.genuine.Copy.Signer, s.ca.PDF.Signer)
	if err != nil {
		s.fail("its own key", err)
		return
	}
	s.beginKind("PDF: edited under the genuine signature")
	s.editPDF(s.genuine, func(f *pdfFile) ([]byte, error) { return f.bytes(), nil })
	s.beginKind("PDF: edited and signed by its own authority")
	s.editPDF(s.genuine, func(f *pdfFile) ([]byte, error) { return f.assembleSigned(s.ctx, &own) })
	s.beginKind("OFD: parts exchanged")
	s.editOFD(s.genuine, func(o *ofdFile) ([]byte, error) { return o.bytes(), nil })
	s.beginKind("OFD: parts exchanged, digests put right")
	s.editOFD(s.genuine, func(o *ofdFile) ([]byte, error) {
		before := o.bytes()
		if err := o.refit(); err != nil || bytes.Equal(before, o.bytes()) { // no digest is of what was changed
			return nil, err
		}
		return o.bytes(), nil
	})
	s.beginKind("OFD: edited and sealed by its own authority")
	s.editOFD(s.genuine, func(o *ofdFile) ([]byte, error) {
		return o.sealAnew(s.ctx, newSealer(s.ca.Seal.Signer, s.esl), s.genuine.Copy.Says.MadeAt)
	})
}

// editPDF makes a forgery of each edit of a PDF.
func (w *forgeryList) editPDF(g Genuine, end func(*pdfFile) ([]byte, error)) {
	edits, err := g.pdfEdits()
	if err != nil {
		w.fail("edits", err)
		return
	}
	for _, e := range edits {
		w.try(PDF, e.name, func() ([]byte, error) {
			f, err := openPDF(g.Copy.PDF)
			if err == nil {
				err = e.do(f)
			}
			if err != nil {
				return nil, err
			}
			return end(f)
		})
	}
}

// editOFD makes a forgery of each edit of an OFD.
func (w *forgeryList) editOFD(g Genuine, end func(*ofdFile) ([]byte, error)) {
	edits, err := g.ofdEdits()
	if err != nil {
		w.fail("edits", err)
		return
	}
	for _, e := range edits {
		w.try(OFD, e.name, func() ([]byte, error) {
			o, err := openOFD(g.Copy.OFD)
			if err == nil {
				err = e.do(o)
			}
			if err != nil {
				return nil, err
			}
			return end(o)
		})
	}
}

// redrawPDF draws pages that say something else.
func (s *outsider) redrawPDF() {
	own, err := newSigner(s.genuine.Copy.Signer, s.ca.PDF.Signer)
	if err != nil {
		s.fail("its own key", err)
		return
	}
	genuine := newReplaySigner(s.genuine.Copy)
	all := append([]change{unchangedPage()}, s.genuine.changes()...)
	s.beginKind("PDF: drawn anew, unsigned, with the genuine JSON")
	s.drawPDF(s.renderer, all, change.changedDraft, s.genuine.Copy, nil)
	s.beginKind("PDF: drawn anew, unsigned, with a JSON that says the same")
	s.drawPDF(s.renderer, s.genuine.changes(), change.consistentDraft, s.genuine.Copy, nil)
	s.beginKind("PDF: drawn anew, under the genuine signature's value")
	s.drawPDF(s.renderer, s.genuine.changes(), change.changedDraft, s.genuine.Copy, &genuine)
	s.beginKind("PDF: drawn anew, signed by its own authority, with the genuine JSON")
	s.drawPDF(s.renderer, all, change.changedDraft, s.genuine.Copy, &own)
	s.beginKind("PDF: drawn anew, signed by its own authority, with a JSON that says the same")
	s.drawPDF(s.renderer, s.genuine.changes(), change.consistentDraft, s.genuine.Copy, &own)
}

type draftFunc func(change, Copy) (draft, error)

func (w *forgeryList) drawPDF(p *Renderer, all []change, how draftFunc, of Copy, by *signer) {
	for _, c := range all {
		w.try(PDF, c.name, func() ([]byte, error) {
			d, err := how(c, of)
			if err != nil {
				return nil, err
			}
			return p.writePDF(context.Background(), d, by)
		})
	}
}

func (w *forgeryList) drawOFD(p *Renderer, all []change, how draftFunc, of Copy, by sealer) {
	for _, c := range all {
		w.try(OFD, c.name, func() ([]byte, error) {
			d, err := how(c, of)
			if err != nil {
				return nil, err
			}
			return p.writeOFD(context.Background(), d, by)
		})
	}
}

// redrawOFD does the same for OFD, where a seal is never missing.
func (s *outsider) redrawOFD() {
	all := append([]change{unchangedPage()}, s.genuine.changes()...)
	own := newSealer(s.ca.Seal.Signer, s.esl)
	s.beginKind("OFD: drawn anew, under the genuine seal's value, with a JSON that says the same")
	s.drawOFD(s.renderer, s.genuine.changes(), change.consistentDraft, s.genuine.Copy, newReplaySealer(s.genuine.Copy.Seal, s.genuine.Copy.Value))
	s.beginKind("OFD: drawn anew, sealed by its own authority, with the genuine JSON")
	s.drawOFD(s.renderer, all, change.changedDraft, s.genuine.Copy, own)
	s.beginKind("OFD: drawn anew, sealed by its own authority, with a JSON that says the same")
	s.drawOFD(s.renderer, s.genuine.changes(), change.consistentDraft, s.genuine.Copy, own)
}

// impersonateSigners show the genuine certificates, which everybody has from any file, beside their own keys.
func (s *outsider) impersonateSigners() {
	genuine, err := readCertificates(s.genuine.Copy)
	if err != nil {
		s.fail("the genuine certificates", err)
		return
	}
	later := []change{unchangedPage(), {"until 2036", func(d *draft) { d.contents.UseUntil = forgedLastDay() }}}
	s.beginKind("PDF: the genuine certificate, another key")
	for _, key := range []named[signerKey]{
		{"its certificate for the genuine one", impostor{s.ca.PDF.Signer, genuine.pdf}},
		{"its own certificate, the genuine one enclosed", chainSigner{s.ca.PDF.Signer, [][]byte{s.ca.PDF.Signer.Chain()[0], genuine.pdf.Chain()[0]}}},
	} {
		by, err := newSigner(s.genuine.Copy.Signer, key.what)
		if err != nil {
			s.fail(key.name, err)
			return
		}
		for _, c := range later {
			s.try(PDF, key.name+", "+c.name, func() ([]byte, error) {
				d, err := c.consistentDraft(s.genuine.Copy)
				if err != nil {
					return nil, err
				}
				return s.renderer.writePDF(s.ctx, d, &by)
			})
		}
	}
	s.beginKind("OFD: the genuine seal, another key")
	for _, by := range []named[sealer]{
		{"the genuine seal and certificate", newUnlistedSealer(impostor{s.ca.Seal.Signer, genuine.seal}, s.genuine.Copy.Seal)},
		{"the genuine seal, its own certificate", newUnlistedSealer(s.ca.Seal.Signer, s.genuine.Copy.Seal)},
		{"its own seal, the genuine certificate", newUnlistedSealer(impostor{s.ca.Seal.Signer, genuine.seal}, s.esl)},
		{"the genuine seal shown, its own signed", s.exchangedSealer()},
		{"its own seal by the genuine maker's name", s.forgedMaker()},
	} {
		for _, c := range later {
			s.try(OFD, by.name+", "+c.name, func() ([]byte, error) {
				d, err := c.consistentDraft(s.genuine.Copy)
				if err != nil {
					return nil, err
				}
				return s.renderer.writeOFD(s.ctx, d, by.what)
			})
		}
	}
}

// exchangedSealer signs with its own seal and shows the genuine one.
func (s *outsider) exchangedSealer() sealer {
	own := newSealer(s.ca.Seal.Signer, s.esl)
	return sealer{s.genuine.Copy.Seal, own.sign}
}

// forgedMaker is a seal for its own key in which the genuine maker's certificate stands.
func (s *outsider) forgedMaker() sealer {
	seal, err := ses.ParseSeal(s.genuine.Copy.Seal)
	if err != nil {
		s.fail("a seal", err)
		return sealer{}
	}
	design := seal.Design
	design.Signers = [][]byte{s.ca.Seal.Signer.Chain()[0]}
	maker, err := parseShownCertificate(seal.Maker)
	if err != nil {
		s.fail("a seal", err)
		return sealer{}
	}
	esl, err := ses.NewSeal(s.ctx, impostor{s.ca.Maker.Signer, maker}, design)
	if err != nil {
		s.fail("a seal", err)
	}
	return newSealer(s.ca.Seal.Signer, esl)
}

// repackOFD packs the genuine parts as other programs do.
func (s *outsider) repackOFD() {
	s.beginKind("OFD: packed anew by another program")
	original, err := openOFD(s.genuine.Copy.OFD)
	if err != nil {
		s.fail("the genuine OFD", err)
		return
	}
	write := func(name string, parts []ofdPart, change func(*zip.Writer, *zip.FileHeader)) {
		s.try(OFD, name, func() ([]byte, error) {
			var b bytes.Buffer
			w := zip.NewWriter(&b)
			for _, p := range parts {
				h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
				change(w, h)
				into, err := w.CreateHeader(h)
				if err != nil {
					return nil, err
				}
				if _, err := into.Write(p.data); err != nil {
					return nil, err
				}
			}
			err := w.Close()
			return b.Bytes(), err
		})
	}
	backwards := slices.Clone(original.parts)
	slices.Reverse(backwards)
	write("deflated", original.parts, func(*zip.Writer, *zip.FileHeader) {})
	write("stored", original.parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Method = zip.Store })
	write("dated", original.parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Modified = s.genuine.Copy.Says.MadeAt })
	write("with a comment", original.parts, func(w *zip.Writer, _ *zip.FileHeader) { _ = w.SetComment("until 2036") })
	write("with comments of the parts", original.parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Comment = "x" })
	write("with extra fields", original.parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Extra = []byte{1, 0x99, 1, 0, 0} })
	write("backwards", backwards, func(*zip.Writer, *zip.FileHeader) {})
	write("compressed best", original.parts, func(w *zip.Writer, _ *zip.FileHeader) {
		w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	})
	write("with the parts of another copy behind", append(slices.Clone(original.parts), ofdPart{name: "Doc_1/Document.xml", data: []byte("<x/>")}), func(*zip.Writer, *zip.FileHeader) {})
}

// disguiseFiles hide one file in another, or call it something else.
func (s *outsider) disguiseFiles() {
	s.beginKind("file: one in another")
	p, o := s.genuine.Copy.PDF, s.genuine.Copy.OFD
	packed := func(data []byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(data)
		_ = w.Close()
		return b.Bytes()
	}
	for _, f := range []named[[]byte]{
		{"the PDF, then the OFD", slices.Concat(p, o)},
		{"the OFD, then the PDF", slices.Concat(o, p)},
		{"the PDF behind a picture", slices.Concat(s.genuine.Copy.Photo.Data, p)},
		{"the OFD behind a picture", slices.Concat(s.genuine.Copy.Photo.Data, o)},
		{"the PDF compressed", packed(p)},
		{"the OFD compressed", packed(o)},
		{"the PDF in base64", []byte(base64.StdEncoding.EncodeToString(p))},
		{"the OFD in base64", []byte(base64.StdEncoding.EncodeToString(o))},
		{"the PDF in a page of the web", slices.Concat([]byte("<html>"), p, []byte("</html>"))},
		{"the JSON alone", s.genuine.Copy.JSON},
		{"the seal alone", s.genuine.Copy.Seal},
		{"the seal's signature alone", s.genuine.Copy.Value},
		{"the signature alone", s.genuine.Copy.CMS},
	} {
		s.add(File, f.name, f.what)
	}
	s.try(File, "a zip with the PDF in it", func() ([]byte, error) { return zipSingleFile("certificate.pdf", p) })
	s.try(File, "a zip with the OFD in it", func() ([]byte, error) { return zipSingleFile("certificate.ofd", o) })
}

func zipSingleFile(name string, data []byte) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	into, err := w.Create(name)
	if err != nil {
		return nil, err
	}
	if _, err := into.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

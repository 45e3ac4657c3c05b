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
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// outsider has an authority of its own, whose certificates have the same names as the genuine ones.
type outsider struct {
	forgeryList
	ca    *testca.Authority
	own   author // signs and seals by its own authority
	token keys.Signer
}

// ByOutsider makes the outsider's forgeries, with its own authority ca. The receipts are genuine ones,
// which anybody can ask for: of a forged file that was found invalid, and of a number.
func ByOutsider(ctx context.Context, g Genuine, renderer *Renderer, ca *testca.Authority, invalid, number ReceiptFiles) ([]Forgery, error) {
	s := &outsider{forgeryList: forgeryList{ctx: ctx, attacker: Outsider, genuine: g, renderer: renderer}, ca: ca}
	return s.run(
		s.prepareKeys,
		s.flipBits, s.changeLengths, s.addPublishedAttacks, s.appendRevisions, s.editFiles, s.redrawPages, s.impersonateSigners, s.repackOFD,
		s.disguiseFiles, s.forgeCodes, s.forgeReceipts, func() { s.receiptPages(invalid, number) }, s.mixVersions, s.photographs,
	)
}

// prepareKeys makes its seal: the genuine picture and name, by its own maker for its own key.
func (s *outsider) prepareKeys() {
	esl := must.Get(ses.NewSeal(s.ctx, s.ca.Maker.Signer, s.sealDesign()))
	pdf := newSigner(s.genuine.Copy.Signer, s.ca.PDF.Signer)
	s.own = author{&pdf, newSealer(s.ca.Seal.Signer, esl)}
	s.token = must.Get(keys.Parse(s.ca.PDF.KeyPEM, nil))
}

// sealDesign is the genuine seal's design for its own key.
func (s *outsider) sealDesign() ses.Design {
	design := must.Get(ses.ParseSeal(s.genuine.Copy.Seal)).Design
	design.Signers = [][]byte{s.ca.Seal.Signer.Chain()[0]}
	return design
}

// randomSeed makes every run choose the same bits.
const randomSeed = 11

// flipBits changes one bit, spread over the file.
func (s *outsider) flipBits() {
	s.flipBitsOf("PDF: one bit changed", PDF, s.genuine.Copy.PDF, 24, uint64(len(PDF)))
	s.flipBitsOf("OFD: one bit changed", OFD, s.genuine.Copy.OFD, 24, uint64(len(OFD)))
}

// flipBitsOf makes a kind: a file with one bit changed in each of so many parts.
func (s *outsider) flipBitsOf(kind string, form Form, file []byte, parts int, stream uint64) {
	s.beginKind(kind)
	dice := rand.New(rand.NewPCG(randomSeed, stream))
	for i := range parts {
		at := len(file)*i/parts + dice.IntN(len(file)/parts)
		changed := bytes.Clone(file)
		changed[at] ^= 1 << dice.IntN(8)
		s.add(form, fmt.Sprintf("part %d of %d", i+1, parts), changed)
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

// maxFileBytes is the length of the longest forgery: longer ones are refused by their length alone.
const maxFileBytes = 1 << 20

// addPublishedAttacks adds those of package hostile.
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
		for _, file := range must.Get(f.make(f.good)) {
			if len(file.Data) <= maxFileBytes && !bytes.Equal(file.Data, f.good) {
				s.add(f.form, file.Name, file.Data)
			}
		}
	}
}

// appendRevisions appends revisions that readers show in place of what was signed.
func (s *outsider) appendRevisions() {
	s.beginKind("PDF: saved again with changes")
	original := openPDF(s.genuine.Copy.PDF)
	for _, e := range s.genuine.pdfEdits() {
		changed := original.clone()
		e.do(changed)
		if update := revision(s.genuine.Copy.PDF, original, changed); update != nil {
			s.add(PDF, e.name, update)
		}
	}
	s.add(PDF, "a second signature over a changed page", s.appendSignature(*s.own.pdf))
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
func (s *outsider) appendSignature(own signer) []byte {
	original := openPDF(s.genuine.Copy.PDF)
	after := original.clone()
	value := after.add("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 0000000000 0000000000 0000000000]" +
		"/Contents<" + strings.Repeat("00", own.room) + ">/M(D:20261129083302+08'00')>>")
	field := after.add(fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(second)/F 132/P 3 0 R/Rect[0 0 0 0]/V %d 0 R>>", value))
	after.replace("/Fields[4 0 R]", fmt.Sprintf("/Fields[4 0 R %d 0 R]", field))
	after.replace("/MediaBox[0 0 595.276 841.89]", "/MediaBox[0 0 595.276 900]")
	return fillIn(s.ctx, revision(s.genuine.Copy.PDF, original, after), own)
}

// editFiles exchanges something inside: the signature's value stays, or a new one is by its own key.
func (s *outsider) editFiles() {
	s.editPDF("PDF: edited under the genuine signature", s.genuine, (*pdfFile).bytes)
	s.editPDF("PDF: edited and signed by its own authority", s.genuine, func(f *pdfFile) []byte {
		return f.assembleSigned(s.ctx, s.own.pdf)
	})
	s.editOFD("OFD: parts exchanged", s.genuine, (*ofdFile).bytes)
	s.editOFD("OFD: parts exchanged, digests put right", s.genuine, func(o *ofdFile) []byte {
		before := o.bytes()
		o.refit()
		if bytes.Equal(before, o.bytes()) { // no digest is of what was changed
			return nil
		}
		return o.bytes()
	})
	s.editOFD("OFD: edited and sealed by its own authority", s.genuine, func(o *ofdFile) []byte {
		return o.sealAnew(s.ctx, s.own.ofd, s.genuine.Copy.Says.MadeAt)
	})
}

// redrawPages draws pages that say something else. An OFD always has a seal.
func (s *outsider) redrawPages() {
	replayed := newReplaySigner(s.genuine.Copy)
	replay := author{&replayed, newReplaySealer(s.genuine.Copy.Seal, s.genuine.Copy.Value)}
	for _, k := range []struct {
		kind string
		form Form
		by   author
		all  []change
		how  draftFunc
	}{
		{"PDF: drawn anew, unsigned, with the genuine JSON", PDF, author{}, s.allPages(), change.changedDraft},
		{"PDF: drawn anew, unsigned, with a JSON that says the same", PDF, author{}, s.changes(), change.consistentDraft},
		{"PDF: drawn anew, under the genuine signature's value", PDF, replay, s.changes(), change.changedDraft},
		{"PDF: drawn anew, signed by its own authority, with the genuine JSON", PDF, s.own, s.allPages(), change.changedDraft},
		{"PDF: drawn anew, signed by its own authority, with a JSON that says the same", PDF, s.own, s.changes(), change.consistentDraft},
		{"OFD: drawn anew, under the genuine seal's value, with a JSON that says the same", OFD, replay, s.changes(), change.consistentDraft},
		{"OFD: drawn anew, sealed by its own authority, with the genuine JSON", OFD, s.own, s.allPages(), change.changedDraft},
		{"OFD: drawn anew, sealed by its own authority, with a JSON that says the same", OFD, s.own, s.changes(), change.consistentDraft},
	} {
		s.draw(k.kind, k.form, k.by, k.all, k.how)
	}
}

// mixVersions draws pages whose JSON mixes the versions, signed by its own authority or by none.
func (s *outsider) mixVersions() {
	s.drawMixed("PDF: the versions of the format mixed, unsigned", PDF, author{})
	s.drawMixed("PDF: the versions of the format mixed, signed by its own authority", PDF, s.own)
	s.drawMixed("OFD: the versions of the format mixed, sealed by its own authority", OFD, s.own)
}

// impersonateSigners shows the genuine certificates, which everybody has from any file, beside its own keys.
func (s *outsider) impersonateSigners() {
	genuine := readCertificates(s.genuine.Copy)
	own, esl := s.ca.PDF.Signer, s.own.ofd.esl
	s.drawPages("PDF: the genuine certificate, another key", PDF, []named[author]{
		{"its certificate for the genuine one", s.newAuthor(impostor{own, genuine.pdf})},
		{"its own certificate, the genuine one enclosed", s.newAuthor(chainSigner{own, [][]byte{own.Chain()[0], genuine.pdf.Chain()[0]}})},
	})
	sealing := s.ca.Seal.Signer
	s.drawPages("OFD: the genuine seal, another key", OFD, []named[author]{
		{"the genuine seal and certificate", author{ofd: newUnlistedSealer(impostor{sealing, genuine.seal}, s.genuine.Copy.Seal)}},
		{"the genuine seal, its own certificate", author{ofd: newUnlistedSealer(sealing, s.genuine.Copy.Seal)}},
		{"its own seal, the genuine certificate", author{ofd: newUnlistedSealer(impostor{sealing, genuine.seal}, esl)}},
		{"the genuine seal shown, its own signed", author{ofd: sealer{s.genuine.Copy.Seal, s.own.ofd.sign}}},
		{"its own seal by the genuine maker's name", author{ofd: newSealer(sealing, s.forgeMaker())}},
	})
}

// newAuthor is who signs PDFs with a key under the genuine signer's name.
func (w *forgeryList) newAuthor(key signerKey) author {
	by := newSigner(w.genuine.Copy.Signer, key)
	return author{pdf: &by}
}

// drawPages makes a kind: the genuine page and one until 2036, by each author.
func (s *outsider) drawPages(kind string, form Form, authors []named[author]) {
	s.beginKind(kind)
	for _, by := range authors {
		for _, c := range []change{unchangedPage(), until2036()} {
			s.add(form, by.name+", "+c.name, s.render(form, c.consistentDraft(s.genuine.Copy), by.what))
		}
	}
}

// forgeMaker is a seal for its own key in which the genuine maker's certificate stands.
func (s *outsider) forgeMaker() []byte {
	maker := parseShownCertificate(must.Get(ses.ParseSeal(s.genuine.Copy.Seal)).Maker)
	return must.Get(ses.NewSeal(s.ctx, impostor{s.ca.Maker.Signer, maker}, s.sealDesign()))
}

// repackOFD packs the genuine parts as other programs do.
func (s *outsider) repackOFD() {
	s.beginKind("OFD: packed anew by another program")
	parts := openOFD(s.genuine.Copy.OFD).parts
	backwards := slices.Clone(parts)
	slices.Reverse(backwards)
	another := append(slices.Clone(parts), ofdPart{name: "Doc_1/Document.xml", data: []byte("<x/>")})
	for _, p := range []struct {
		name   string
		parts  []ofdPart
		change func(*zip.Writer, *zip.FileHeader)
	}{
		{"deflated", parts, func(*zip.Writer, *zip.FileHeader) {}},
		{"stored", parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Method = zip.Store }},
		{"dated", parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Modified = s.genuine.Copy.Says.MadeAt }},
		{"with a comment", parts, func(w *zip.Writer, _ *zip.FileHeader) { _ = w.SetComment("until 2036") }},
		{"with comments of the parts", parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Comment = "x" }},
		{"with extra fields", parts, func(_ *zip.Writer, h *zip.FileHeader) { h.Extra = []byte{1, 0x99, 1, 0, 0} }},
		{"backwards", backwards, func(*zip.Writer, *zip.FileHeader) {}},
		{"compressed best", parts, func(w *zip.Writer, _ *zip.FileHeader) { w.RegisterCompressor(zip.Deflate, compressBest) }},
		{"with the parts of another copy behind", another, func(*zip.Writer, *zip.FileHeader) {}},
	} {
		s.add(OFD, p.name, zipParts(p.parts, p.change))
	}
}

func compressBest(out io.Writer) (io.WriteCloser, error) {
	return flate.NewWriter(out, flate.BestCompression)
}

// zipParts packs parts with headers that change has seen.
func zipParts(parts []ofdPart, change func(*zip.Writer, *zip.FileHeader)) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		change(w, h)
		must.Get(must.Get(w.CreateHeader(h)).Write(p.data))
	}
	must.Do(w.Close())
	return b.Bytes()
}

// disguiseFiles hides one file in another, or calls it something else.
func (s *outsider) disguiseFiles() {
	p, o, photo := s.genuine.Copy.PDF, s.genuine.Copy.OFD, s.genuine.Copy.Photo.Data
	packed := func(data []byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		must.Get(w.Write(data))
		must.Do(w.Close())
		return b.Bytes()
	}
	zipped := func(name string, data []byte) []byte {
		return zipParts([]ofdPart{{name: name, data: data}}, func(*zip.Writer, *zip.FileHeader) {})
	}
	s.addFiles("file: one in another", File, []named[[]byte]{
		{"the PDF, then the OFD", slices.Concat(p, o)},
		{"the OFD, then the PDF", slices.Concat(o, p)},
		{"the PDF behind a picture", slices.Concat(photo, p)},
		{"the OFD behind a picture", slices.Concat(photo, o)},
		{"the PDF compressed", packed(p)},
		{"the OFD compressed", packed(o)},
		{"the PDF in base64", []byte(base64.StdEncoding.EncodeToString(p))},
		{"the OFD in base64", []byte(base64.StdEncoding.EncodeToString(o))},
		{"the PDF in a page of the web", slices.Concat([]byte("<html>"), p, []byte("</html>"))},
		{"the JSON alone", s.genuine.Copy.JSON},
		{"the seal alone", s.genuine.Copy.Seal},
		{"the seal's signature alone", s.genuine.Copy.Value},
		{"the signature alone", s.genuine.Copy.CMS},
		{"a zip with the PDF in it", zipped("certificate.pdf", p)},
		{"a zip with the OFD in it", zipped("certificate.ofd", o)},
	})
}

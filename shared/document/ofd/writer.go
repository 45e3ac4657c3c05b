package ofd

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Writer writes documents. It keeps what does not change between them: the
// template of each page.Base, and the seal's digest. It is safe for use by
// several goroutines.
type Writer struct {
	fonts      *font.Set
	templates  templateCache
	seal       atomic.Pointer[part]
	compressor deflate.Compressor
}

// NewWriter returns a Writer that draws with fonts.
func NewWriter(fonts *font.Set) *Writer { return &Writer{fonts: fonts} }

// Write makes the document, complete but for its signature. A character without
// a glyph is ErrGlyph, a document that lacks what it must have is ErrDocument,
// text with control characters is ErrText.
func (w *Writer) Write(d Document) (Draft, error) {
	if err := d.check(); err != nil {
		return Draft{}, err
	}
	d.At = d.At.UTC().Truncate(time.Second)
	parts, err := w.content(&d)
	if err != nil {
		return Draft{}, err
	}
	signature, err := d.signature(parts)
	if err != nil {
		return Draft{}, err
	}
	hash := sm3.Sum(signature)
	return Draft{hash[:], "/" + signaturePart, d.At, append(parts, newBarePart(signaturePart, signature))}, nil
}

// AddSignature returns the sealed file, with SES_Signature as its last part.
func (d Draft) AddSignature(value []byte) ([]byte, error) {
	return pack(append(d.parts, newBarePart(valuePart, value)))
}

// content makes every part that Signature.xml names. OFD.xml, the first, is
// made last: it holds the digest of how the others are packed.
func (w *Writer) content(d *Document) ([]part, error) {
	base, err := w.templates.template(w, d.Sheet.Base)
	if err != nil {
		return nil, err
	}
	s, err := w.newResourceSet(d.Sheet.Items, displaylist.Beyond(d.Sheet.Base, d.Sheet.Items), resourcePart, "", base)
	if err != nil {
		return nil, err
	}
	sheet, last, err := w.page(d, s)
	if err != nil {
		return nil, err
	}
	parts := append(make([]part, 1, 24), base.parts...)
	parts = append(append(parts, s.parts...), s.index, sheet, w.sealPart(d.ESL))
	makers := []func() (part, error){func() (part, error) { return w.document(d, last) }, signatures}
	if d.Attachment != nil {
		makers = append(makers, d.attachments)
		parts = append(parts, newPackedPart(attachments+d.Attachment.Name, w.compressAttachment(d.Attachment)))
	}
	for _, make := range makers {
		p, err := make()
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	parts[0], err = d.root(packing(parts[1:]))
	return parts, err
}

// compressAttachment is the attachment in compressed form.
func (w *Writer) compressAttachment(a *Attachment) *deflate.Stream {
	if a.Packed != nil {
		return a.Packed
	}
	return w.compressor.Compress(a.Data)
}

// part ends the root element of a part and makes a compressed part of it.
func (w *Writer) part(m *markup, root, name string) (part, error) {
	data, err := m.end(root)
	if err != nil {
		return part{}, err
	}
	return newPackedPart(name, w.compressor.Compress(data)), nil
}

// sealPart is Seal.esl. The same seal is used time and again, so the digest of
// the last one is kept.
func (w *Writer) sealPart(esl []byte) part {
	if known := w.seal.Load(); known != nil && bytes.Equal(known.data, esl) {
		return *known
	}
	p := newPackedPart(sealPart, w.compressor.Compress(bytes.Clone(esl)))
	w.seal.Store(&p)
	return p
}

func (d *Document) check() error {
	id, err := hex.DecodeString(d.ID)
	switch {
	case err != nil || len(id) != 16:
		return fmt.Errorf("%w: ID is not 32 hexadecimal digits", ErrDocument)
	case d.At.IsZero():
		return fmt.Errorf("%w: no time", ErrDocument)
	case len(d.ESL) == 0:
		return fmt.Errorf("%w: no seal", ErrDocument)
	case d.Sheet.Width <= 0 || d.Sheet.Height <= 0 || d.Sheet.Seal.W <= 0 || d.Sheet.Seal.H <= 0:
		return fmt.Errorf("%w: no page or no place for the seal", ErrDocument)
	case d.Attachment != nil && (!isPlainPath(d.Attachment.Name) || bytes.ContainsRune([]byte(d.Attachment.Name), '/')):
		return fmt.Errorf("%w: name of the attachment", ErrDocument)
	case d.Attachment != nil && d.Attachment.Name == "Attachments.xml":
		return fmt.Errorf("%w: name of the attachment", ErrDocument)
	case slices.ContainsFunc(d.CustomData, func(datum Datum) bool { return datum.Name == packingName }):
		return fmt.Errorf("%w: custom data %s", ErrDocument, packingName)
	}
	return nil
}

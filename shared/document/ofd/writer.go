package ofd

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Writer writes documents. It caches what they have in common: the template of each
// displaylist.Base, the seals, and Document.xml, which many documents of a day share. It is safe
// for concurrent use.
type Writer struct {
	fonts            *font.Set
	templates        templateCache
	seals, documents partCache
	compressor       deflate.Compressor
}

// NewWriter returns a Writer that draws with fonts.
func NewWriter(fonts *font.Set) *Writer { return &Writer{fonts: fonts} }

// Write writes a document that is complete except for its signature. The error wraps
// ErrGlyph for a character without a glyph, ErrDocument for an incomplete document, and
// ErrText for text with control characters.
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
	return Draft{hash[:], "/" + signaturePart, d.At, append(parts, newUnsignedPart(signaturePart, signature))}, nil
}

// AddSignature returns the sealed file. value is the SES_Signature, DER.
func (d Draft) AddSignature(value []byte) ([]byte, error) {
	return pack(append(d.parts, newUnsignedPart(valuePart, value)))
}

// content makes every part that Signature.xml lists. OFD.xml, the first part, is made last,
// because it has the digest of the packing of the others.
func (w *Writer) content(d *Document) ([]part, error) {
	base, err := w.templates.template(w, d.Page.Base)
	if err != nil {
		return nil, err
	}
	s, err := w.newResourceSet(d.Page.Items, displaylist.Beyond(d.Page.Base, d.Page.Items), resourcePart, "", base)
	if err != nil {
		return nil, err
	}
	page, last, err := w.page(d, s)
	if err != nil {
		return nil, err
	}
	parts := append(make([]part, 1, 24), base.parts...)
	parts = append(append(parts, s.parts...), s.index, page, w.seals.get(w, sealPart, d.ESL))
	makers := []func() (part, error){func() (part, error) { return w.document(d, last) }, signatures}
	if d.Attachment != nil {
		makers = append(makers, d.attachments)
		parts = append(parts, newCompressedPart(attachments+d.Attachment.Name, w.compressAttachment(d.Attachment)))
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

// compressAttachment returns the attachment in compressed form.
func (w *Writer) compressAttachment(a *Attachment) *deflate.Stream {
	if a.Compressed != nil {
		return a.Compressed
	}
	return w.compressor.Compress(a.Data)
}

// part ends the root element and returns the compressed part.
func (w *Writer) part(m *markup, root, name string) (part, error) {
	data, err := m.end(root)
	if err != nil {
		return part{}, err
	}
	return newCompressedPart(name, w.compressor.Compress(data)), nil
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
	case d.Page.Width <= 0 || d.Page.Height <= 0 || d.Page.Seal.W <= 0 || d.Page.Seal.H <= 0:
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

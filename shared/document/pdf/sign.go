package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrSignatureSize reports a signature that is larger than the space reserved for it.
var ErrSignatureSize = errors.New("the signature is larger than the space reserved for it")

// Draft is a file that is complete except for the value of its signature. A document
// without a signature field is complete.
type Draft struct {
	Data   []byte // the file
	Digest []byte // SHA-256 of Data without the space for the value; nil without a signature

	offset, size int // of the space for the value; size in bytes of the value
}

// fieldName is the name of the signature field.
const fieldName = "seal"

// rangePlaceholder is as wide as any byte range of a file of this kind.
const rangePlaceholder = "[0 0000000000 0000000000 0000000000]"

// sealName returns the name of the seal that a screen reader reads.
func sealName(d Document) string { return d.Signature.Name + " 电子印章" }

// widget writes the signature field with its appearance, the seal image, which like ink
// does not hide the text under it. The field is printed with the page and locked.
func (o *output) widget(r, page, signature ref, d Document, sealImage *picture) {
	seal := d.Page.Seal
	width, height := points(seal.W), points(seal.H)
	resources, content := "", []byte{}
	if sealImage != nil {
		resources = fmt.Sprintf("/XObject<</Seal %v>>/ExtGState<</Ink<</BM/Multiply>>>>", o.image(sealImage))
		content = fmt.Appendf(nil, "q /Ink gs %s 0 0 %s 0 0 cm /Seal Do Q", width, height)
	}
	appearance := o.stream(o.reserve(), fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Resources<<%s>>", width, height, resources), content)
	o.object(r, "<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/TU%s/F 132/P %v/StructParent 1/Rect[%s %s %s %s]/AP<</N %v>>/V %v>>",
		fieldName, appendString(nil, sealName(d)), page,
		points(seal.X), points(d.Page.Height-seal.Y-seal.H), points(seal.X+seal.W), points(d.Page.Height-seal.Y),
		appearance, signature)
}

// signature writes the signature dictionary, with placeholders for the byte range and the
// value of the signature, which are known when the file is complete.
func (o *output) signature(r ref, d Document) {
	o.begin(r)
	o.WriteString("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/" + subFilter + "/ByteRange")
	o.byteRange = o.Len()
	o.WriteString(rangePlaceholder)
	o.WriteString("/Contents")
	o.contents = o.Len()
	o.WriteByte('<')
	o.Write(bytes.Repeat([]byte{'0'}, 2*d.Signature.Size))
	o.WriteByte('>')
	fmt.Fprintf(o, "/M%s", appendDate(nil, d.At))
	for _, entry := range []struct{ key, text string }{
		{"Name", d.Signature.Name}, {"Reason", d.Signature.Reason}, {"Location", d.Signature.Location},
	} {
		if entry.text != "" {
			o.WriteString("/" + entry.key)
			o.string(entry.text)
		}
	}
	o.WriteString("/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]>>")
	o.end()
}

// draft sets the byte range and computes the digest of the bytes in it.
func (o *output) draft(size int) Draft {
	d := Draft{Data: o.Bytes(), offset: o.contents, size: size}
	if o.contents == 0 {
		return d
	}
	after := o.contents + 2*size + 2
	ranges := fmt.Sprintf("[0 %d %d %d]", o.contents, after, len(d.Data)-after)
	copy(d.Data[o.byteRange:], ranges+"                                "[:len(rangePlaceholder)-len(ranges)])
	hash := sha256.New()
	hash.Write(d.Data[:o.contents])
	hash.Write(d.Data[after:])
	d.Digest = hash.Sum(nil)
	return d
}

// AddSignature returns the file with the value of the signature: a detached CMS signature
// over Digest, DER. The error is ErrSignatureSize if the value is too large.
func (d Draft) AddSignature(value []byte) ([]byte, error) {
	if len(value) > d.size {
		return nil, fmt.Errorf("%w: %d bytes into %d", ErrSignatureSize, len(value), d.size)
	}
	hex.Encode(d.Data[d.offset+1:], value)
	return d.Data, nil
}

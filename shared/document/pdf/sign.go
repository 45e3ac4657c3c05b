package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrRoom reports a signature that does not fit into the place kept for it.
var ErrSignatureSize = errors.New("the signature does not fit into its place")

// Draft is a file that is complete but for the value of its signature. Without
// a place for one, it is the file.
type Draft struct {
	Data   []byte // the file
	Digest []byte // SHA-256 of what is signed: all of Data but the place; nil without one

	place, room int // where the place begins, and the bytes that go into it
}

// fieldName is the signature field's name in the form.
const fieldName = "seal"

// rangePlaceholder is as wide as any byte range of a file of this kind.
const rangePlaceholder = "[0 0000000000 0000000000 0000000000]"

// sealName is how the seal is announced.
func sealName(d Document) string { return d.Signer.Name + " 电子印章" }

// widget writes the signature field and its one appearance, the seal: printed
// with the page and locked.
func (o *output) widget(r, leaf, signature ref, d Document, stamp *picture) {
	seal := d.Sheet.Seal
	width, height := points(seal.W), points(seal.H)
	resources, content := "", []byte{}
	if stamp != nil {
		resources = fmt.Sprintf("/XObject<</Seal %v>>", o.image(stamp))
		content = fmt.Appendf(nil, "q %s 0 0 %s 0 0 cm /Seal Do Q", width, height)
	}
	appearance := o.stream(o.reserve(), fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Resources<<%s>>", width, height, resources), content)
	o.object(r, "<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/TU%s/F 132/P %v/StructParent 1/Rect[%s %s %s %s]/AP<</N %v>>/V %v>>",
		fieldName, appendString(nil, sealName(d)), leaf,
		points(seal.X), points(d.Sheet.Height-seal.Y-seal.H), points(seal.X+seal.W), points(d.Sheet.Height-seal.Y),
		appearance, signature)
}

// signature writes the signature dictionary with room for the two values that
// are only known when the file is complete.
func (o *output) signature(r ref, d Document) {
	o.begin(r)
	o.WriteString("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/" + subFilter + "/ByteRange")
	o.byteRange = o.Len()
	o.WriteString(rangePlaceholder)
	o.WriteString("/Contents")
	o.contents = o.Len()
	o.WriteByte('<')
	o.Write(bytes.Repeat([]byte{'0'}, 2*d.Signer.Room))
	o.WriteByte('>')
	fmt.Fprintf(o, "/M%s", appendDate(nil, d.At))
	for _, entry := range []struct{ key, text string }{
		{"Name", d.Signer.Name}, {"Reason", d.Signer.Reason}, {"Location", d.Signer.Location},
	} {
		if entry.text != "" {
			o.WriteString("/" + entry.key)
			o.string(entry.text)
		}
	}
	o.WriteString("/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]>>")
	o.end()
}

// draft fills in the byte range and digests what it covers.
func (o *output) draft(room int) Draft {
	d := Draft{Data: o.Bytes(), place: o.contents, room: room}
	if o.contents == 0 {
		return d
	}
	after := o.contents + 2*room + 2
	ranges := fmt.Sprintf("[0 %d %d %d]", o.contents, after, len(d.Data)-after)
	copy(d.Data[o.byteRange:], ranges+"                                "[:len(rangePlaceholder)-len(ranges)])
	hash := sha256.New()
	hash.Write(d.Data[:o.contents])
	hash.Write(d.Data[after:])
	d.Digest = hash.Sum(nil)
	return d
}

// AddSignature puts the value of the signature, a detached CMS signature over
// Digest, into its place, and returns the file. A longer value than the place
// has room for is ErrRoom.
func (d Draft) AddSignature(value []byte) ([]byte, error) {
	if len(value) > d.room {
		return nil, fmt.Errorf("%w: %d bytes into %d", ErrSignatureSize, len(value), d.room)
	}
	hex.Encode(d.Data[d.place+1:], value)
	return d.Data, nil
}

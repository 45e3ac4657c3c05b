package ofd

// The object identifiers of the algorithms (GM/T 0006).
const (
	sm2WithSM3 = "1.2.156.10197.1.501"
	sm3Digest  = "1.2.156.10197.1.401"
)

// providerName is the name of the software that wrote the file.
const providerName = "Jiazhu"

// formats are the values of Provider@Version for format 1 and following. The format
// determines how parts are packed, what the signature covers and what is attached. A new
// format gets a new number, and the earlier ones can still be read.
var formats = [...]string{"1", "2", "3"}

// signatureTime is the layout of the time of sealing in Signature.xml, in UTC.
const signatureTime = "20060102150405Z"

// signatures writes Signatures.xml, the list with the one signature. Signature.xml lists it,
// so no second signature can be added.
func signatures() (part, error) {
	m := newMarkup("Signatures", "", 256)
	m.element("MaxSignId", "s002")
	m.writeRaw(`<ofd:Signature ID="s001" Type="Seal" BaseLoc="/`, signaturePart, `"/>`)
	data, err := m.end("Signatures")
	return newPart(signaturesPart, data), err
}

// signature writes Signature.xml: the digest of every part and the place of the seal
// (18.2).
func (d *Document) signature(parts []part) ([]byte, error) {
	m := newMarkup("Signature", "", 3<<10)
	m.writeRaw(`<ofd:SignedInfo><ofd:Provider ProviderName="`, providerName, `" Version="`, formats[max(d.Format, 1)-1], `" Company="`, providerName, `"/>`)
	m.element("SignatureMethod", sm2WithSM3).element("SignatureDateTime", d.At.Format(signatureTime))
	m.writeRaw(`<ofd:References CheckMethod="`, sm3Digest, `">`)
	for _, p := range parts {
		m.writeRaw(`<ofd:Reference FileRef="/`, p.name, `"><ofd:CheckValue>`, p.sum, `</ofd:CheckValue></ofd:Reference>`)
	}
	seal := d.Page.Seal
	m.writeRaw(`</ofd:References><ofd:StampAnnot ID="s003" PageRef="`).id(pageID).
		writeRaw(`" Boundary="`).mm(seal.X, seal.Y, seal.W, seal.H).writeRaw(`"/>`)
	m.writeRaw(`<ofd:Seal>`).element("BaseLoc", "/"+sealPart).writeRaw(`</ofd:Seal></ofd:SignedInfo>`)
	m.element("SignedValue", "/"+valuePart)
	return m.end("Signature")
}

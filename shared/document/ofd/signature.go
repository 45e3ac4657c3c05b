package ofd

// Algorithms as Signature.xml names them (GM/T 0006).
const (
	sm2WithSM3 = "1.2.156.10197.1.501"
	sm3Digest  = "1.2.156.10197.1.401"
)

// providerName says who wrote the file.
const providerName = "Jiazhu"

// forms are the numbers of the forms that are read, from the first: how parts are
// packed, what the signature covers and what is attached. Another form gets
// another number, and readers keep the old.
var forms = [...]string{"1", "2"}

// signatureTime is how Signature.xml writes the time of sealing, UTC.
const signatureTime = "20060102150405Z"

// signatures writes Signatures.xml, the list of the one signature. It is
// protected itself, so no second one can be added.
func signatures() (part, error) {
	m := open("Signatures", "")
	m.element("MaxSignId", "s002")
	m.writeRaw(`<ofd:Signature ID="s001" Type="Seal" BaseLoc="/`, signaturePart, `"/>`)
	data, err := m.end("Signatures")
	return newPart(signaturesPart, data), err
}

// signature writes Signature.xml, which names every part and its digest and
// says where the seal stands (18.2).
func (d *Document) signature(parts []part) ([]byte, error) {
	m := open("Signature", "")
	m.writeRaw(`<ofd:SignedInfo><ofd:Provider ProviderName="`, providerName, `" Version="`, forms[max(d.Form, 1)-1], `" Company="`, providerName, `"/>`)
	m.element("SignatureMethod", sm2WithSM3).element("SignatureDateTime", d.At.Format(signatureTime))
	m.writeRaw(`<ofd:References CheckMethod="`, sm3Digest, `">`)
	for _, p := range parts {
		m.writeRaw(`<ofd:Reference FileRef="/`, p.name, `"><ofd:CheckValue>`, p.sum, `</ofd:CheckValue></ofd:Reference>`)
	}
	seal := d.Sheet.Seal
	m.writeRaw(`</ofd:References><ofd:StampAnnot ID="s003" PageRef="`).id(pageID).
		writeRaw(`" Boundary="`).mm(seal.X, seal.Y, seal.W, seal.H).writeRaw(`"/>`)
	m.writeRaw(`<ofd:Seal>`).element("BaseLoc", "/"+sealPart).writeRaw(`</ofd:Seal></ofd:SignedInfo>`)
	m.element("SignedValue", "/"+valuePart)
	return m.end("Signature")
}

package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// producer names the software in the file.
const producer = "Jiazhu"

// The parts of the metadata packet that are the same in every file: its beginning, which claims
// conformance to PDF/A-3 level A and PDF/UA-1, the description of the schema of PDF/UA, which PDF/A
// requires (ISO 19005-3, 6.6.2.3), and its end.
const xmpHead = `<?xpacket begin="` + "\uFEFF" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
`

const xmpSchema = `<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
`

const xmpEnd = `</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`

// metadata returns the metadata packet, compressed. Of a signed file, the schema precedes the values, so
// that all before them is compressed once. Of a file without a signature it follows them: receipts of
// every age are drawn again and compared byte by byte.
func (w *Writer) metadata(d Document) []byte {
	if d.Signature.Size > 0 {
		return w.compressor.ZlibAfter(w.xmp, append(xmpValues(d), xmpEnd...))
	}
	return w.deflate([]byte(xmpHead + string(xmpValues(d)) + xmpSchema + xmpEnd))
}

// xmpValues returns the values of the information dictionary as the metadata packet has them.
func xmpValues(d Document) []byte {
	at := inChina(d.At).Format("2006-01-02T15:04:05-07:00")
	id := d.ID
	return fmt.Appendf(make([]byte, 0, 1<<10), `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>%s</pdf:Keywords>
<pdf:Producer>%s</pdf:Producer>
<xmp:CreatorTool>%s</xmp:CreatorTool>
<xmp:CreateDate>%s</xmp:CreateDate>
<xmp:ModifyDate>%s</xmp:ModifyDate>
<xmp:MetadataDate>%s</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:%x-%x-%x-%x-%x</xmpMM:DocumentID>
`,
		escapeText(d.Title), escapeText(d.Author), escapeText(d.Subject), escapeText(d.Page.Lang), escapeText(d.Keywords),
		producer, producer, at, at, at, id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

func escapeText(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}

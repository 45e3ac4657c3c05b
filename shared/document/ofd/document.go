package ofd

import (
	"strconv"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// root writes OFD.xml: the document's metadata, the locations of document and signatures
// (GB/T 33190, 7.4), and the digest of the other parts' packing. The elements are in the
// schema's order.
func (d *Document) root(packing string) (part, error) {
	m := newMarkup("OFD", ` Version="1.0" DocType="OFD"`, 4<<10)
	m.writeRaw(`<ofd:DocBody><ofd:DocInfo>`)
	m.element("DocID", d.ID).element("Title", d.Title).element("Author", d.Author).element("Subject", d.Subject)
	day := civil.Of(d.At).String()
	m.element("CreationDate", day).element("ModDate", day).element("Creator", "Jiazhu").element("CreatorVersion", "1")
	m.writeRaw(`<ofd:CustomDatas>`)
	for _, datum := range d.CustomData {
		m.datum(datum)
	}
	m.datum(Datum{packingName, packing}).writeRaw(`</ofd:CustomDatas>`)
	m.writeRaw(`</ofd:DocInfo>`).element("DocRoot", documentPart).element("Signatures", signaturesPart).writeRaw(`</ofd:DocBody>`)
	data, err := m.end("OFD")
	return newPart(rootPart, data), err
}

func (m *markup) datum(d Datum) *markup {
	return m.writeRaw(`<ofd:CustomData Name="`).text(d.Name).writeRaw(`">`).text(d.Value).writeRaw(`</ofd:CustomData>`)
}

// document writes Document.xml: the page, its template, and the permissions (7.5). last is
// the highest ID in use.
func (w *Writer) document(d *Document, last int) (part, error) {
	m := newMarkup("Document", "", 1<<10)
	m.writeRaw(`<ofd:CommonData><ofd:MaxUnitID>`).id(last).writeRaw(`</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>`)
	m.mm(0, 0, d.Page.Width, d.Page.Height).writeRaw(`</ofd:PhysicalBox></ofd:PageArea>`)
	m.element("PublicRes", "PublicRes.xml").element("DocumentRes", "DocumentRes.xml")
	m.writeRaw(`<ofd:TemplatePage ID="`).id(templateID).writeRaw(`" ZOrder="Background" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>`)
	m.writeRaw(`<ofd:Pages><ofd:Page ID="`).id(pageID).writeRaw(`" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>`)
	d.permissions(m)
	if d.Attachment != nil {
		m.element("Attachments", "Attachs/Attachments.xml")
	}
	data, err := m.end("Document")
	if err != nil {
		return part{}, err
	}
	return w.documents.get(w, documentPart, data), nil
}

// permissions writes the permissions, reading, printing and extracting text, and the period
// of use. Its times are in Asia/Shanghai without an offset, as readers expect.
func (d *Document) permissions(m *markup) {
	m.writeRaw(`<ofd:Permissions><ofd:Edit>false</ofd:Edit><ofd:Annot>false</ofd:Annot><ofd:Export>true</ofd:Export>`,
		`<ofd:Signature>false</ofd:Signature><ofd:Watermark>false</ofd:Watermark>`,
		`<ofd:PrintScreen>true</ofd:PrintScreen><ofd:Print Printable="true"/>`)
	if !d.ValidFrom.IsZero() || !d.ValidUntil.IsZero() {
		m.writeRaw(`<ofd:ValidPeriod`)
		if !d.ValidFrom.IsZero() {
			m.writeRaw(` StartDate="`, d.ValidFrom.String(), `T00:00:00"`)
		}
		if !d.ValidUntil.IsZero() {
			m.writeRaw(` EndDate="`, d.ValidUntil.String(), `T23:59:59"`)
		}
		m.writeRaw(`/>`)
	}
	m.writeRaw(`</ofd:Permissions>`)
}

// page writes Content.xml and returns the highest ID in use.
func (w *Writer) page(d *Document, s *resourceSet) (part, int, error) {
	m := newMarkup("Page", "", 16<<10)
	m.writeRaw(`<ofd:Template TemplateID="`).id(templateID).writeRaw(`" ZOrder="Background"/>`)
	m.writeRaw(`<ofd:Area><ofd:PhysicalBox>`).mm(0, 0, d.Page.Width, d.Page.Height).writeRaw(`</ofd:PhysicalBox></ofd:Area>`)
	m.writeRaw(`<ofd:Content><ofd:Layer ID="`).id(s.next).writeRaw(`" Type="Body">`)
	c := s.canvas(m, w.fonts, s.next+1)
	if err := c.draw(d.Page.Items); err != nil {
		return part{}, 0, err
	}
	p, err := w.part(m.writeRaw(`</ofd:Layer></ofd:Content>`), "Page", pagePart)
	return p, c.next - 1, err
}

// attachments writes Attachments.xml (20).
func (d *Document) attachments() (part, error) {
	a := d.Attachment
	at := d.At.In(civil.Zone()).Format(time.RFC3339)
	size := strconv.FormatFloat(float64(len(a.Data))/1024, 'f', 3, 64)
	m := newMarkup("Attachments", "", 512)
	m.writeRaw(`<ofd:Attachment ID="a1" Name="`).text(a.Name)
	m.writeRaw(`" Format="`).text(a.MIME)
	m.writeRaw(`" CreationDate="`, at, `" Size="`, size, `" Visible="true"`)
	if a.Description != "" {
		m.writeRaw(` Usage="`).text(a.Description).writeRaw(`"`)
	}
	m.writeRaw(`>`).element("FileLoc", a.Name).writeRaw(`</ofd:Attachment>`)
	data, err := m.end("Attachments")
	return newPart(attachmentsPart, data), err
}

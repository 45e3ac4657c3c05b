package pdf

import (
	"crypto/md5"
	"fmt"
	"strings"
)

// assemble writes every object of the file. The signature comes last, so that a reader
// finds first what it needs first.
func (w *Writer) assemble(o *output, d Document, p parts) {
	catalog, pages, page := o.reserve(), o.reserve(), o.reserve()
	signed := d.Signature.Size > 0
	widget, signature := ref(0), ref(0)
	if signed {
		widget, signature = o.reserve(), o.reserve()
	}
	profile := o.stream(o.reserve(), "/N 3/Filter/FlateDecode", w.icc)
	intent := o.add("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile %v>>", profile)
	contents, resources := o.layers(p.base, p.items)
	tree := o.structure(page, widget, d, p)
	metadata := o.stream(o.reserve(), "/Type/Metadata/Subtype/XML/Filter/FlateDecode", w.metadata(d))

	var extra strings.Builder
	if d.Attachment != nil {
		file := o.attachment(d, p.attachment)
		fmt.Fprintf(&extra, "/Names<</EmbeddedFiles<</Names[%s %v]>>>>/AF[%v]", appendString(nil, d.Attachment.Name), file, file)
	}
	extra.WriteString(w.validation(o, d.Validation))
	annots := ""
	if signed {
		fmt.Fprintf(&extra, "/AcroForm<</Fields[%v]/SigFlags 3>>/Perms<</DocMDP %v>>", widget, signature)
		annots = fmt.Sprintf("/Annots[%v]", widget)
	}
	o.object(catalog, "<</Type/Catalog/Version/1.7/Pages %v/Lang%s/MarkInfo<</Marked true>>/StructTreeRoot %v/Metadata %v/OutputIntents[%v]/ViewerPreferences<</DisplayDocTitle true>>%s>>",
		pages, appendString(nil, d.Page.Lang), tree, metadata, intent, extra.String())
	o.object(pages, "<</Type/Pages/Kids[%v]/Count 1>>", page)
	o.object(page, "<</Type/Page/Parent %v/MediaBox[0 0 %s %s]/Group<</S/Transparency/CS/DeviceRGB>>/StructParents 0/Tabs/S/Contents[%s]/Resources%s%s>>",
		pages, points(d.Page.Width), points(d.Page.Height), contents, resources, annots)
	info := o.info(d)
	if signed {
		o.widget(widget, page, signature, d, p.sealImage)
		o.signature(signature, d)
	}
	o.trailer(fmt.Sprintf("/Root %v/Info %v/ID[<%x><%x>]", catalog, info, d.ID, d.ID), w.deflate)
}

func points(mm float64) []byte { return appendNumber(nil, mm*perMM) }

// layers writes the content streams with their fonts and images. It returns the page's
// contents (references) and resources (a dictionary).
func (o *output) layers(layers ...*layer) (contents, resources string) {
	var streams, fonts, images strings.Builder
	for _, l := range layers {
		if l.content == nil {
			continue
		}
		for _, f := range l.fonts {
			fmt.Fprintf(&fonts, "/%s%d %v", l.prefix, f.subset.Face.Index, o.font(f))
		}
		for i, p := range l.images {
			fmt.Fprintf(&images, "/%s %v", imageName(l, i), o.image(p))
		}
		fmt.Fprintf(&streams, "%v ", o.stream(o.reserve(), "/Filter/FlateDecode", l.content))
	}
	return streams.String(), fmt.Sprintf("<</Font<<%s>>/XObject<<%s>>>>", fonts.String(), images.String())
}

// attachment writes the embedded file and its specification. The MD5 checksum is
// prescribed (ISO 32000-1, 7.11.4); security does not depend on it.
func (o *output) attachment(d Document, compressed []byte) ref {
	a := d.Attachment
	file := o.stream(o.reserve(), fmt.Sprintf("/Type/EmbeddedFile/Subtype%s/Params<</Size %d/ModDate%s/CheckSum<%x>>>/Filter/FlateDecode",
		appendName(nil, a.MIME), len(a.Data), appendDate(nil, d.At), md5.Sum(a.Data)), compressed)
	name := appendString(nil, a.Name)
	return o.add("<</Type/Filespec/F%s/UF%s/Desc%s/AFRelationship/Data/EF<</F %v/UF %v>>>>",
		name, name, appendString(nil, a.Description), file, file)
}

func (o *output) info(d Document) ref {
	date := appendDate(nil, d.At)
	return o.add("<</Title%s/Author%s/Subject%s/Keywords%s/Creator(%s)/Producer(%s)/CreationDate%s/ModDate%s>>",
		appendString(nil, d.Title), appendString(nil, d.Author), appendString(nil, d.Subject), appendString(nil, d.Keywords),
		producer, producer, date, date)
}

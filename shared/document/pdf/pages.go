package pdf

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// WritePages writes an unsigned PDF of several pages: d.Page, and those that follow it. They share the
// fonts. The other members of d are as for Write, without those of a seal and a signature; the pages have
// no Base. The error names a picture that cannot be drawn.
func (w *Writer) WritePages(d Document, following []displaylist.Page) ([]byte, error) {
	pages := append([]displaylist.Page{d.Page}, following...)
	var items []displaylist.Item
	for _, p := range pages {
		items = append(items, p.Items...)
	}
	shared, err := w.layer(nil, displaylist.Beyond(nil, items), d.Page.Height, "B", &layer{})
	if err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	layers, size := make([]*layer, len(pages)), 24<<10+shared.size()
	for i, p := range pages {
		if layers[i], err = w.layer(p.Items, nil, p.Height, "D", shared); err != nil {
			return nil, fmt.Errorf("write PDF: page %d: %w", i+1, err)
		}
		size += layers[i].size()
	}
	o := newOutput(size, max(d.Format, 1))
	w.assemblePages(o, d, pages, shared, layers)
	return o.draft(0).Data, nil
}

// assemblePages writes every object of a file of several pages.
func (w *Writer) assemblePages(o *output, d Document, pages []displaylist.Page, shared *layer, layers []*layer) {
	catalog, parent := o.reserve(), o.reserve()
	profile := o.stream(o.reserve(), "/N 3/Filter/FlateDecode", w.icc)
	intent := o.add("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile %v>>", profile)
	var fonts, kids strings.Builder
	for _, f := range shared.fonts {
		fmt.Fprintf(&fonts, "/%s%d %v", shared.prefix, f.subset.Face.Index, o.font(f))
	}
	refs := make([]ref, len(pages))
	for i, p := range pages {
		var images strings.Builder
		for n, picture := range layers[i].images {
			fmt.Fprintf(&images, "/%s %v", imageName(layers[i], n), o.image(picture))
		}
		contents := o.stream(o.reserve(), "/Filter/FlateDecode", layers[i].content)
		refs[i] = o.add("<</Type/Page/Parent %v/MediaBox[0 0 %s %s]/Group<</S/Transparency/CS/DeviceRGB>>/StructParents %d/Tabs/S/Contents %v/Resources<</Font<<%s>>/XObject<<%s>>>>>>",
			parent, points(p.Width), points(p.Height), i, contents, fonts.String(), images.String())
		fmt.Fprintf(&kids, "%v ", refs[i])
	}
	tree := o.structurePages(d, refs, layers)
	metadata := o.stream(o.reserve(), "/Type/Metadata/Subtype/XML/Filter/FlateDecode", w.metadata(d))
	o.object(catalog, "<</Type/Catalog/Version/1.7/Pages %v/Lang%s/MarkInfo<</Marked true>>/StructTreeRoot %v/Metadata %v/OutputIntents[%v]/ViewerPreferences<</DisplayDocTitle true>>>>",
		parent, appendString(nil, d.Page.Lang), tree, metadata, intent)
	o.object(parent, "<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), len(pages))
	o.trailer(fmt.Sprintf("/Root %v/Info %v/ID[<%x><%x>]", catalog, o.info(d), d.ID, d.ID), w.deflate)
}

// structurePages writes the structure tree of several pages: a Document with the elements of one page
// after the other.
func (o *output) structurePages(d Document, pages []ref, layers []*layer) ref {
	root, document := o.reserve(), o.reserve()
	var kids, nums []byte
	for i, l := range layers {
		parents := make([]ref, len(l.marks))
		for _, e := range elements(l) {
			r := o.element(document, pages[i], e)
			for _, m := range e.marks {
				parents[m-l.first] = r
			}
			kids = append(r.append(kids), ' ')
		}
		nums = fmt.Appendf(nums, "%d[", i)
		for _, r := range parents {
			nums = append(r.append(nums), ' ')
		}
		nums = append(nums, ']')
	}
	o.object(document, "<</Type/StructElem/S/Document/P %v/T%s/K[%s]>>", root, appendString(nil, d.Page.Title), kids)
	return o.object(root, "<</Type/StructTreeRoot/K %v/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>", document, nums, len(layers))
}

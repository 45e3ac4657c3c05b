package forgery

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image/jpeg"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
)

// edit exchanges something in a genuine file that was taken apart.
type edit[T any] struct {
	name string
	do   func(file T)
}

// recodePhoto is a photo coded anew, which looks the same.
func recodePhoto(photo []byte, quality int) []byte {
	return jpegOf(must.Get(jpeg.Decode(bytes.NewReader(photo))), quality)
}

// The text of the objects that edits look for.
const (
	photoObject    = "/Filter/DCTDecode"
	codeObject     = "/ColorSpace/DeviceGray/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 1/BitsPerComponent 1/"
	attachedObject = "/Type/EmbeddedFile"
	pageObject     = "<</Type/Page/"
	catalogObject  = "<</Type/Catalog/"
)

// swapObject puts another file's object with this text in place of the file's own.
func swapObject(other *pdfFile, text string) func(*pdfFile) {
	return func(f *pdfFile) { f.find(text).body = other.find(text).body }
}

// swapContent puts another file's lines in place of the file's own.
func swapContent(other *pdfFile) func(*pdfFile) {
	return func(f *pdfFile) { f.content().body = other.content().body }
}

// editContent changes the stream with the lines.
func editContent(change func(text []byte) []byte) func(*pdfFile) {
	return func(f *pdfFile) {
		o := f.content()
		o.fill(change(must.Get(o.inflateStream())), zlib.DefaultCompression)
	}
}

func replaceInPDF(old, by string) func(*pdfFile) { return func(f *pdfFile) { f.replace(old, by) } }

// recompress compresses all streams that are compressed.
func recompress(level int) func(*pdfFile) {
	return func(f *pdfFile) {
		for i := range f.plainObjects {
			if text, err := f.plainObjects[i].inflateStream(); err == nil {
				f.plainObjects[i].fill(text, level)
			}
		}
	}
}

// pdfEdits are what an editor of PDFs does, and what the format allows besides.
func (g Genuine) pdfEdits() []edit[*pdfFile] {
	other := openPDF(g.Other.PDF)
	swap := func(text string) func(*pdfFile) { return swapObject(other, text) }
	attached := func(data []byte) func(*pdfFile) {
		return func(f *pdfFile) { f.find(attachedObject).fill(data, zlib.DefaultCompression) }
	}
	photo := func(quality int) func(*pdfFile) {
		return func(f *pdfFile) {
			o := f.find(photoObject)
			head, _, _ := bytes.Cut(o.body, []byte("\nstream\n"))
			o.body = streamOf(string(head), recodePhoto(g.Copy.Photo.Data, quality))
		}
	}
	return []edit[*pdfFile]{
		{"the JSON of another copy", attached(g.Other.JSON)},
		{"a JSON until 2036", attached(until2036().consistentDraft(g.Copy).attachment.Data)},
		{"a JSON with a blank behind it", attached(append(bytes.Clone(g.Copy.JSON), ' '))},
		{"an empty JSON", attached([]byte("{}"))},
		{"the photo of another copy", swap(photoObject)},
		{"the code of another copy", swap(codeObject)},
		{"the photo coded anew, hardly smaller", photo(95)},
		{"the photo coded anew, much smaller", photo(30)},
		{"the lines of another copy", swapContent(other)},
		{"a white field over the window", editContent(func(text []byte) []byte {
			return append(bytes.Clone(text), "\nq 1 1 1 rg 40 90 300 60 re f Q\n"...)
		})},
		{"a line taken away", editContent(withoutLine)},
		{"a glyph exchanged", editContent(func(text []byte) []byte {
			changed := bytes.Clone(text)
			at := bytes.LastIndex(text, []byte(lastTextOperator)) - len("0001")
			copy(changed[at:], map[bool]string{true: "0002", false: "0001"}[string(text[at:at+4]) == "0001"])
			return changed
		})},
		{"a text behind the page", func(f *pdfFile) {
			n := f.add("<</Length 30>>\nstream\n BT (until 2036) Tj ET          \nendstream")
			f.replace("/Contents[", fmt.Sprintf("/Contents[%d 0 R ", n))
		}},
		{"an annotation over the page", func(f *pdfFile) {
			n := f.add("<</Type/Annot/Subtype/FreeText/Rect[40 90 340 150]/Contents(until 2036)/DA(/Helv 12 Tf)/F 4>>")
			f.replace("/Annots[", fmt.Sprintf("/Annots[%d 0 R ", n))
		}},
		{"a second page", func(f *pdfFile) {
			n := f.add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Contents[]/Resources<<>>>>")
			f.replace("/Kids[3 0 R]/Count 1", fmt.Sprintf("/Kids[%d 0 R 3 0 R]/Count 2", n))
		}},
		{"a larger sheet", replaceInPDF("/MediaBox[0 0 595.276 841.89]", "/MediaBox[0 0 595.276 1683.8]")},
		{"a crop box", replaceInPDF(pageObject, pageObject+"CropBox[0 300 595 841]/")},
		{"a rotation", replaceInPDF(pageObject, pageObject+"Rotate 180/")},
		{"another title", replaceInPDF("/Title<", "/Title<feff52")},
		{"another producer", replaceInPDF("/Producer(Jiazhu)", "/Producer(Editor)")},
		{"another time of making", replaceInPDF("/CreationDate(D:20", "/CreationDate(D:19")},
		{"another time of signing", replaceInPDF("/M(D:20", "/M(D:19")},
		{"another name of the signer", replaceInPDF("/Reason", "/Location(x)/Reason")},
		{"changes allowed", replaceInPDF("/TransformParams/P 1/V", "/TransformParams/P 3/V")},
		{"no rule against changes", replaceInPDF("/TransformMethod/DocMDP", "/TransformMethod/UR3  ")},
		{"no certification", replaceInPDF("/Perms<</DocMDP 5 0 R>>", "")},
		{"the form's field twice", replaceInPDF("/Fields[4 0 R]", "/Fields[4 0 R 4 0 R]")},
		{"the form with an action", replaceInPDF("/SigFlags 3", "/SigFlags 3/NeedAppearances true")},
		{"an action on opening", replaceInPDF(catalogObject, catalogObject+"OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/")},
		{"a layer that hides", replaceInPDF(catalogObject, catalogObject+"OCProperties<</OCGs[]/D<<>>>>/")},
		{"the seal's picture of nothing", replaceInPDF("/AP<</N ", "/AP<</D ")},
		{"the attachment under another name", replaceInPDF("/F(certificate.json)/UF(certificate.json)", "/F(receipt.jws)/UF(receipt.jws)")},
		{"the attachment as a supplement", replaceInPDF("/AFRelationship/Data", "/AFRelationship/Supplement")},
		{"no attachment", replaceInPDF("/Names<</EmbeddedFiles<<", "/Names<</EmbeddedNone <<")},
		{"a second attachment", func(f *pdfFile) {
			file := f.add("<</Type/EmbeddedFile/Length 0>>\nstream\n\nendstream")
			o := f.objectByNumber(file)
			o.body = streamOf("<</Type/EmbeddedFile/Filter/FlateDecode/Length 0>>", nil)
			o.fill([]byte(g.Copy.Receipt.Text), zlib.DefaultCompression)
			spec := f.add(fmt.Sprintf("<</Type/Filespec/F(receipt.jws)/UF(receipt.jws)/AFRelationship/Data/EF<</F %d 0 R/UF %d 0 R>>>>", file, file))
			f.replace("/Names[(certificate.json) ", fmt.Sprintf("/Names[(receipt.jws) %d 0 R (certificate.json) ", spec))
		}},
		{"objects in another order", func(f *pdfFile) { slices.Reverse(f.plainObjects) }},
		{"an object nobody asks for", func(f *pdfFile) { f.add("<</Until(2036)>>") }},
		{"streams compressed better", recompress(zlib.BestCompression)},
		{"streams not compressed", recompress(zlib.NoCompression)},
	}
}

// lastTextOperator ends a run of glyphs that is shown.
const lastTextOperator = ">Tj"

// withoutLine takes the last run of glyphs away.
func withoutLine(text []byte) []byte {
	at := bytes.LastIndex(text, []byte(lastTextOperator))
	return slices.Concat(text[:at], []byte(">  "), text[at+len(lastTextOperator):])
}

// content is the stream with the holder's own lines: the last of the page's.
func (f *pdfFile) content() *pdfObject {
	_, list, _ := bytes.Cut(f.find(pageObject).body, []byte("/Contents["))
	list, _, _ = bytes.Cut(list, []byte("]"))
	words := strings.Fields(string(list))
	if len(words) < 3 {
		must.Do(errors.New("the page shows nothing"))
	}
	return f.objectByNumber(must.Get(strconv.Atoi(words[len(words)-3])))
}

// ofdEdits are what an editor of packages does.
func (g Genuine) ofdEdits() []edit[*ofdFile] {
	other := openOFD(g.Other.OFD)
	set := func(ending string, data []byte) func(*ofdFile) {
		return func(o *ofdFile) { o.find(ending).set(data) }
	}
	swap := func(ending string) func(*ofdFile) { return set(ending, other.find(ending).data) }
	replace := func(ending, old, by string) func(*ofdFile) {
		return func(o *ofdFile) { o.find(ending).replace(old, by) }
	}
	photo := func(quality int) func(*ofdFile) {
		return set("image_0.jpg", recodePhoto(g.Copy.Photo.Data, quality))
	}
	lastDay, json := g.Copy.Says.UseUntil.String(), until2036().consistentDraft(g.Copy).attachment.Data
	return []edit[*ofdFile]{
		{"the JSON of another copy", swap("certificate.json")},
		{"a JSON until 2036", set("certificate.json", json)},
		{"a JSON with a blank behind it", set("certificate.json", append(bytes.Clone(g.Copy.JSON), ' '))},
		{"the photo of another copy", swap("image_0.jpg")},
		{"the handwriting of another copy", swap("image_1.png")},
		{"the code of another copy", swap("image_2.png")},
		{"the photo coded anew, hardly smaller", photo(95)},
		{"the photo coded anew, much smaller", photo(30)},
		{"the page of another copy", swap("Page_0/Content.xml")},
		{"the font of another copy", swap("Res/font_0.ttf")},
		{"the metadata of another copy", swap("OFD.xml")},
		{"metadata until 2036", replace("OFD.xml", `Name="JZJYXQJZSJ">`+lastDay[:4], `Name="JZJYXQJZSJ">2036`)},
		{"metadata of another name", replace("OFD.xml", `Name="CZZT">`, `Name="CZZT">李`)},
		{"a metadatum more", replace("OFD.xml", `<ofd:CustomDatas>`, `<ofd:CustomDatas><ofd:CustomData Name="KZ_note">x</ofd:CustomData>`)},
		{"a period until 2036", replace("Document.xml", `EndDate="`+lastDay, `EndDate="2036-05-28`)},
		{"changes allowed", replace("Document.xml", "<ofd:Edit>false</ofd:Edit>", "<ofd:Edit>true</ofd:Edit>")},
		{"a larger sheet", replace("Page_0/Content.xml", "<ofd:PhysicalBox>0 0 210", "<ofd:PhysicalBox>0 0 420")},
		{"a template of another title", replace("Tpl_0/Content.xml", "注册证书", "注册证明")},
		{"an object more on the page", replace("Page_0/Content.xml", "</ofd:Layer>", `<ofd:PathObject ID="9999" Boundary="0 0 9 9" Fill="true"><ofd:AbbreviatedData>M 0 0 L 9 9</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer>`)},
		{"the signature's time", replace("Signature.xml", "<ofd:SignatureDateTime>20", "<ofd:SignatureDateTime>19")},
		{"another place of the seal", replace("Signature.xml", `Boundary="`, `Boundary="1`)},
		{"another provider", replace("Signature.xml", `ProviderName="Jiazhu"`, `ProviderName="Another"`)},
		{"a list of two signatures", replace("Signatures.xml", `<ofd:Signature ID="s001"`, `<ofd:Signature ID="s000" Type="Seal" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/><ofd:Signature ID="s001"`)},
		{"an empty list of signatures", replace("Signatures.xml", `<ofd:Signature ID="s001" Type="Seal" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/>`, "")},
		{"no list of signatures", replace("OFD.xml", "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>", "")},
		{"an attachment more in the list", replace("Attachments.xml", `<ofd:Attachment ID="a1"`, `<ofd:Attachment ID="a0" Name="receipt.jws"><ofd:FileLoc>certificate.json</ofd:FileLoc></ofd:Attachment><ofd:Attachment ID="a1"`)},
		{"another description of the attachment", replace("Attachments.xml", "加注件", "加注")},
		{"a part more", func(o *ofdFile) {
			o.parts = slices.Insert(o.parts, 3, ofdPart{name: "Doc_0/Annots/Annot.xml", data: []byte("<x/>")})
		}},
		{"a part less", func(o *ofdFile) {
			o.parts = slices.DeleteFunc(o.parts, func(p ofdPart) bool { return strings.HasSuffix(p.name, "image_1.png") })
		}},
		{"parts in another order", func(o *ofdFile) { o.parts[2], o.parts[3] = o.parts[3], o.parts[2] }},
		{"parts compressed otherwise", func(o *ofdFile) {
			for i := range o.parts {
				if o.parts[i].deflated != nil {
					o.parts[i].deflated = storedBlocks(o.parts[i].data)
				}
			}
		}},
		{"a part stored that was compressed", func(o *ofdFile) { o.find("Page_0/Content.xml").deflated = nil }},
	}
}

// storedBlocks is DEFLATE without compression.
func storedBlocks(data []byte) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.NoCompression)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()[2 : b.Len()-4] // without the frame of zlib
}

package forgery

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image/jpeg"
	"slices"
	"strings"
)

// edit exchanges something in a genuine file that was taken apart.
type edit[T any] struct {
	name string
	do   func(file T) error
}

// recodePhoto is a photo coded anew, which looks the same.
func recodePhoto(photo []byte, quality int) ([]byte, error) {
	m, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// The text of the objects that edits look for.
const (
	photoObject    = "/Filter/DCTDecode"
	codeObject     = "/ColorSpace/DeviceGray/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 1/BitsPerComponent 1/"
	attachedObject = "/Type/EmbeddedFile"
	pageObject     = "<</Type/Page/"
	catalogObject  = "<</Type/Catalog/"
)

// pdfEdits are what an editor of PDFs does, and what the format allows beside that.
func (g Genuine) pdfEdits() ([]edit[*pdfFile], error) {
	other, err := openPDF(g.Other.PDF)
	if err != nil {
		return nil, err
	}
	changed, err := change{"", func(d *draft) { d.contents.UseUntil = forgedLastDay() }}.consistentDraft(g.Copy)
	if err != nil {
		return nil, err
	}
	swap := func(text string) func(*pdfFile) error {
		return func(f *pdfFile) error {
			from, err := other.find(text)
			if err != nil {
				return err
			}
			to, err := f.find(text)
			if err != nil {
				return err
			}
			to.body = from.body
			return nil
		}
	}
	content := func(change func(text []byte) []byte) func(*pdfFile) error {
		return func(f *pdfFile) error {
			o, err := f.content()
			if err != nil {
				return err
			}
			text, err := o.inflateStream()
			if err != nil {
				return err
			}
			o.fill(change(text), zlib.DefaultCompression)
			return nil
		}
	}
	attached := func(data []byte) func(*pdfFile) error {
		return func(f *pdfFile) error {
			o, err := f.find(attachedObject)
			if err == nil {
				o.fill(data, zlib.DefaultCompression)
			}
			return err
		}
	}
	replace := func(old, by string) func(*pdfFile) error {
		return func(f *pdfFile) error { return f.replace(old, by) }
	}
	photo := func(quality int) func(*pdfFile) error {
		return func(f *pdfFile) error {
			o, err := f.find(photoObject)
			if err != nil {
				return err
			}
			data, err := recodePhoto(g.Copy.Photo.Data, quality)
			head, _, _ := bytes.Cut(o.body, []byte("\nstream\n"))
			o.body = streamOf(string(head), data)
			return err
		}
	}
	return []edit[*pdfFile]{
		{"the JSON of another copy", attached(g.Other.JSON)},
		{"a JSON until 2036", attached(changed.attachment.Data)},
		{"a JSON with a blank behind it", attached(append(bytes.Clone(g.Copy.JSON), ' '))},
		{"an empty JSON", attached([]byte("{}"))},
		{"the photo of another copy", swap(photoObject)},
		{"the code of another copy", swap(codeObject)},
		{"the photo coded anew, hardly smaller", photo(95)},
		{"the photo coded anew, much smaller", photo(30)},
		{"the lines of another copy", func(f *pdfFile) error {
			from, err := other.content()
			if err != nil {
				return err
			}
			to, err := f.content()
			if err == nil {
				to.body = from.body
			}
			return err
		}},
		{"a white field over the window", content(func(text []byte) []byte {
			return append(bytes.Clone(text), "\nq 1 1 1 rg 40 90 300 60 re f Q\n"...)
		})},
		{"a line taken away", content(withoutLine)},
		{"a glyph exchanged", content(func(text []byte) []byte {
			changed := bytes.Clone(text)
			at := bytes.LastIndex(text, []byte(lastTextOperator)) - len("0001")
			copy(changed[at:], map[bool]string{true: "0002", false: "0001"}[string(text[at:at+4]) == "0001"])
			return changed
		})},
		{"a text behind the page", func(f *pdfFile) error {
			n := f.add("<</Length 30>>\nstream\n BT (until 2036) Tj ET          \nendstream")
			return f.replace("/Contents[", fmt.Sprintf("/Contents[%d 0 R ", n))
		}},
		{"an annotation over the page", func(f *pdfFile) error {
			n := f.add("<</Type/Annot/Subtype/FreeText/Rect[40 90 340 150]/Contents(until 2036)/DA(/Helv 12 Tf)/F 4>>")
			return f.replace("/Annots[", fmt.Sprintf("/Annots[%d 0 R ", n))
		}},
		{"a second page", func(f *pdfFile) error {
			n := f.add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Contents[]/Resources<<>>>>")
			return f.replace("/Kids[3 0 R]/Count 1", fmt.Sprintf("/Kids[%d 0 R 3 0 R]/Count 2", n))
		}},
		{"a larger sheet", replace("/MediaBox[0 0 595.276 841.89]", "/MediaBox[0 0 595.276 1683.8]")},
		{"a crop box", replace(pageObject, pageObject+"CropBox[0 300 595 841]/")},
		{"a rotation", replace(pageObject, pageObject+"Rotate 180/")},
		{"another title", replace("/Title<", "/Title<feff52")},
		{"another producer", replace("/Producer(Jiazhu)", "/Producer(Editor)")},
		{"another time of making", replace("/CreationDate(D:20", "/CreationDate(D:19")},
		{"another time of signing", replace("/M(D:20", "/M(D:19")},
		{"another name of the signer", replace("/Reason", "/Location(x)/Reason")},
		{"changes allowed", replace("/TransformParams/P 1/V", "/TransformParams/P 3/V")},
		{"no rule against changes", replace("/TransformMethod/DocMDP", "/TransformMethod/UR3  ")},
		{"no certification", replace("/Perms<</DocMDP 5 0 R>>", "")},
		{"the form's field twice", replace("/Fields[4 0 R]", "/Fields[4 0 R 4 0 R]")},
		{"the form with an action", replace("/SigFlags 3", "/SigFlags 3/NeedAppearances true")},
		{"an action on opening", replace(catalogObject, catalogObject+"OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/")},
		{"a layer that hides", replace(catalogObject, catalogObject+"OCProperties<</OCGs[]/D<<>>>>/")},
		{"the seal's picture of nothing", replace("/AP<</N ", "/AP<</D ")},
		{"the attachment under another name", replace("/F(certificate.json)/UF(certificate.json)", "/F(receipt.jws)/UF(receipt.jws)")},
		{"the attachment as a supplement", replace("/AFRelationship/Data", "/AFRelationship/Supplement")},
		{"no attachment", replace("/Names<</EmbeddedFiles<<", "/Names<</EmbeddedNone <<")},
		{"a second attachment", func(f *pdfFile) error {
			file := f.add("<</Type/EmbeddedFile/Length 0>>\nstream\n\nendstream")
			o := f.objectByNumber(file)
			o.body = streamOf("<</Type/EmbeddedFile/Filter/FlateDecode/Length 0>>", nil)
			o.fill([]byte(g.Copy.Receipt.Text), zlib.DefaultCompression)
			spec := f.add(fmt.Sprintf("<</Type/Filespec/F(receipt.jws)/UF(receipt.jws)/AFRelationship/Data/EF<</F %d 0 R/UF %d 0 R>>>>", file, file))
			return f.replace("/Names[(certificate.json) ", fmt.Sprintf("/Names[(receipt.jws) %d 0 R (certificate.json) ", spec))
		}},
		{"objects in another order", func(f *pdfFile) error {
			slices.Reverse(f.plainObjects)
			return nil
		}},
		{"an object nobody asks for", func(f *pdfFile) error {
			f.add("<</Until(2036)>>")
			return nil
		}},
		{"streams compressed better", func(f *pdfFile) error {
			for i := range f.plainObjects {
				if text, err := f.plainObjects[i].inflateStream(); err == nil {
					f.plainObjects[i].fill(text, zlib.BestCompression)
				}
			}
			return nil
		}},
		{"streams not compressed", func(f *pdfFile) error {
			for i := range f.plainObjects {
				if text, err := f.plainObjects[i].inflateStream(); err == nil {
					f.plainObjects[i].fill(text, zlib.NoCompression)
				}
			}
			return nil
		}},
	}, nil
}

// shown is how a run of glyphs ends that is shown.
const lastTextOperator = ">Tj"

// withoutLine takes the last run of glyphs away.
func withoutLine(text []byte) []byte {
	at := bytes.LastIndex(text, []byte(lastTextOperator))
	return slices.Concat(text[:at], []byte(">  "), text[at+len(lastTextOperator):])
}

// content is the stream with the holder's own lines: the last of the page's.
func (f *pdfFile) content() (*pdfObject, error) {
	o, err := f.find(pageObject)
	if err != nil {
		return nil, err
	}
	_, list, _ := bytes.Cut(o.body, []byte("/Contents["))
	list, _, _ = bytes.Cut(list, []byte("]"))
	words := strings.Fields(string(list))
	if len(words) < 3 {
		return nil, fmt.Errorf("the page shows nothing: %s", o.body)
	}
	var number int
	if _, err := fmt.Sscan(words[len(words)-3], &number); err != nil {
		return nil, err
	}
	if o = f.objectByNumber(number); o == nil {
		return nil, fmt.Errorf("no object %d", number)
	}
	return o, nil
}

// ofdEdits are what an editor of packages does.
func (g Genuine) ofdEdits() ([]edit[*ofdFile], error) {
	other, err := openOFD(g.Other.OFD)
	if err != nil {
		return nil, err
	}
	changed, err := change{"", func(d *draft) { d.contents.UseUntil = forgedLastDay() }}.consistentDraft(g.Copy)
	if err != nil {
		return nil, err
	}
	set := func(ending string, data []byte) func(*ofdFile) error {
		return func(o *ofdFile) error {
			p := o.find(ending)
			if p == nil || data == nil {
				return fmt.Errorf("no part %s", ending)
			}
			p.set(data)
			return nil
		}
	}
	swap := func(ending string) func(*ofdFile) error { return set(ending, other.data(ending)) }
	replace := func(ending, old, by string) func(*ofdFile) error {
		return func(o *ofdFile) error { return o.find(ending).replace(old, by) }
	}
	photo := func(quality int) func(*ofdFile) error {
		return func(o *ofdFile) error {
			data, err := recodePhoto(g.Copy.Photo.Data, quality)
			if err != nil {
				return err
			}
			return set("image_0.jpg", data)(o)
		}
	}
	until := func(by string) func(*ofdFile) error {
		return replace("Document.xml", `EndDate="`+g.Copy.Says.UseUntil.String(), `EndDate="`+by)
	}
	return []edit[*ofdFile]{
		{"the JSON of another copy", swap("certificate.json")},
		{"a JSON until 2036", set("certificate.json", changed.attachment.Data)},
		{"a JSON with a blank behind it", set("certificate.json", append(bytes.Clone(g.Copy.JSON), ' '))},
		{"the photo of another copy", swap("image_0.jpg")},
		{"the handwriting of another copy", swap("image_1.png")},
		{"the code of another copy", swap("image_2.png")},
		{"the photo coded anew, hardly smaller", photo(95)},
		{"the photo coded anew, much smaller", photo(30)},
		{"the page of another copy", swap("Page_0/Content.xml")},
		{"the font of another copy", swap("Res/font_0.ttf")},
		{"the metadata of another copy", func(o *ofdFile) error {
			o.parts[0].set(other.parts[0].data)
			return nil
		}},
		{"metadata until 2036", func(o *ofdFile) error {
			return o.parts[0].replace(`Name="JZJYXQJZSJ">`+g.Copy.Says.UseUntil.String()[:4], `Name="JZJYXQJZSJ">2036`)
		}},
		{"metadata of another name", func(o *ofdFile) error {
			return o.parts[0].replace(`Name="CZZT">`, `Name="CZZT">李`)
		}},
		{"a metadatum more", func(o *ofdFile) error {
			return o.parts[0].replace(`<ofd:CustomDatas>`, `<ofd:CustomDatas><ofd:CustomData Name="KZ_note">x</ofd:CustomData>`)
		}},
		{"a period until 2036", until("2036-05-28")},
		{"changes allowed", replace("Document.xml", "<ofd:Edit>false</ofd:Edit>", "<ofd:Edit>true</ofd:Edit>")},
		{"a larger sheet", replace("Page_0/Content.xml", "<ofd:PhysicalBox>0 0 210", "<ofd:PhysicalBox>0 0 420")},
		{"a template of another title", replace("Tpl_0/Content.xml", "注册证书", "注册证明")},
		{"an object more on the page", replace("Page_0/Content.xml", "</ofd:Layer>", `<ofd:PathObject ID="9999" Boundary="0 0 9 9" Fill="true"><ofd:AbbreviatedData>M 0 0 L 9 9</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer>`)},
		{"the signature's time", replace("Signature.xml", "<ofd:SignatureDateTime>20", "<ofd:SignatureDateTime>19")},
		{"another place of the seal", replace("Signature.xml", `Boundary="`, `Boundary="1`)},
		{"another provider", replace("Signature.xml", `ProviderName="Jiazhu"`, `ProviderName="Another"`)},
		{"a list of two signatures", replace("Signatures.xml", `<ofd:Signature ID="s001"`, `<ofd:Signature ID="s000" Type="Seal" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/><ofd:Signature ID="s001"`)},
		{"an attachment more in the list", replace("Attachments.xml", `<ofd:Attachment ID="a1"`, `<ofd:Attachment ID="a0" Name="receipt.jws"><ofd:FileLoc>certificate.json</ofd:FileLoc></ofd:Attachment><ofd:Attachment ID="a1"`)},
		{"another description of the attachment", replace("Attachments.xml", "加注件", "加注")},
		{"a part more", func(o *ofdFile) error {
			o.parts = slices.Insert(o.parts, 3, ofdPart{name: "Doc_0/Annots/Annot.xml", data: []byte("<x/>")})
			return nil
		}},
		{"a part less", func(o *ofdFile) error {
			o.parts = slices.DeleteFunc(o.parts, func(p ofdPart) bool { return strings.HasSuffix(p.name, "image_1.png") })
			return nil
		}},
		{"parts in another order", func(o *ofdFile) error {
			o.parts[2], o.parts[3] = o.parts[3], o.parts[2]
			return nil
		}},
		{"parts compressed otherwise", func(o *ofdFile) error {
			for i := range o.parts {
				if o.parts[i].deflated != nil {
					o.parts[i].deflated = storedBlocks(o.parts[i].data)
				}
			}
			return nil
		}},
		{"a part stored that was compressed", func(o *ofdFile) error {
			o.find("Page_0/Content.xml").deflated = nil
			return nil
		}},
	}, nil
}

// storedBlocks is DEFLATE without compression.
func storedBlocks(data []byte) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.NoCompression)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()[2 : b.Len()-4] // without the frame of zlib
}

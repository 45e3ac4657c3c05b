package ofd

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

// treePerByte is how much the XML reader may allocate for each byte of a part:
// an element of twelve bytes becomes a node with a map, and the decoder's own
// tokens.
const treePerByte = 100

func within(root, inner string) []byte {
	return []byte(`<ofd:` + root + ` xmlns:ofd="` + namespace + `">` + inner + `</ofd:` + root + `>`)
}

func TestEachBoundOfXMLHolds(t *testing.T) {
	attributes := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, ` a%d="x"`, i)
		}
		return "<ofd:A" + b.String() + "/>"
	}
	tests := map[string]struct {
		data []byte
		want error
	}{
		"as many elements as may be":        {within("Page", strings.Repeat("<ofd:A/>", maxElements-1)), nil},
		"one element more":                  {within("Page", strings.Repeat("<ofd:A/>", maxElements)), ErrTooLarge},
		"as many levels as may be":          {within("Page", strings.Repeat("<ofd:A>", maxNesting-1)+strings.Repeat("</ofd:A>", maxNesting-1)), nil},
		"one level more":                    {within("Page", strings.Repeat("<ofd:A>", maxNesting)+strings.Repeat("</ofd:A>", maxNesting)), ErrTooLarge},
		"a hundred thousand levels":         {within("Page", strings.Repeat("<ofd:A>", 100_000)), ErrTooLarge},
		"as many attributes as may be":      {within("Page", attributes(maxAttributes)), nil},
		"one attribute more":                {within("Page", attributes(maxAttributes+1)), ErrTooLarge},
		"forty thousand attributes":         {within("Page", attributes(40_000)), ErrTooLarge},
		"an attribute twice":                {within("Page", `<ofd:A b="1" b="2"/>`), ErrXML},
		"an attribute of a namespace":       {within("Page", `<ofd:A xmlns:x="y" x:b="1"/>`), ErrXML},
		"more bytes than may be":            {within("Page", strings.Repeat(" ", maxXML)), ErrTooLarge},
		"a document type":                   {append([]byte(`<!DOCTYPE a [<!ENTITY b "c">]>`), within("Page", "")...), ErrXML},
		"an entity that is not declared":    {within("Page", "&b;"), ErrXML},
		"an entity of XML":                  {within("Page", "&amp;&#20013;"), nil},
		"a character that XML forbids":      {within("Page", "&#0;"), ErrXML},
		"another encoding":                  {append([]byte(`<?xml version="1.0" encoding="GB18030"?>`), within("Page", "")...), ErrXML},
		"a style sheet":                     {append([]byte(`<?xml-stylesheet href="http://x"?>`), within("Page", "")...), ErrXML},
		"an inclusion from elsewhere":       {within("Page", `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>`), ErrXML},
		"a comment":                         {within("Page", "<!-- -->"), ErrXML},
		"two roots":                         {append(within("Page", ""), within("Page", "")...), ErrXML},
		"an element left open":              {[]byte(`<ofd:Page xmlns:ofd="` + namespace + `">`), ErrXML},
		"a prefix that stands for OFD, too": {[]byte(`<x:Page xmlns:x="` + namespace + `"/>`), nil},
		"bytes that are not UTF-8":          {within("Page", "\xff"), ErrXML},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var err error
			cost := measure.Of(func() { _, err = parse(tt.data, "Page", allLevels) })
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if limit := uint64(treePerByte*len(tt.data) + 64<<10); cost.Bytes > limit {
				t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(tt.data), limit)
			}
		})
	}
}

// Pages that name the same template over and over are read until the budget is
// spent, not until they end.
func TestMarkupNamedAgainIsCountedAgain(t *testing.T) {
	page := within("Page", strings.Repeat(`<ofd:Template TemplateID="1"/>`, 5000))
	template := within("Page", strings.Repeat(" ", 100_000))
	document, err := parse(within("Document",
		`<ofd:CommonData><ofd:TemplatePage ID="1" BaseLoc="T.xml"/></ofd:CommonData><ofd:Pages>`+
			strings.Repeat(`<ofd:Page BaseLoc="P.xml"/>`, maxParts)+`</ofd:Pages>`), "Document", allLevels)
	if err != nil {
		t.Fatal(err)
	}
	p := &packageParts{parts: map[string]*part{"Doc_0/P.xml": {data: page}, "Doc_0/T.xml": {data: template}}}
	cost := measure.Of(func() {
		if err := p.readPages(&File{}, document, "/Doc_0"); !errors.Is(err, ErrTooLarge) {
			t.Errorf("got %v", err)
		}
	})
	if cost.Bytes > 12*maxMarkup {
		t.Errorf("%d bytes allocated", cost.Bytes)
	}
}

// packParts is a package of parts that are packed but not sealed.
func packParts(t testing.TB, parts ...part) []byte {
	t.Helper()
	data, err := pack(parts)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEachBoundOfAPackageHolds(t *testing.T) {
	zeros := func(n int) part {
		return newCompressedPart("a", new(deflate.Compressor).Compress(make([]byte, n)))
	}
	many := func(n int) []part {
		var parts []part
		for i := range n {
			parts = append(parts, newPart(fmt.Sprintf("p%d", i), nil))
		}
		return parts
	}
	lying := func(size int) []byte { // a stored part of another length than it states
		data := packParts(t, newPart("a", []byte("data")))
		data[22], data[23], data[24], data[25] = byte(size), byte(size>>8), byte(size>>16), byte(size>>24)
		return data
	}
	random := bytes.Repeat([]byte("\x01\x7f\x33\x80\xfe\x19"), maxFile/6)
	tests := map[string]struct {
		data []byte
		want error
	}{
		"as many parts as may be":            {packParts(t, many(maxParts)...), nil},
		"one part more":                      {packParts(t, many(maxParts+1)...), ErrTooLarge},
		"thousands of parts":                 {packParts(t, many(20_000)...), ErrTooLarge},
		"a ratio beyond any text's":          {packParts(t, zeros(200_000)), ErrTooLarge},
		"a bomb of sixteen megabytes":        {packParts(t, zeros(maxData)), ErrTooLarge},
		"a file above the limit":             {append(packParts(t, newPart("a", random)), 0, 0), ErrTooLarge},
		"a length that is not the part's":    {lying(5), ErrPackage},
		"a length of four gigabytes":         {lying(-1), ErrTooLarge},
		"a name as long as may be":           {packParts(t, newPart(strings.Repeat("n", maxName), nil)), nil},
		"a longer name":                      {packParts(t, newPart(strings.Repeat("n", maxName+1), nil)), ErrPackage},
		"more folders than may be":           {packParts(t, newPart(strings.Repeat("f/", maxDepth)+"x", nil)), ErrPackage},
		"a name with a zero byte":            {packParts(t, newPart("a\x00b", nil)), ErrPackage},
		"a name that looks like another one": {packParts(t, newPart("OFD.xml", nil), newPart("OFD.xmI", nil), newPart("ofd.XML", nil)), ErrPackage},
		"a name in another script":           {packParts(t, newPart("ОFD.xml", nil)), ErrPackage},
		"a name of the parent folder":        {packParts(t, newPart("a/../b", nil)), ErrPackage},
		"a name with an empty folder":        {packParts(t, newPart("a//b", nil)), ErrPackage},
		"a name with a drive":                {packParts(t, newPart("C:x", nil)), ErrPackage},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var err error
			cost := measure.Of(func() { _, err = unpack(tt.data) })
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if limit := uint64(4*len(tt.data) + 256<<10); cost.Bytes > limit {
				t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(tt.data), limit)
			}
		})
	}
}

package hostile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const ofd = `xmlns:ofd="http://www.ofdspec.org/2016"`

// markup puts hostile XML where the reader begins, before any digest is compared.
func (k packages) markup() []File {
	var laughs strings.Builder
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&laughs, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	root := func(inner string) string { return "<ofd:OFD " + ofd + ">" + inner + "</ofd:OFD>" }
	var flood, spaces strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&flood, ` a%d="x"`, i)
		fmt.Fprintf(&spaces, ` xmlns:n%d="u"`, i)
	}
	texts := map[string]string{
		"entities of entities":               `<!DOCTYPE o [<!ENTITY l0 "lol">` + laughs.String() + `]>` + root("&l11;"),
		"one entity of a megabyte, often":    `<!DOCTYPE o [<!ENTITY a "` + strings.Repeat("a", 500_000) + `">]>` + root(strings.Repeat("&a;", 10_000)),
		"an entity from elsewhere":           `<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + root("&x;"),
		"a parameter entity from elsewhere":  `<!DOCTYPE o [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd">%x;]>` + root(""),
		"a document type in another charset": "\xff\xfe<\x00!\x00D\x00",
		"elements in elements":               root(strings.Repeat("<ofd:A>", 100_000)),
		"elements beside elements":           root(strings.Repeat("<ofd:A/>", 100_000)),
		"sixty thousand attributes":          root("<ofd:A" + flood.String() + "/>"),
		"sixty thousand namespaces":          root("<ofd:A" + spaces.String() + "/>"),
		"a name of a megabyte":               root("<ofd:" + strings.Repeat("n", 900_000) + "/>"),
		"an attribute of a megabyte":         root(`<ofd:A a="` + strings.Repeat("v", 900_000) + `"/>`),
		"references to characters":           root(strings.Repeat("&#x4e2d;", 110_000)),
		"an endless comment":                 root("<!--" + strings.Repeat("-", 900_000)),
		"a section of data in a section":     root("<![CDATA[" + strings.Repeat("<![CDATA[", 90_000) + "]]>"),
		"a megabyte of white space":          root(strings.Repeat(" ", 1<<20)),
		"another root":                       `<ofd:Document ` + ofd + `/>`,
		"a body twice":                       root("<ofd:DocBody/><ofd:DocBody/>"),
		"a place above the package":          root("<ofd:DocBody><ofd:Signatures>../../../etc/passwd</ofd:Signatures></ofd:DocBody>"),
		"signatures that are themselves":     root("<ofd:DocBody><ofd:Signatures>OFD.xml</ofd:Signatures></ofd:DocBody>"),
	}
	var files []File
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		files = append(files, File{"XML: " + name, k.replacePart("OFD.xml", []byte(texts[name]))})
	}
	return files
}

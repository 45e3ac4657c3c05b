package ofd

import (
	"bytes"
	"testing"

	"github.com/jiazhu/jiazhu/shared/render/deflate"
)

func FuzzUnpack(f *testing.F) {
	small, err := pack([]part{newPart(rootPart, []byte("x")), newPart("Doc_0/a.txt", nil), newPackedPart("Doc_0/b.txt", new(deflate.Compressor).Compress(bytes.Repeat([]byte("x"), 60)))})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parts, err := unpack(data)
		if err != nil {
			return
		}
		again, err := pack(parts)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again, data) {
			t.Error("a package in a form that pack does not write")
		}
	})
}

// FuzzRead gives the reader packages whose parts are anything.
func FuzzRead(f *testing.F) {
	root := `<ofd:OFD xmlns:ofd="` + namespace + `"><ofd:DocBody><ofd:Signatures>S.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>`
	f.Add(root, `<ofd:Signatures xmlns:ofd="`+namespace+`"><ofd:Signature BaseLoc="T.xml"/></ofd:Signatures>`, `<x/>`, []byte{0x30, 0})
	f.Fuzz(func(t *testing.T, root, signatures, signature string, value []byte) {
		data, err := pack([]part{
			newPart(rootPart, []byte(root)), newPart("S.xml", []byte(signatures)),
			newPart("T.xml", []byte(signature)), newPart("V.dat", value),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(data); err == nil {
			t.Error("no document, and it is read")
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<ofd:Page xmlns:ofd="` + namespace + `"><ofd:Content><ofd:Layer><ofd:TextObject Boundary="1 2 3 4" Size="4"><ofd:TextCode X="0" Y="1">字</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := parse(data, "Page")
		if err != nil {
			return
		}
		var lines liner
		lines.add(tree)
	})
}

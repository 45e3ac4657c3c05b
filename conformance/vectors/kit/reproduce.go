package kit

import (
	"bytes"
	"fmt"
	"image"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// reproduceOriginal makes of a signed PDF what is no original: a bid put together from two, with their signatures
// left over; a page that another program saved, with its signature, or printed, without; a photograph.
func reproduceOriginal(t testing.TB, original []byte, how string) []byte {
	t.Helper()
	var pages []scantest.Page
	signatures := scantest.Objects{}
	switch how {
	case "photograph":
		return scantest.JPEG(t, image.Image(scantest.NewPage(60, 80)), 50)
	case "merge":
		pages = make([]scantest.Page, 2)
		signatures[900], signatures[901] = cutSignature(t, original), cutSignature(t, original)
	case "save":
		pages = make([]scantest.Page, 1)
		signatures[900] = cutSignature(t, original)
	case "print":
		pages = make([]scantest.Page, 1)
	}
	return scantest.WritePDF(pages, signatures)
}

// cutSignature returns the dictionary of a PDF's signature.
func cutSignature(t testing.TB, original []byte) string {
	t.Helper()
	const begin = "/Contents<"
	at := bytes.Index(original, []byte(begin))
	end := at + bytes.IndexByte(original[max(at, 0):], '>')
	if at < 0 || end < at {
		t.Fatal("the file has no signature")
	}
	return fmt.Sprintf("<</Type/Sig/ByteRange[0 1 2 3]%s>>", original[at:end+1])
}

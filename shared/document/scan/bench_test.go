package scan_test

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

func BenchmarkFind(b *testing.B) {
	page, empty := scantest.ScanPage(b, token), scantest.NewPage(1240, 1754)
	fine := distort(page, 3, 2, 4, 1)
	for name, data := range map[string][]byte{
		"a page of 150 dpi":          scantest.JPEG(b, distort(page, 3, 1, 4, 1), 70),
		"a page of 300 dpi":          scantest.JPEG(b, fine, 70),
		"a page of 300 dpi in a PDF": scantest.ScanPDF(b, fine),
		"an empty page":              scantest.JPEG(b, distort(empty, 3, 1, 4, 1), 70),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				find(b, data)
			}
		})
	}
}

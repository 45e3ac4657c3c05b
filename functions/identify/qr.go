package main

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the white border of a QR code, in modules (ISO/IEC 18004, 6.3.8).
const quietZone = 4

// drawQR draws a QR code as an SVG with one path; each run of black modules is one rectangle. The
// drawing scales to any size and needs no style sheet.
func drawQR(text string) (string, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	side := code.Size + 2*quietZone
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="二维码" shape-rendering="crispEdges">`, side, side)
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, side, side)
	for y := range code.Size {
		for x := 0; x < code.Size; {
			run := blackRun(code, x, y)
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quietZone, y+quietZone, run, run)
			}
			x += max(run, 1)
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}

// blackRun returns the number of consecutive black modules from (x, y) to the right.
func blackRun(code *qr.Code, x, y int) int {
	n := 0
	for code.Black(x+n, y) {
		n++
	}
	return n
}

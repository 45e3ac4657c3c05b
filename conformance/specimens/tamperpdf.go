package main

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

var (
	contentsMark = regexp.MustCompile(`/Contents ?<([0-9a-fA-F]+)>`)
	streamMark   = regexp.MustCompile(`[^d]stream\r?\n`)
)

func pdfControls(one, other, foreign, stamped madeSpecimen) []controlFile {
	value, strange := signatureValue(one.PDF), signatureValue(other.PDF)
	transplanted := replaceBytes(one.PDF, value, other.PDF[strange[0]:strange[1]])
	cut := one.PDF[:len(one.PDF)-1500]
	return append(everyStream(one),
		of("pdf-signature-byte.pdf", one.Name, lastDigit(one.PDF), verdict.Integrity, verdict.Altered, signers(manifest.PDFCPU)...),
		of("pdf-time-stamp-byte.pdf", stamped.Name, lastDigit(stamped.PDF), verdict.Integrity, verdict.Altered, manifest.DSS, manifest.PyHanko, manifest.Jiazhu),
		of("pdf-signature-of-another.pdf", one.Name, transplanted, verdict.Integrity, verdict.Altered, signers(manifest.PDFCPU)...),
		of("pdf-truncated.pdf", one.Name, cut, verdict.Integrity, verdict.Truncated, signers(manifest.PDFCPU, manifest.QPDF)...),
		of("pdf-appended.pdf", one.Name, append(slices.Clone(one.PDF), "\n% something more\n"...), verdict.Integrity, verdict.Appended, signers()...),
		of("pdf-of-a-stranger.pdf", one.Name, foreign.PDF, verdict.Issuer, verdict.Untrusted, manifest.DSS, manifest.PyHanko, manifest.IText, manifest.PDFCPU, manifest.Jiazhu),
	)
}

// everyStream changes one byte in the middle of each stream: the page's content, each
// font, picture and table, and the attachment.
func everyStream(one madeSpecimen) (list []controlFile) {
	starts := streamMark.FindAllIndex(one.PDF, -1)
	if len(starts) < 5 {
		must.Do(fmt.Errorf("%d streams in %s", len(starts), one.Name))
	}
	for i, start := range starts {
		length := bytes.Index(one.PDF[start[1]:], []byte("endstream"))
		if length < 0 {
			must.Do(errors.New("a stream without an end"))
		}
		changed := slices.Clone(one.PDF)
		changed[start[1]+length/2] ^= 1
		list = append(list, of(fmt.Sprintf("pdf-stream-%02d.pdf", i+1), one.Name, changed, verdict.Integrity, verdict.Altered, signers(manifest.PDFCPU)...))
	}
	return list
}

// lastDigit changes the last byte of a signature's value or, if there is a timestamp,
// of the timestamp's signature.
func lastDigit(pdf []byte) []byte {
	place := signatureValue(pdf)
	padded := bytes.TrimRight(pdf[place[0]:place[1]], "0")
	changed := slices.Clone(pdf)
	at := place[0] + len(padded) - 1
	changed[at] = "123456789abcdef0"[bytes.IndexByte([]byte("0123456789abcdef"), changed[at])]
	return changed
}

// signatureValue returns the range of the signature's hexadecimal digits.
func signatureValue(pdf []byte) [2]int {
	found := contentsMark.FindAllSubmatchIndex(pdf, -1)
	if len(found) != 1 {
		must.Do(fmt.Errorf("%d signature values", len(found)))
	}
	return [2]int{found[0][2], found[0][3]}
}

// replaceBytes overwrites a range with bytes of the same length.
func replaceBytes(data []byte, place [2]int, by []byte) []byte {
	if len(by) != place[1]-place[0] {
		must.Do(fmt.Errorf("%d bytes do not go where %d were", len(by), place[1]-place[0]))
	}
	return slices.Concat(data[:place[0]], by, data[place[1]:])
}

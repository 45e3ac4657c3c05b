package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/conformance/manifest"
)

// The columns of the table.
const (
	form      = "form"      // the file conforms to its format
	signature = "signature" // intact, over the whole file, and, if the tool has trust anchors, of a trusted signer
	level     = "level"     // signature level (PAdES)
	words     = "text"      // the printed text equals the attached data, field by field
	data      = "data"      // the attachment is the original copy
	looks     = "drawing"   // every place of the page looks as poppler draws the PDF
	code      = "QR code"   // the scanned text is the address in the copy
	foreign   = "seals"     // a seal made by another program is read
	refused   = "refused"   // a control
)

func columns() []string {
	return []string{form, signature, level, words, data, code, looks, foreign, refused}
}

func rows() []manifest.Tool {
	return []manifest.Tool{
		manifest.PDFA, manifest.PDFUA, manifest.QPDF, manifest.DSS, manifest.PyHanko, manifest.IText, manifest.PDFCPU, manifest.Pdfsig, manifest.MuTool,
		manifest.PDFText, manifest.PDFBox, manifest.PDFDetach, manifest.PDFZbar, manifest.PDFZxing,
		manifest.Ofdrw, manifest.OpenSSL, manifest.SofdVerify, manifest.SofdAudit, manifest.OfdrwRead, manifest.Ofdkit,
		manifest.OFDZbar, manifest.OFDZxing,
		manifest.DrawMuTool, manifest.DrawPDFJS, manifest.DrawOfdrw, manifest.DrawSofd, manifest.DrawOFDJS, manifest.Jiazhu,
	}
}

// outcome is the result of one check of one file by one tool.
type outcome struct {
	tool    manifest.Tool
	check   string
	file    string
	problem string // empty: passed
}

// tally collects outcomes.
type tally struct{ outcomes []outcome }

func (t *tally) countPassed() (n int) {
	for _, o := range t.outcomes {
		if o.problem == "" {
			n++
		}
	}
	return n
}

// cell returns the counts of a tool in one column, "" if it does not do this check.
func (t *tally) cell(tool manifest.Tool, check string) string {
	good, all := 0, 0
	for _, o := range t.outcomes {
		if o.tool == tool && o.check == check {
			all++
			if o.problem == "" {
				good++
			}
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", good, all)
}

// print writes the problems, the table, and the last line.
func (t *tally) print(out io.Writer) {
	slices.SortStableFunc(t.outcomes, func(a, b outcome) int { return strings.Compare(a.file, b.file) })
	for _, o := range t.outcomes {
		if o.problem != "" {
			fmt.Fprintf(out, "%s: %s, %s: %s\n", o.file, o.tool, o.check, o.problem)
		}
	}
	fmt.Fprintf(out, "| %-20s |", "")
	for _, c := range columns() {
		fmt.Fprintf(out, " %-9s |", c)
	}
	fmt.Fprintf(out, "\n|%s|%s\n", strings.Repeat("-", 22), strings.Repeat("-----------|", len(columns())))
	for _, tool := range rows() {
		line := fmt.Sprintf("| %s%s |", tool, strings.Repeat(" ", max(0, 20-utf8.RuneCountInString(string(tool)))))
		asked := false
		for _, c := range columns() {
			cell := t.cell(tool, c)
			asked = asked || cell != ""
			line += fmt.Sprintf(" %-9s |", cell)
		}
		if asked {
			fmt.Fprintln(out, line)
		}
	}
	good := t.countPassed()
	fmt.Fprintf(out, "\n%d passed, %d failed\n", good, len(t.outcomes)-good)
}

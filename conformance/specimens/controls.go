package main

import (
	"context"
	"slices"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// controlFile is a control with its bytes, or without them if a recipe makes them.
type controlFile struct {
	manifest.Control
	data []byte
}

// signers returns the tools that check what a PDF signature covers.
func signers(more ...manifest.Tool) []manifest.Tool {
	return append([]manifest.Tool{manifest.DSS, manifest.PyHanko, manifest.IText, manifest.Pdfsig, manifest.MuTool, manifest.Jiazhu}, more...)
}

// of returns the entry of a control.
func of(name, source string, data []byte, check verdict.Check, why verdict.Reason, by ...manifest.Tool) controlFile {
	return controlFile{manifest.Control{Name: name, Of: source, RefusedBy: by, Check: check, Reason: why}, data}
}

// controls makes the controls: from the first specimen, those that need another one
// also from the second, and those that need a timestamp from the last.
func (w *generator) controls(ctx context.Context, all []madeSpecimen) []controlFile {
	stranger := newIssuer(ctx, w.fonts, w.schemes, w.now, w.issuers[""].style)
	foreign := w.make(ctx, stranger, specimenSpec{name: "stranger"}, 0)
	forged := w.make(ctx, w.issuers[""].withForgedSeals(w.fonts), specimenSpec{name: "forged"}, 0)
	return slices.Concat(
		pdfControls(all[0], all[1], foreign, all[len(all)-1]), recipes(all[0]), ofdControls(all[0], all[1], foreign, forged, stranger.esl),
		[]controlFile{of("preview.svg", all[0].Name, all[0].Preview, verdict.Integrity, verdict.Unrecognised, manifest.Jiazhu)},
	)
}

// recipes returns the controls that conformance/pyhanko/alter.py makes with an
// independent library.
func recipes(one madeSpecimen) []controlFile {
	var list []controlFile
	add := func(recipe string, why verdict.Reason, by ...manifest.Tool) {
		list = append(list, controlFile{Control: manifest.Control{
			Name: "pdf-" + recipe + ".pdf", Of: one.Name, Recipe: recipe, RefusedBy: by, Check: verdict.Integrity, Reason: why,
		}})
	}
	add("second-signature", verdict.Updated, signers(manifest.PDFCPU)...)
	add("update-metadata", verdict.Updated, signers()...)
	add("update-annotation", verdict.Updated, signers(manifest.DrawMuTool, manifest.DrawPDFJS)...)
	add("update-page", verdict.Updated, signers(manifest.DrawMuTool, manifest.DrawPDFJS, manifest.PDFText, manifest.PDFBox, manifest.PDFZbar, manifest.PDFZxing)...)
	add("update-attachment", verdict.Updated, signers(manifest.PDFText, manifest.PDFBox, manifest.PDFDetach, manifest.PDFZbar, manifest.PDFZxing)...)
	add("without-colours", verdict.Updated, signers(manifest.PDFA)...)
	add("without-tags", verdict.Updated, signers(manifest.PDFA, manifest.PDFUA)...)
	add("without-claim", verdict.Updated, signers(manifest.PDFA, manifest.PDFUA)...)
	add("rewritten", verdict.Altered, signers(manifest.PDFCPU)...)
	return list
}

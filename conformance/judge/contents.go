package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/jiazhu/jiazhu/conformance/manifest"
)

// File endings of the tools' output.
const (
	detached   = ".pdfdetach.json"
	popplerPNG = ".poppler.png"
	popplerTXT = ".poppler.txt"
	pdfboxTXT  = ".pdfbox.txt"
	ofdrwJSON  = ".ofdrw.json"
	ofdrwPNG   = ".ofdrw.png"
	ofdrwTXT   = ".ofdrw.txt"
	ofdkitTXT  = ".ofdkit.txt"
)

// pdfContents reads the PDF files with poppler and PDFBox: first the data, then the
// texts to compare with it, then the pictures.
func (j *judge) pdfContents(ctx context.Context) []outcome {
	j.detach(ctx)
	return slices.Concat(j.pdfdetach(ctx), j.pdftotext(ctx), j.pdfbox(ctx), j.pdfCodes(ctx))
}

// detach extracts the attachment of each file that a comparison needs.
func (j *judge) detach(ctx context.Context) {
	files := slices.Concat(j.filesFor(manifest.PDFDetach, "pdf"), j.filesFor(manifest.PDFText, "pdf"), j.filesFor(manifest.PDFZbar, "pdf"))
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		output(ctx, "pdfdetach", "-save", "1", "-o", j.resultFile(file, detached), file)
	}
}

func (j *judge) pdfdetach(ctx context.Context) []outcome {
	return j.judgeEach(ctx, manifest.PDFDetach, data, "pdf", func(_ context.Context, file string) string {
		return j.otherData(file, j.resultFile(file, detached))
	})
}

// otherData compares a file's attachment with the copy it was made from, and so the
// PDF's data with the OFD's.
func (j *judge) otherData(file, dataFile string) string {
	want, err := os.ReadFile(j.specimen(file).Path(j.directory, "json"))
	if err != nil {
		return err.Error()
	}
	got, err := os.ReadFile(dataFile)
	switch {
	case err != nil:
		return "no data was read"
	case !bytes.Equal(got, want):
		return "the attachment is not the copy that was made"
	}
	return ""
}

func (j *judge) pdftotext(ctx context.Context) []outcome {
	return j.judgeEach(ctx, manifest.PDFText, words, "pdf", func(ctx context.Context, file string) string {
		output(ctx, "pdftotext", "-enc", "UTF-8", file, j.resultFile(file, popplerTXT))
		return j.compareFiles(file, j.resultFile(file, popplerTXT), j.resultFile(file, detached))
	})
}

// pdfbox extracts all texts in one process.
func (j *judge) pdfbox(ctx context.Context) []outcome {
	output(ctx, "java", append(j.java("dss", "text", j.scratch), j.filesFor(manifest.PDFBox, "pdf")...)...)
	return j.judgeEach(ctx, manifest.PDFBox, words, "pdf", func(_ context.Context, file string) string {
		return j.compareFiles(file, j.resultFile(file, pdfboxTXT), j.resultFile(file, detached))
	})
}

func (j *judge) pdfCodes(ctx context.Context) []outcome {
	for _, file := range j.filesFor(manifest.PDFZbar, "pdf") {
		stem := j.resultFile(file, popplerPNG)
		output(ctx, "pdftoppm", "-gray", "-r", "150", "-png", "-singlefile", file, stem[:len(stem)-len(".png")])
	}
	return j.codes(ctx, "pdf", popplerPNG, detached, manifest.PDFZbar, manifest.PDFZxing)
}

// ofdContents reads the OFD files with ofdrw and ofdkit, each all of them in one process.
func (j *judge) ofdContents(ctx context.Context) []outcome {
	files := j.filesFor(manifest.OfdrwRead, "ofd")
	j.unfold(ctx)
	texts := j.judgeEach(ctx, manifest.OfdrwRead, words, "ofd", func(_ context.Context, file string) string {
		return j.compareFiles(file, j.resultFile(file, ofdrwTXT), j.resultFile(file, ofdrwJSON))
	})
	for _, file := range files {
		if j.control(file) == nil {
			texts = append(texts, j.outcomeOf(manifest.OfdrwRead, data, file, j.otherData(file, j.resultFile(file, ofdrwJSON))))
		}
	}
	output(ctx, j.python, append([]string{filepath.Join(j.harnesses, "ofdkit", "unfold.py"), j.scratch}, files...)...)
	texts = append(texts, j.judgeEach(ctx, manifest.Ofdkit, words, "ofd", func(_ context.Context, file string) string {
		return j.compareFiles(file, j.resultFile(file, ofdkitTXT), j.resultFile(file, ofdrwJSON))
	})...)
	return append(texts, j.codes(ctx, "ofd", ofdrwPNG, ofdrwJSON, manifest.OFDZbar, manifest.OFDZxing)...)
}

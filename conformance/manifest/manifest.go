// Package manifest describes a set of specimens: certificates to be judged by
// independent programs, and controls: files with one defect each.
//
// A validator that accepts everything proves nothing. So every control names the tools
// that have to refuse it, and a tool counts only if it accepts the specimens and
// refuses its controls.
package manifest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// The files of a set beside the specimens and controls.
const (
	File  = "manifest.json"
	Trust = "trust.json" // the trust bundle for package evidence
	Root  = "root.pem"   // the authority of the PDF signatures
)

// Set is a directory of specimens and controls.
type Set struct {
	MadeAt    time.Time  `json:"madeAt"`
	Specimens []Specimen `json:"specimens"`
	Controls  []Control  `json:"controls"`
}

// Specimen is one good certificate, in the files Name.pdf, Name.ofd, Name.svg and
// Name.json, the copy in both documents.
type Specimen struct {
	Name        string                  `json:"name"`
	Level       string                  `json:"level"`    // of the PDF's signature, e.g. "B" for PAdES-BASELINE-B
	LongTerm    bool                    `json:"longTerm"` // it contains the revocation data for offline validation
	Certificate certificate.Certificate `json:"certificate"`
	Endorsement endorsement.Endorsement `json:"endorsement"`
}

// Path returns the file of a specimen with the given ending, such as "pdf".
func (s Specimen) Path(directory, ending string) string {
	return filepath.Join(directory, s.Name+"."+ending)
}

// Tool is the name of a validator, as shown in the table.
type Tool string

// The tools, in the order of the table.
const (
	PDFA       Tool = "veraPDF, PDF/A-3a"
	PDFUA      Tool = "veraPDF, PDF/UA-1"
	QPDF       Tool = "qpdf"
	DSS        Tool = "EU DSS"
	PyHanko    Tool = "pyHanko"
	IText      Tool = "iText"
	PDFCPU     Tool = "pdfcpu"
	Pdfsig     Tool = "pdfsig"
	MuTool     Tool = "mutool" // only if it is installed
	PDFText    Tool = "pdftotext"
	PDFBox     Tool = "PDFBox"
	PDFDetach  Tool = "pdfdetach"
	PDFZbar    Tool = "pdftoppm, zbarimg"
	PDFZxing   Tool = "pdftoppm, gozxing"
	Ofdrw      Tool = "ofdrw validator"
	OpenSSL    Tool = "openssl"
	SofdVerify Tool = "sofd verify" // only if it was built
	SofdAudit  Tool = "sofd audit"  // the same
	OfdrwRead  Tool = "ofdrw reader"
	Ofdkit     Tool = "ofdkit"
	OFDZbar    Tool = "ofdrw, zbarimg"
	OFDZxing   Tool = "ofdrw, gozxing"
	DrawMuTool Tool = "mutool draw" // only if it is installed
	DrawPDFJS  Tool = "pdf.js"      // only if Chromium is installed
	DrawOfdrw  Tool = "ofdrw drawing"
	DrawSofd   Tool = "sofd render" // only if it was built
	DrawOFDJS  Tool = "ofd.js"      // only if Chromium is installed
	Jiazhu     Tool = "jiazhu"
)

// Control is a file with one defect.
type Control struct {
	Name      string         `json:"name"`             // file name with its ending
	Of        string         `json:"of"`               // the specimen it was made from
	Recipe    string         `json:"recipe,omitempty"` // how conformance/pyhanko/alter.py makes it; "": the file exists
	RefusedBy []Tool         `json:"refusedBy"`
	Check     verdict.Check  `json:"check,omitempty"`  // this service's failed check,
	Reason    verdict.Reason `json:"reason,omitempty"` // and its reason
}

// Refuses reports whether a tool has to refuse the control.
func (c Control) Refuses(tool Tool) bool { return slices.Contains(c.RefusedBy, tool) }

// Read reads the set in a directory.
func Read(directory string) (Set, error) {
	data, err := os.ReadFile(filepath.Join(directory, File))
	if err != nil {
		return Set{}, fmt.Errorf("read the set: %w", err)
	}
	var s Set
	if err := json.Unmarshal(data, &s); err != nil {
		return Set{}, fmt.Errorf("read the set: %w", err)
	}
	return s, nil
}

// Write writes the set's description into its directory.
func (s Set) Write(directory string) error {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("write the set: %w", err)
	}
	return os.WriteFile(filepath.Join(directory, File), data, 0o644)
}

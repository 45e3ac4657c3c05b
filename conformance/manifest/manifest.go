// Package manifest describes a set of specimens: certificates made to be
// judged by other people's programs, and controls, files with one thing wrong
// each.
//
// A validator that never says no proves nothing by saying yes. So every
// control names who has to refuse it, and for a tool to count, its yes to the
// specimens and its no to the controls of its competence are both needed.
package manifest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// The files of a set beside the specimens and controls.
const (
	File  = "manifest.json"
	Trust = "trust.json" // what package evidence trusts
	Root  = "root.pem"   // the authority of the PDF signatures
)

// Set is a folder of specimens and controls.
type Set struct {
	MadeAt    time.Time  `json:"madeAt"`
	Specimens []Specimen `json:"specimens"`
	Controls  []Control  `json:"controls"`
}

// Specimen is one good certificate, in the files Name.pdf, Name.ofd, Name.svg
// and Name.json, the copy that both documents carry.
type Specimen struct {
	Name        string                  `json:"name"`
	Level       string                  `json:"level"` // of the PDF's signature, e.g. "B" for PAdES-BASELINE-B
	Certificate certificate.Certificate `json:"certificate"`
	Endorsement endorsement.Endorsement `json:"endorsement"`
}

// Path is the file of a specimen with the given ending, "pdf" and so on.
func (s Specimen) Path(folder, ending string) string {
	return filepath.Join(folder, s.Name+"."+ending)
}

// Tool is who has to refuse a control.
type Tool string

// The judges of controls.
const (
	VeraPDF  Tool = "veraPDF"
	DSS      Tool = "EU DSS"
	PyHanko  Tool = "pyHanko"
	Pdfsig   Tool = "pdfsig"
	QPDF     Tool = "qpdf"
	MuTool   Tool = "mutool" // only where it is installed
	Ofdrw    Tool = "ofdrw"
	Jiazhu   Tool = "jiazhu"
	Contents Tool = "contents" // text, QR code and attachment held against each other
)

// Control is a file with one thing wrong.
type Control struct {
	Name      string         `json:"name"`             // of the file, with its ending
	Of        string         `json:"of"`               // the specimen it was made of
	Recipe    string         `json:"recipe,omitempty"` // how conformance/pyhanko/alter.py makes it; empty: it is there
	RefusedBy []Tool         `json:"refusedBy"`
	Check     verdict.Check  `json:"check,omitempty"`  // the finding of this service,
	Reason    verdict.Reason `json:"reason,omitempty"` // and its reason
}

// Read reads the set in a folder.
func Read(folder string) (Set, error) {
	data, err := os.ReadFile(filepath.Join(folder, File))
	if err != nil {
		return Set{}, fmt.Errorf("read the set: %w", err)
	}
	var s Set
	if err := json.Unmarshal(data, &s); err != nil {
		return Set{}, fmt.Errorf("read the set: %w", err)
	}
	return s, nil
}

// Write writes the set's description into its folder.
func (s Set) Write(folder string) error {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("write the set: %w", err)
	}
	return os.WriteFile(filepath.Join(folder, File), data, 0o644)
}

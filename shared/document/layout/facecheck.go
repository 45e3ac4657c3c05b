package layout

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// fixedLabels returns the labels that every certificate has beside the rows of its face.
func fixedLabels() []string {
	return []string{
		endorsement.SignatureLabel, endorsement.SignatureDateLabel, endorsement.WindowLabel, endorsement.AuthorityLabel, endorsement.IssuedLabel,
		endorsement.IdentifierLabel, endorsement.CopyLabel, endorsement.MadeLabel, endorsement.CodeLabel, endorsement.StatementLabel,
		purposeName, recipientName,
	}
}

// CheckFace lays out samples of a scheme that scheme.Check accepts, and returns everything that is wrong with
// its face, each a *certificate.RuleError with the path of the member to change.
func (l *Layout) CheckFace(s scheme.Scheme) []error {
	var found []error
	seen := make(map[string]bool)
	add := func(text string, path ...string) {
		if !seen[text] {
			seen[text] = true
			found = append(found, &certificate.RuleError{Path: path, Text: text})
		}
	}
	for i, row := range s.Face.Rows {
		at := []string{"face", "rows", strconv.Itoa(i), "label"}
		if missing := l.fonts.MissingRunes(row.Label); len(missing) > 0 {
			add(fmt.Sprintf("has %s, which the fonts lack", string(missing)), at...)
		}
		if slices.Contains(fixedLabels(), row.Label) {
			add(row.Label+" is a label that every certificate has elsewhere", at...)
		}
	}
	for _, longest := range []bool{false, true} {
		for _, declared := range []bool{false, true} {
			in := Sample(s, longest)
			if !declared {
				in.Copy.Purpose, in.Copy.Recipient = nil, nil
			}
			page, err := l.Certificate(in)
			if err != nil {
				add(explainFault(err), "face", "rows")
				continue
			}
			for _, fault := range l.findFaults(page) {
				add(fault, "face")
			}
		}
	}
	return found
}

// explainFault says what to change where a sample cannot be laid out.
func explainFault(err error) string {
	text := err.Error()
	if p, ok := problem.As(err); ok {
		text = p.Detail.EN
	}
	if errors.Is(err, errTooMuch) {
		text += " of a certificate whose texts are all as long as they may be: let details be shorter, or leave out a row or the signature"
	}
	return "cannot be printed: " + text
}

package evidence

import (
	"bytes"
	"errors"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// examineForeignPDF examines a PDF that another program wrote. A copy has one page. A file of one page
// with a signature is offered as a copy, and its signature does not fit: with one of ours it is a copy that
// was altered, with somebody else's it is none. A signature in a file of several pages, where programs
// that put files together leave it over, says nothing about any one of them.
func examineForeignPDF(data []byte, trust Trust) verdict.Evidence {
	file, err := anypdf.Open(data, anypdf.DefaultBounds())
	switch {
	case errors.Is(err, anypdf.ErrEncrypted):
		return noOriginalEvidence(verdict.PDF, verdict.Encrypted)
	case err != nil:
		return noOriginalEvidence(verdict.PDF, verdict.Damaged)
	}
	signatures := file.Signatures()
	switch {
	case len(signatures) == 0 || len(file.Pages()) > 1:
		return noOriginalEvidence(verdict.PDF, verdict.Reproduced)
	case trust.haveOurs(SignsPDF, signatures):
		return brokenEvidence(verdict.PDF, verdict.Altered)
	}
	return brokenEvidence(verdict.PDF, verdict.Foreign)
}

// haveOurs reports whether one of the signatures encloses the certificate of a signer that the bundle names for the use. It
// does not say that this signer signed.
func (t Trust) haveOurs(use Use, signatures [][]byte) bool {
	return slices.ContainsFunc(signatures, func(signature []byte) bool {
		return slices.ContainsFunc(t.signers, func(s trustedSigner) bool {
			return s.Use == use && bytes.Contains(signature, s.der)
		})
	})
}

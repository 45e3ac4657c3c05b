// Package evidence examines what was handed in, a PDF, an OFD or the token of a
// QR code, and says what it proves by itself: that the content is the one that
// was signed, whether we trust who signed it, that its numbers are well formed,
// and what it claims. Whom to trust stands in a bundle that names each signer;
// that an authority has certified somebody makes nobody an issuer.
//
// The order matters. A file is read only as far as its signature needs; the
// certificate inside is believed only once the signature over the whole file
// fits; and then everything the file says twice must say the same. Any doubt on
// the way makes the file's integrity fail, and package verdict then shows
// nothing else. That the file's own words agree proves nothing about the world:
// for that the registry is asked.
//
// Nothing here knows a private key.
package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Attachment is the name under which both files carry the canonical JSON of the
// copy.
const Attachment = "certificate.json"

// MaxFile is the most bytes of a file that are looked at: what one request can
// carry, and some sixty times what this service writes.
const MaxFile = pdf.MaxFile

// Examine examines the bytes of a file. Whatever they are, there is an answer:
// what is neither a PDF nor an OFD is nothing this service issued. Time and
// memory are bounded by the size of data.
func Examine(data []byte, trust Trust) verdict.Evidence {
	kind := kindOf(data)
	var e verdict.Evidence
	switch {
	case len(data) > MaxFile:
		return brokenEvidence(kind, verdict.TooLarge)
	case kind == verdict.PDF:
		e = examinePDF(data, trust)
	case kind == verdict.OFD:
		e = examineOFD(data, trust)
	default:
		return brokenEvidence(kind, verdict.Unreadable)
	}
	digest := sha256.Sum256(data)
	e.SHA256 = hex.EncodeToString(digest[:])
	return e
}

// looked is how far into a file the beginning of a PDF is looked for: as far
// as common readers do, so that a file they open is not called none.
const headerSearchLength = 1024

// kindOf tells the kind from the first bytes. Failing that, from a PDF's mark
// near them or the mark that ends a package, for a file that something was put
// before; such a file is refused, but by its name.
func kindOf(data []byte) verdict.Kind {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return verdict.PDF
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return verdict.OFD
	case bytes.Contains(data[:min(len(data), headerSearchLength)], []byte("%PDF-")):
		return verdict.PDF
	case bytes.Contains(data[:min(len(data), MaxFile)], []byte("PK\x05\x06")):
		return verdict.OFD
	}
	return verdict.File
}

// Lookup is the evidence of a typed registration number: none, but that it is
// well formed.
func Lookup(number string) verdict.Evidence {
	return verdict.Evidence{
		Kind:      verdict.Number,
		Integrity: verdict.NoDocument(),
		Issuer:    verdict.NoIssuer(),
		Numbers:   numberFinding(number),
	}
}

func brokenEvidence(kind verdict.Kind, why verdict.Reason) verdict.Evidence {
	return verdict.Evidence{Kind: kind, Integrity: verdict.BrokenContent(why)}
}

// copyEvidence is the evidence of a file whose signature fits.
func copyEvidence(kind verdict.Kind, issuer verdict.Finding, signing *verdict.Signing, c endorsement.Copy) verdict.Evidence {
	return verdict.Evidence{
		Kind:      kind,
		Integrity: verdict.IntactContent(),
		Issuer:    issuer,
		Signing:   signing,
		Numbers:   numbersOf(c),
		Copy:      &c,
		Claim: &verdict.Claim{
			Endorsement: c.CopyID, Certificate: c.CertID,
			Number: c.Certificate.Number, Name: certificate.MaskName(c.Certificate.Holder.Name),
			From: c.UseFrom, Until: c.UseUntil,
		},
	}
}

// hasSameQR reports whether the QR code printed on the file may stand for this
// copy. One that leads to another copy would have its reader verify something
// else than what they hold. A code whose key we do not know says nothing here.
func hasSameQR(c endorsement.Copy, trust Trust) bool {
	claims, err := credential.Parse(credential.FromLink(c.QR), trust.Tokens)
	if errors.Is(err, credential.ErrUnknownKey) {
		return true
	}
	return err == nil && claims.Endorsement == c.CopyID && claims.Certificate == c.CertID &&
		claims.From == c.UseFrom && claims.Until == c.UseUntil
}

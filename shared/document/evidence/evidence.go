// Package evidence examines a PDF, an OFD or the token of a QR code, and states what
// it proves by itself: that its content is the signed content, whether its signer is
// trusted, that its numbers are well formed, and what it claims. The trust bundle
// names each signer; a certificate from a known authority alone makes nobody an
// issuer.
//
// The order matters. A file is read only as far as its signature requires; the copy
// inside is used only once the signature over the whole file verifies; and then
// everything that the file contains twice must be equal. Any doubt on the way makes
// the file's integrity fail, and package verdict then shows nothing else. A consistent
// file proves nothing about the present state of the copy: the registry is asked for
// that.
//
// The package uses no private key.
package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Attachment is the name of the copy's canonical JSON in both files.
const Attachment = "certificate.json"

// MaxFile is the largest file that is examined, in bytes: as much as one request can
// carry, and some sixty times what this service writes.
const MaxFile = pdf.MaxFile

// Examine examines the bytes of a file. It always returns evidence; of data that is
// neither a PDF nor an OFD, that it proves nothing. A file that is larger than MaxFile is no
// original, and is taken up to scan.MaxFile. Time and memory are bounded by the size of data.
func Examine(data []byte, trust Trust) verdict.Evidence {
	kind := kindOf(data)
	var e verdict.Evidence
	switch {
	case len(data) > scan.MaxFile:
		return brokenEvidence(kind, verdict.TooLarge)
	case scan.IsPicture(data):
		return noOriginalEvidence(verdict.Picture, verdict.Reproduced)
	case len(data) > MaxFile && (kind != verdict.PDF || pdf.HasHeader(data)):
		return brokenEvidence(kind, verdict.TooLarge)
	case kind == verdict.PDF:
		e = examinePDF(data, trust)
	case kind == verdict.OFD && isArchive(data):
		return unrecognisedFile(data)
	case kind == verdict.OFD:
		e = examineOFD(data, trust)
	default:
		return unrecognisedFile(data)
	}
	digest := sha256.Sum256(data)
	e.SHA256 = hex.EncodeToString(digest[:])
	return e
}

// headerSearchLength is how far into a file the header of a PDF is searched, and how far
// from its end the mark of the end: as far as common readers do, so that a file they open
// is recognised as a PDF.
const headerSearchLength = 1024

// kindOf returns the kind from the first bytes. Failing that, from a PDF header near
// them or the end of either kind, for a file that was cut, or has something before it;
// such a file is refused, but as the kind it is.
func kindOf(data []byte) verdict.Kind {
	const header = "%PDF-"
	first, last := data[:min(len(data), headerSearchLength)], data[max(0, len(data)-headerSearchLength):]
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return verdict.OFD
	case bytes.Contains(first, []byte(header)), len(data) > 0 && strings.HasPrefix(header, string(first)):
		return verdict.PDF
	case bytes.Contains(data[:min(len(data), MaxFile)], []byte("PK\x05\x06")):
		return verdict.OFD
	case bytes.Contains(last, []byte("%%EOF")):
		return verdict.PDF
	}
	return verdict.File
}

// Lookup returns the evidence of a typed number, which proves only that it is well formed.
func Lookup(number string, grammars certificate.Grammars) verdict.Evidence {
	return verdict.Evidence{
		Kind:      verdict.Number,
		Integrity: verdict.NoDocument(),
		Issuer:    verdict.NoIssuer(),
		Numbers:   numberFinding(number, grammars),
	}
}

// noOriginalEvidence returns the evidence of a file without a signature of this service.
func noOriginalEvidence(kind verdict.Kind, s verdict.Semblance) verdict.Evidence {
	return verdict.Evidence{Kind: kind, Integrity: verdict.NotOriginalFile(s)}
}

func brokenEvidence(kind verdict.Kind, why verdict.Reason) verdict.Evidence {
	return verdict.Evidence{Kind: kind, Integrity: verdict.BrokenContent(why)}
}

// copyEvidence returns the evidence of a file whose signature verifies.
func copyEvidence(kind verdict.Kind, issuer verdict.Finding, signing *verdict.Signing, c endorsement.Copy, trust Trust) verdict.Evidence {
	numbers, isUnread := numbersOf(c, trust.grammars)
	return verdict.Evidence{
		Kind:      kind,
		Integrity: verdict.IntactContent(),
		Issuer:    issuer,
		Signing:   signing,
		Numbers:   numbers,
		Unread:    isUnread,
		Copy:      &c,
		Claim: &verdict.Claim{
			Endorsement: c.CopyID, Certificate: c.CertID,
			Number: c.Certificate.Number, Name: certificate.NameInCode(c.Certificate.Holder.IDType, c.Certificate.Holder.Name),
			From: c.UseFrom, Until: c.UseUntil,
		},
		StatusIndex: c.Index(),
	}
}

// hasSameQR reports whether the QR code printed on the file may belong to this copy.
// With a code of another copy, a reader would verify something else than the file. A
// code signed with an unknown key is accepted.
func hasSameQR(c endorsement.Copy, trust Trust) bool {
	claims, err := credential.Parse(credential.FromLink(c.QR), trust.Tokens)
	if errors.Is(err, credential.ErrUnknownKey) {
		return true
	}
	return err == nil && claims.Endorsement == c.CopyID && claims.Certificate == c.CertID &&
		claims.From == c.UseFrom && claims.Until == c.UseUntil && claims.StatusIndex == c.Index()
}

package evidence

import (
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// signature describes who signed a file, when, and with which seal.
type signature struct {
	use         Use
	certificate []byte    // of the signer, DER
	seal        *ses.Seal // of an OFD; nil for a PDF
	made        signingTime
}

// issuerOf judges whether the bundle names a copy's signer for the copy's issuing
// authority and for that time; for a seal also its maker. Signing is nil if the signer
// or the maker is not named.
func (t Trust) issuerOf(s signature, c endorsement.Copy) (verdict.Finding, *verdict.Signing) {
	signer, ok := find(t.signers, s.use, s.certificate)
	if !ok || s.made.at.IsZero() {
		return verdict.UntrustedIssuer(), nil
	}
	within, authority := signer.within, c.Certificate.Issuer.Code
	mayIssue, mayMake := signer.signsFor(authority), true
	if s.seal != nil {
		maker, ok := find(t.signers, MakesSeals, s.seal.Maker)
		if !ok {
			return verdict.UntrustedIssuer(), nil
		}
		within = within.Intersect(verdict.Span{From: s.seal.From, Until: s.seal.Until})
		mayIssue, mayMake = mayIssue && maker.signsFor(authority), maker.within.Covers(s.seal.CreatedAt)
	}
	signing := &verdict.Signing{At: s.made.at, Proven: s.made.proven, Within: within}
	switch {
	case !mayIssue:
		return verdict.ForeignIssuer(), signing
	case !mayMake || !within.Covers(s.made.at):
		return verdict.OutsideKeyDays(), signing
	case s.made.foreign:
		return verdict.UntrustedTime(), signing
	case !signer.Timestamps.isMetBy(s.made):
		return verdict.MissingTimestamp(), signing
	case s.made.proven:
		return verdict.TrustedIssuerAt(signer.name, s.made.at), signing
	}
	return verdict.TrustedIssuer(signer.name), signing
}

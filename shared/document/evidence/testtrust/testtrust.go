// Package testtrust writes the trust bundles of test authorities. Only tests and
// the local stack import it.
package testtrust

import (
	"encoding/pem"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// NewBundle returns the bundle of a test authority: its signers of PDF files and of
// seals and its maker of seals, each for the issuing authorities of all schemes, and
// the keys of tokens and receipts that are not nil. All may sign as long as the
// authority's certificates are valid.
func NewBundle(ca *testca.Authority, schemes scheme.Set, token, receipt keys.Signer) evidence.Bundle {
	return evidence.Bundle{
		Version: evidence.BundleVersion,
		Roots:   []string{ca.Root}, SealRoots: []string{ca.SealRoot}, TimeRoots: []string{ca.TimeRoot},
		Signers: []evidence.Signer{
			Signer(ca, evidence.SignsPDF, ca.PDF, schemes),
			Signer(ca, evidence.SignsOFD, ca.Seal, schemes),
			Signer(ca, evidence.MakesSeals, ca.Maker, schemes),
		},
		TokenKeys: Keys(ca, token), ReceiptKeys: Keys(ca, receipt),
	}
}

// Signer returns the entry of a signer for as long as the authority's certificates are
// valid.
func Signer(ca *testca.Authority, use evidence.Use, of testca.Issued, schemes scheme.Set) evidence.Signer {
	from, until := ca.Period()
	s := evidence.Signer{
		Use: use, Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: of.Signer.Chain()[0]})),
		From: civil.Of(from), Until: civil.Of(until),
	}
	for _, one := range schemes.List() {
		s.Issuers = append(s.Issuers, one.Issuer.Code)
	}
	return s
}

// Keys returns a set of one key, or an empty set if signer is nil, in use as long as
// the authority's certificates are valid.
func Keys(ca *testca.Authority, signer keys.Signer) credential.KeySet {
	set := credential.KeySet{Keys: []credential.PublicKey{}}
	if signer != nil {
		from, until := ca.Period()
		set.Keys = append(set.Keys, credential.NewPublicKey(signer.PublicKey(), signer.KeyID(), from, until))
	}
	return set
}

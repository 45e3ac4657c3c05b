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
)

// NewBundle returns the bundle of a test authority: each office's signers of PDF files
// and of seals for that office, its maker of seals for all, and the keys of tokens and
// receipts that are not nil. All may sign as long as the authority's certificates are
// valid.
func NewBundle(ca *testca.Authority, offices []Office, token, receipt keys.Signer) evidence.Bundle {
	b := evidence.Bundle{
		Version: evidence.BundleVersion,
		Roots:   []string{ca.Root}, SealRoots: []string{ca.SealRoot}, TimeRoots: []string{ca.TimeRoot, ca.SealRoot},
		TokenKeys: Keys(ca, token), ReceiptKeys: Keys(ca, receipt),
	}
	for i, o := range offices {
		b.Signers = append(b.Signers, Signer(ca, evidence.SignsPDF, o.PDF, o.Code), Signer(ca, evidence.SignsOFD, o.Seal, o.Code))
		if i == 0 {
			b.Signers = append(b.Signers, Signer(ca, evidence.MakesSeals, ca.Maker))
		}
	}
	return b
}

// AddStatusKey adds the key of status lists, in use as long as the authority's certificates are valid.
func AddStatusKey(b *evidence.Bundle, ca *testca.Authority, status keys.Signer) {
	b.StatusKeys = Keys(ca, status)
}

// Signer returns the entry of a signer for issuing authorities, by their codes, for as
// long as the authority's certificates are valid.
func Signer(ca *testca.Authority, use evidence.Use, of testca.Issued, codes ...string) evidence.Signer {
	from, until := ca.Period()
	return evidence.Signer{
		Use: use, Issuers: codes, Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: of.Signer.Chain()[0]})),
		From: civil.Of(from), Until: civil.Of(until),
	}
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

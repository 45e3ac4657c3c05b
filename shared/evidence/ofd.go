package evidence

import (
	"errors"
	"slices"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/credential/metadata"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/render/ofd"
	"github.com/jiazhu/jiazhu/shared/seal/ses"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// examineOFD: every part must be covered by the seal's signature and fit its
// digest, the signature must fit, and the metadata must be those of the copy.
func examineOFD(data []byte, trust Trust) verdict.Evidence {
	file, err := ofd.Read(data)
	if err != nil {
		return broken(verdict.OFD, whyOFD(err))
	}
	signed, err := ses.Verify(file.Signature.Value, ses.Expected{
		Roots: trust.seals, DataHash: file.Signature.DataHash,
		Seal: file.Signature.Seal, Property: file.Signature.Property,
	})
	if signed == nil || unfit(err) {
		return broken(verdict.OFD, verdict.Altered)
	}
	signer, unreadable := smx509.ParseCertificate(signed.Certificate)
	if unreadable != nil { // then nobody has verified the signature
		return broken(verdict.OFD, verdict.Altered)
	}
	if len(file.Attachments) != 1 || file.Attachments[0].Name != Attachment {
		return broken(verdict.OFD, verdict.Contradicts)
	}
	c, foreign := endorsement.ParseCopy(file.Attachments[0].Data)
	if foreign != nil || !sameQR(c, trust) || !slices.Equal(file.CustomData, customData(c)) {
		return broken(verdict.OFD, verdict.Contradicts)
	}
	return ofCopy(verdict.OFD, sealIssuer(signer, err), c)
}

func whyOFD(err error) verdict.Reason {
	switch {
	case errors.Is(err, ofd.ErrUnsigned):
		return verdict.Unsigned
	case errors.Is(err, ofd.ErrPackage), errors.Is(err, ofd.ErrXML), errors.Is(err, ofd.ErrMissing):
		return verdict.Unreadable
	default:
		return verdict.Altered
	}
}

// unfit tells "this is not what was signed" from "we do not trust who signed
// it". What the signature covers is certain only where none of these failed.
func unfit(err error) bool {
	for _, broken := range []error{ses.ErrDataHash, ses.ErrSealDiffers, ses.ErrProperty, ses.ErrAlgorithm, ses.ErrSignature} {
		if errors.Is(err, broken) {
			return true
		}
	}
	return false
}

// sealIssuer names the owner of the seal's key, where every rule of the seal
// holds.
func sealIssuer(signer *smx509.Certificate, err error) verdict.Finding {
	if err != nil {
		return verdict.UntrustedIssuer()
	}
	return verdict.TrustedIssuer(nameOf(signer.Subject))
}

func customData(c endorsement.Copy) []ofd.Datum {
	elements := metadata.Of(c)
	data := make([]ofd.Datum, len(elements))
	for i, e := range elements {
		data[i] = ofd.Datum(e)
	}
	return data
}

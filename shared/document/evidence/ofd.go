package evidence

import (
	"bytes"
	"errors"
	"slices"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/credential/metadata"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// examineOFD examines an OFD. Every part must be covered by the seal's signature and
// match its digest, the signature must verify, the seal must have been used by its
// rules, and the metadata must be those of the copy.
func examineOFD(data []byte, trust Trust) verdict.Evidence {
	file, err := ofd.Read(data)
	if err != nil {
		return refusedOFD(data, err, trust)
	}
	signed, err := ses.Verify(file.Signature.Value, ses.Expected{
		Roots: trust.seals, DataHash: file.Signature.DataHash,
		Seal: file.Signature.Seal, Property: file.Signature.Property,
	})
	if signed == nil {
		return brokenEvidence(verdict.OFD, verdict.Altered)
	}
	if why := sealReason(err); why != verdict.Fine {
		return brokenEvidence(verdict.OFD, why)
	}
	if _, unreadable := smx509.ParseCertificate(signed.Certificate); unreadable != nil { // so the signature was not verified
		return brokenEvidence(verdict.OFD, verdict.Altered)
	}
	if len(file.Attachments) != 1 || file.Attachments[0].Name != Attachment {
		return brokenEvidence(verdict.OFD, verdict.Contradicts)
	}
	c, foreign := endorsement.ParseCopy(file.Attachments[0].Data)
	if foreign != nil || c.FormatVersion() != file.Format || !hasSameQR(c, trust) || !slices.Equal(file.CustomData, customData(c)) {
		return brokenEvidence(verdict.OFD, verdict.Contradicts)
	}
	made := trust.judgeTimestamp(signatureTimestamp(signed), signed.Value, signed.At)
	if made.wrong != verdict.Fine {
		return brokenEvidence(verdict.OFD, made.wrong)
	}
	if err != nil { // a rule about trust
		return copyEvidence(verdict.OFD, verdict.UntrustedIssuer(), nil, c, trust)
	}
	issuer, signing := trust.issuerOf(signature{SignsOFD, signed.Certificate, signed.Seal, made}, c)
	return copyEvidence(verdict.OFD, issuer, signing, c, trust)
}

// refusedOFD returns the evidence of an OFD that Read refuses. One that another program wrote and nobody
// sealed, or ours without its seal, is not false but no original.
func refusedOFD(data []byte, err error, trust Trust) verdict.Evidence {
	if errors.Is(err, ofd.ErrUnsigned) {
		return unsealedOFD(data, trust)
	}
	why := ofdReason(err, data)
	sealed := bytes.Contains(data, []byte("Signatures.xml")) || bytes.Contains(data, []byte("SignedValue.dat")) // anywhere, since the names may be damaged
	switch {
	case why == verdict.Foreign && !sealed && len(ofd.Names(data)) > 0:
		return noOriginalEvidence(verdict.OFD, verdict.Reproduced)
	case why == verdict.Foreign && !sealed:
		return noOriginalEvidence(verdict.OFD, verdict.Damaged)
	}
	return brokenEvidence(verdict.OFD, why)
}

// unsealedOFD returns the evidence of an OFD in our form whose list names no seal, or several. With a signature in it that the list
// does not lead to, or not alone, the list was changed: of a copy where the signature is ours.
func unsealedOFD(data []byte, trust Trust) verdict.Evidence {
	values := ofd.SignedValues(data)
	switch {
	case len(values) == 0:
		return noOriginalEvidence(verdict.OFD, verdict.Reproduced)
	case trust.haveOurs(SignsOFD, values):
		return brokenEvidence(verdict.OFD, verdict.Altered)
	}
	return brokenEvidence(verdict.OFD, verdict.Foreign)
}

// signatureTimestamp returns the timestamp over a signature's value. Seals of v1 have
// a timestamp elsewhere, in place of the time.
func signatureTimestamp(s *ses.Signature) []byte {
	if s.Version != 4 {
		return nil
	}
	return s.Timestamp
}

// ofdReason returns the reason for an error of Read. If the package itself is wrong,
// the reason says how.
func ofdReason(err error, data []byte) verdict.Reason {
	if errors.Is(err, ofd.ErrPackage) || errors.Is(err, ofd.ErrTooLarge) || errors.Is(err, ofd.ErrMissing) || errors.Is(err, ofd.ErrXML) {
		err = ofd.Diagnose(data)
	}
	return reasonOf(err, verdict.Altered, []reasonRule{
		{ofd.ErrTooLarge, verdict.TooLarge},
		{ofd.ErrForeign, verdict.Foreign},
		{ofd.ErrTruncated, verdict.Truncated},
		{ofd.ErrPrefixed, verdict.Prefixed},
		{ofd.ErrAppended, verdict.Appended},
		{ofd.ErrRepacked, verdict.Repacked},
		{ofd.ErrSeal, verdict.SealDiffers},
		{ofd.ErrFormat, verdict.Unsupported},
		{ses.ErrVersion, verdict.Unsupported},
	})
}

// sealReason returns the most serious broken rule of the seal, or Fine. Trust is not
// among these rules: an unknown maker's seal may meet all of them.
func sealReason(err error) verdict.Reason {
	return reasonOf(err, verdict.Fine, []reasonRule{
		{ses.ErrDataHash, verdict.Altered},
		{ses.ErrProperty, verdict.Altered},
		{ses.ErrAlgorithm, verdict.Altered},
		{ses.ErrSignature, verdict.Altered},
		{ses.ErrSealDiffers, verdict.SealDiffers},
		{ses.ErrMakerSignature, verdict.SealForged},
		{ses.ErrSignerUnlisted, verdict.SealUnlisted},
		{ses.ErrSealPeriod, verdict.SealExpired},
		{ses.ErrSignerPeriod, verdict.SignerExpired},
	})
}

func customData(c endorsement.Copy) []ofd.Datum {
	elements := metadata.Elements(c, c.Digest())
	data := make([]ofd.Datum, len(elements))
	for i, e := range elements {
		data[i] = ofd.Datum(e)
	}
	return data
}

package evidence

import (
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// ExamineToken examines the text of a QR code: the token, or the whole link.
func ExamineToken(text string, trust Trust) verdict.Evidence {
	token := credential.FromLink(text)
	claims, err := credential.Parse(token, trust.Tokens)
	switch {
	case errors.Is(err, credential.ErrUnknownKey):
		return verdict.Evidence{Kind: verdict.Token, Integrity: verdict.UnknownTokenKey()}
	case errors.Is(err, credential.ErrSignature):
		return brokenEvidence(verdict.Token, verdict.Altered)
	case errors.Is(err, credential.ErrKeyDays):
		return brokenEvidence(verdict.Token, verdict.OutsideDays)
	case err != nil:
		return brokenEvidence(verdict.Token, verdict.Unreadable)
	}
	return verdict.Evidence{
		Kind:      verdict.Token,
		Integrity: verdict.IntactContent(),
		Issuer:    verdict.TrustedKey(),
		Numbers:   numberFinding(claims.Number),
		Claim: &verdict.Claim{
			Endorsement: claims.Endorsement, Certificate: claims.Certificate,
			Number: claims.Number, Name: claims.Name,
			From: claims.From, Until: claims.Until,
		},
		Words: token[:strings.LastIndexByte(token, '.')],
	}
}

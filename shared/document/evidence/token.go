package evidence

import (
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Token examines what a QR code held: the token, or the whole link.
func Token(text string, trust Trust) verdict.Evidence {
	token := credential.FromLink(text)
	claims, err := credential.Parse(token, trust.Tokens)
	switch {
	case errors.Is(err, credential.ErrUnknownKey):
		return verdict.Evidence{Kind: verdict.Token, Integrity: verdict.KeyNotKnown()}
	case errors.Is(err, credential.ErrSignature):
		return broken(verdict.Token, verdict.Altered)
	case errors.Is(err, credential.ErrKeyDays):
		return broken(verdict.Token, verdict.OutsideDays)
	case err != nil:
		return broken(verdict.Token, verdict.Unreadable)
	}
	return verdict.Evidence{
		Kind:      verdict.Token,
		Integrity: verdict.Intact(),
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

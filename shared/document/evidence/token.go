package evidence

import (
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// ExamineToken examines the token in the text of a QR code or link.
func ExamineToken(text string, trust Trust) verdict.Evidence {
	found, err := credential.Find(text)
	if err != nil {
		return verdict.Evidence{Kind: verdict.Token, Integrity: judgeFindError(err)}
	}
	token := found.Token + found.Receipt // a receipt is no token, and is refused as one
	if e, _ := ExamineAnyReceipt(found.Receipt, trust); found.Receipt != "" && e.Integrity.Result != verdict.Fail {
		return verdict.Evidence{Kind: verdict.Token, Integrity: verdict.ReceiptForToken()}
	}
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
	numbers := numberFinding(claims.Number, trust.grammars)
	return verdict.Evidence{
		Kind:      verdict.Token,
		Integrity: verdict.IntactContent(),
		Issuer:    verdict.TrustedKey(),
		Numbers:   numbers,
		Unread:    numbers.Result != verdict.Pass,
		Claim: &verdict.Claim{
			Endorsement: claims.Endorsement, Certificate: claims.Certificate,
			Number: claims.Number, Name: claims.Name,
			From: claims.From, Until: claims.Until,
		},
		StatusIndex: claims.StatusIndex,
		Words:       token[:strings.LastIndexByte(token, '.')],
	}
}

// judgeFindError returns the finding for an error of credential.Find.
func judgeFindError(err error) verdict.Finding {
	if errors.Is(err, credential.ErrSeveral) {
		return verdict.SeveralTokens()
	}
	return verdict.UnrecognisedText()
}

package evidence

import (
	"errors"

	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/render/pdf"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// ReceiptAttachment is the name under which a receipt's PDF carries the signed
// receipt.
const ReceiptAttachment = "receipt.jws"

// Receipt examines the receipt of an earlier verification, and returns what it
// says where its signature fits. As evidence it stands for what it was about: a
// receipt of a good copy claims that copy, one of a broken file is as broken as
// the file was.
func Receipt(text string, trust Trust) (verdict.Evidence, *credential.Receipt) {
	r, err := credential.ParseReceipt(text, trust.Receipts)
	switch {
	case errors.Is(err, credential.ErrUnknownKey):
		why := verdict.KeyNotKnown()
		why.Text = problem.Text{ZH: "回执的签名密钥未知，无法核对", EN: "The receipt's signing key is unknown; it cannot be checked"}
		return verdict.Evidence{Kind: verdict.Receipt, Integrity: why}, nil
	case errors.Is(err, credential.ErrSignature):
		return broken(verdict.Receipt, verdict.Altered), nil
	case errors.Is(err, credential.ErrKeyDays):
		return broken(verdict.Receipt, verdict.OutsideDays), nil
	case err != nil:
		return broken(verdict.Receipt, verdict.Unreadable), nil
	}
	return ofReceipt(r), &r
}

func ofReceipt(r credential.Receipt) verdict.Evidence {
	e := verdict.Evidence{
		Kind: verdict.Receipt, Integrity: verdict.Intact(), Issuer: verdict.TrustedKey(), Numbers: verdict.SoundNumbers(),
	}
	if first := r.Verdict.Checks[0]; r.Claim == nil && first.Check == string(verdict.Integrity) {
		switch verdict.Result(first.Result) {
		case verdict.Fail:
			e.Integrity = verdict.Broken(verdict.Reason(first.Reason))
		case verdict.Unsure:
			e.Integrity = verdict.KeyNotKnown()
		}
	}
	if r.Claim == nil {
		return e
	}
	e.Numbers = numberFinding(r.Claim.Number)
	if r.Claim.Endorsement != "" {
		e.Claim = &verdict.Claim{
			Endorsement: r.Claim.Endorsement, Certificate: r.Claim.Certificate,
			Number: r.Claim.Number, Name: r.Claim.Name, From: r.Claim.From, Until: r.Claim.Until,
		}
	}
	return e
}

// ReceiptIn returns the signed receipt that a receipt's PDF carries. The page
// around it is not signed: what counts is what the receipt says.
func ReceiptIn(data []byte) (text string, ok bool) {
	file, err := pdf.Read(data)
	if err != nil || len(file.Problems) > 0 || file.Signature != nil {
		return "", false
	}
	if len(file.Attachments) != 1 || file.Attachments[0].Name != ReceiptAttachment {
		return "", false
	}
	return string(file.Attachments[0].Data), true
}

package evidence

import (
	"bytes"
	"errors"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Statements are what a genuine receipt states: one of them, or none.
type Statements struct {
	One   *credential.Receipt
	Batch *credential.BatchReceipt
	Job   *credential.Manifest
}

// ExamineAnyReceipt examines the receipt in a text: of a verification, of a batch, or the manifest of a
// job. A receipt is evidence only of itself: its findings are from the time it was made, about files
// that are not present.
func ExamineAnyReceipt(text string, trust Trust) (verdict.Evidence, Statements) {
	found, err := credential.Find(text)
	if err != nil {
		return receiptEvidence(judgeFindError(err)), Statements{}
	}
	said, jws := Statements{}, found.Receipt+found.Token
	switch credential.KindOf(jws) {
	case credential.ManyReceipt:
		said.Batch, err = parseContent(credential.ParseBatchReceipt, jws, trust)
	case credential.JobReceipt:
		said.Job, err = parseContent(credential.ParseManifest, jws, trust)
	default:
		said.One, err = parseContent(credential.ParseReceipt, jws, trust)
	}
	if err != nil {
		return receiptEvidence(judgeReceiptError(err)), Statements{}
	}
	return receiptEvidence(verdict.IntactReceipt()), said
}

func parseContent[T any](parse func(string, credential.Keys) (T, error), jws string, trust Trust) (*T, error) {
	content, err := parse(jws, trust.Receipts)
	if err != nil {
		return nil, err
	}
	return &content, nil
}

// ExamineReceipt is ExamineAnyReceipt for the receipt of one verification. Of another genuine one it
// returns no content.
func ExamineReceipt(text string, trust Trust) (verdict.Evidence, *credential.Receipt) {
	e, said := ExamineAnyReceipt(text, trust)
	return e, said.One
}

// judgeReceiptError returns the finding for an error of package credential about a receipt.
func judgeReceiptError(err error) verdict.Finding {
	switch {
	case errors.Is(err, credential.ErrUnknownKey):
		return verdict.UnknownReceiptKey()
	case errors.Is(err, credential.ErrSignature):
		return verdict.BrokenReceipt(verdict.Altered)
	case errors.Is(err, credential.ErrKeyDays):
		return verdict.BrokenReceipt(verdict.OutsideDays)
	}
	return verdict.BrokenReceipt(verdict.Unreadable)
}

func receiptEvidence(integrity verdict.Finding) verdict.Evidence {
	e := verdict.Evidence{Kind: verdict.Receipt, Integrity: integrity}
	if integrity.Result == verdict.Pass {
		e.Issuer = verdict.TrustedKey()
	}
	return e
}

// ExtractReceipt returns the text of the receipt attached to a receipt's page, an unsigned
// PDF with exactly that attachment, also where another program has saved the page again.
// It does not check that the page belongs to the receipt; ExamineReceiptPage does.
func ExtractReceipt(data []byte) (text string, ok bool) {
	if kindOf(data) != verdict.PDF {
		return "", false
	}
	file, err := pdf.Read(data)
	if err != nil || len(file.Problems) > 0 {
		return searchReceipt(data)
	}
	if file.Signature != nil || len(file.Attachments) != 1 || file.Attachments[0].Name != receiptpage.Attachment {
		return "", false
	}
	return string(file.Attachments[0].Data), true
}

// searchReceipt returns the one receipt among the streams of a PDF that is not as this
// service writes it. A file with a signature is no receipt's page, whatever is in it.
func searchReceipt(data []byte) (text string, ok bool) {
	if bytes.Contains(data, []byte("/ByteRange")) {
		return "", false
	}
	for content := range pdf.Streams(data, credential.MaxReceipt) {
		if !bytes.HasPrefix(content, []byte("eyJ")) {
			continue
		}
		switch found, err := credential.Find(string(content)); {
		case err != nil || found.Receipt != string(content) || credential.KindOf(found.Receipt) != credential.OneReceipt:
		case text != "" && text != found.Receipt:
			return "", false
		default:
			text = found.Receipt
		}
	}
	if text == "" {
		return "", false
	}
	file, err := anypdf.Open(data, anypdf.DefaultBounds())
	if err == nil && len(file.Pages()) > 1 { // a receipt's page was put together with others, which are more than a receipt
		return "", false
	}
	return text, true
}

// ExamineReceiptPage examines the page of a receipt from which ExtractReceipt returned
// text. The page is genuine if the receipt is and if drawing the receipt gives the
// same bytes. Otherwise the receipt is all that is proven: its content is returned with
// the finding that the page is not. The error says that the page cannot be drawn.
func ExamineReceiptPage(page []byte, text string, trust Trust, drawer receiptpage.Drawer) (verdict.Evidence, *credential.Receipt, error) {
	e, said := ExamineReceipt(text, trust)
	if said == nil {
		return e, nil, nil
	}
	drawn, err := drawer.Draw(*said, text)
	switch {
	case err != nil && !errors.Is(err, receiptpage.ErrNone):
		return e, nil, err
	case err != nil, !bytes.Equal(drawn, page):
		return receiptEvidence(verdict.UnprovenPage()), said, nil
	}
	return e, said, nil
}

// Statement returns the content of a receipt of a verification: what was examined,
// what it claims, and the verdict. The caller adds the other members before signing.
func Statement(e verdict.Evidence, r verdict.Records, v verdict.Verdict) credential.Receipt {
	s := credential.Receipt{
		Given: credential.Given{Kind: receiptKind(e.Kind)},
		Claim: claimOf(e, r, v),
		Verdict: credential.ReceiptVerdict{
			Overall: string(v.Overall), AsOf: v.AsOf, Code: int(v.Code), Newer: v.Newer,
		},
	}
	for _, f := range v.Findings {
		text := f.Text.ZH
		if f.Check == verdict.PrintedWords && !e.Printed.IsZero() {
			text += describePrinted(e.Printed)
		}
		s.Verdict.Checks = append(s.Verdict.Checks, credential.ReceiptCheck{
			Check: string(f.Check), Result: string(f.Result), Reason: string(f.Reason), Text: text,
		})
	}
	if v.Ends != nil {
		s.Verdict.Ends = &credential.ReceiptEnding{On: v.Ends.On, Rule: string(v.Ends.Rule), Text: v.Ends.Text.ZH}
	}
	if s.Claim != nil && s.Claim.Endorsement != "" {
		s.CopyDigest = copyDigest(e, r)
	}
	return s
}

// receiptKind returns the kind as receipts have it. To them a picture is a file of no kind of its own.
func receiptKind(kind verdict.Kind) string {
	if kind == verdict.Picture {
		kind = verdict.File
	}
	return string(kind)
}

// claimOf returns the claim of a receipt: nil unless a trusted key signed what was
// examined, or a number was found.
func claimOf(e verdict.Evidence, r verdict.Records, v verdict.Verdict) *credential.ReceiptClaim {
	switch c := e.Claim; {
	case e.Kind == verdict.Number && r.Access == verdict.Found:
		found := r.Certificate
		return &credential.ReceiptClaim{Certificate: found.ID, Number: found.Number, Name: certificate.MaskHolderName(found.Holder.IDType, found.Holder.Name), Version: found.Edition()}
	case c != nil && v.Result(verdict.Integrity) == verdict.Pass && v.Result(verdict.Issuer) == verdict.Pass:
		claim := credential.ReceiptClaim(*c)
		return &claim
	}
	return nil
}

// copyDigest returns the digest of the copy in the file, or else of the registered
// copy; "" if neither is known.
func copyDigest(e verdict.Evidence, r verdict.Records) string {
	switch {
	case e.Copy != nil:
		return e.Copy.Digest()
	case r.Endorsement != nil:
		return r.Endorsement.CopyDigest
	}
	return ""
}

// ReceiptClaim returns the part of a receipt that can be looked up in the registry,
// and whether there is any.
func ReceiptClaim(r credential.Receipt) (verdict.ReceiptStatement, bool) {
	c := r.Claim
	if c == nil {
		return verdict.ReceiptStatement{}, false
	}
	s := verdict.ReceiptStatement{
		Claim: verdict.Claim(*c), Overall: verdict.Overall(r.Verdict.Overall), Kind: verdict.Kind(r.Given.Kind), CopyDigest: r.CopyDigest,
	}
	if s.Kind == verdict.PDF || s.Kind == verdict.OFD {
		s.SHA256 = r.Given.SHA256
	}
	return s, true
}

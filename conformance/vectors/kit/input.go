package kit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/receiptpdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// input makes the input of a case.
func (k *Kit) input(t testing.TB, s PreparedCase, made issuetest.IssuedCopy) Input {
	t.Helper()
	g := s.Given
	switch g.Kind {
	case "token":
		return Input{Token: k.token(t, s, made), Ending: "txt"}
	case "link":
		return Input{Token: credential.Link(issuetest.Origin, k.token(t, s, made)), Ending: "txt"}
	case "pdf":
		return Input{File: alterFile(t, made.PDF, s.Alter), Ending: "pdf"}
	case "ofd":
		return Input{File: alterFile(t, made.OFD, s.Alter), Ending: "ofd"}
	case "file":
		return Input{File: []byte(g.Text), Ending: "bin"}
	case "number":
		return Input{Number: g.Number, Name: g.Name}
	}
	text := g.Text
	if text == "" {
		text = alterText(t, k.receipt(t, s, made), s.Alter)
	}
	if g.Kind == "receipt" {
		return Input{Receipt: text, Ending: "jws"}
	}
	return Input{File: k.page(t, s, made, text), Ending: "pdf"}
}

// page returns the page that the receipt draws, or the one that the case names
// instead, with the receipt attached.
func (k *Kit) page(t testing.TB, s PreparedCase, made issuetest.IssuedCopy, text string) []byte {
	t.Helper()
	said := k.statement(t, s, made)
	if s.Receipt.Page == "another" {
		said.ID = identifier(s.Receipt.At, 4)
	}
	if s.Receipt.Page == "forged" || s.Receipt.Format == "1" {
		return must.Get(receiptpdf.New(issuetest.Fonts(t)).Print(receiptpdf.Receipt{
			ID: said.ID, At: said.At, Verdict: "有效", Receipt: text, Attachment: receiptpage.Attachment,
			Facts: []receiptpdf.Fact{{Label: "注册编号", Value: "京1112019202000099"}, {Label: "使用有效期", Value: "2026年11月23日至2036年5月28日"}},
		}))
	}
	return must.Get(receiptpage.New().Draw(said, text))
}

// token returns the copy's own token, or one signed with another key or with other
// claims, after the case's alterations.
func (k *Kit) token(t testing.TB, s PreparedCase, made issuetest.IssuedCopy) string {
	t.Helper()
	g := s.Given
	if g.Text != "" {
		return g.Text
	}
	signer := k.signer(g.Key)
	token := must.Get(credential.Issue(t.Context(), signer, credential.NewClaims(made.Endorsement, s.Before)))
	if g.Header != "" || g.Payload != "" {
		token = rewriteToken(t, signer, token, g.Header, g.Payload)
	}
	return alterText(t, token, s.Alter)
}

// signer returns a key that signs tokens, including the receipts key, which must not.
func (k *Kit) signer(name string) keys.Signer {
	if name == "receipts" {
		return k.Issuer().Receipts
	}
	return k.issuers[name].Tokens
}

// receipt returns the receipt of the verification that the case describes, at a time
// when the copy was still unchanged.
func (k *Kit) receipt(t testing.TB, s PreparedCase, made issuetest.IssuedCopy) string {
	t.Helper()
	said, signer := k.statement(t, s, made), k.issuers[s.Given.Key].Receipts
	if said.Format != credential.ReceiptFormat { // no longer written by the service
		var payload bytes.Buffer
		e := json.NewEncoder(&payload)
		e.SetEscapeHTML(false)
		must.Do(e.Encode(said))
		header := `{"alg":"ES256","kid":"` + credential.ReceiptKeyID(signer) + `","typ":"jiazhu-receipt+jwt"}`
		return signJWS(t, signer, header, strings.TrimSpace(payload.String()))
	}
	return must.Get(credential.IssueReceipt(t.Context(), signer, said))
}

// statement returns the content of the receipt.
func (k *Kit) statement(t testing.TB, s PreparedCase, made issuetest.IssuedCopy) credential.Receipt {
	t.Helper()
	r := s.Receipt
	e, access, data := k.receiptEvidence(t, s, made)
	records := verdict.Records{Access: access, Certificate: &s.Before, Endorsement: &made.Endorsement, Latest: made.Endorsement.ID}
	if scheme, ok := k.Issuer().Schemes.ByID(s.Before.Scheme); ok {
		records.Scheme = &scheme
	}
	said := evidence.Statement(e, records, verdict.Judge(e, records, r.Question, r.At))
	said.Format, said.ID, said.At, said.Service, said.Test = credential.ReceiptFormat, identifier(r.At, 3), r.At, issuetest.Origin, true
	said.Question = credential.ReceiptQuestion(r.Question)
	if data != nil {
		said.Given.SHA256 = digestOf(data)
	}
	if r.CopyDigest == "another" {
		said.CopyDigest = digestOf([]byte("another copy"))
	}
	said.Asker = credential.Asker{SelfStatedName: "北京市公安局"}
	switch r.Format {
	case "1":
		return toVersion1(said, e, r.Of)
	case "2":
		said.Format, said.Asker = credential.ReceiptFormat2, credential.Asker{Name: "北京市公安局"}
	}
	return said
}

// toVersion1 converts a receipt to version 1: no texts, no digest of the copy, and a
// claim for any input, whoever signed it.
func toVersion1(said credential.Receipt, e verdict.Evidence, of string) credential.Receipt {
	said.Format, said.CopyDigest, said.Asker = "", "", credential.Asker{Name: "北京市公安局"}
	for i := range said.Verdict.Checks {
		said.Verdict.Checks[i].Text = ""
	}
	if said.Verdict.Ends != nil {
		said.Verdict.Ends.Text = ""
	}
	if e.Claim != nil {
		claim := credential.ReceiptClaim(*e.Claim)
		said.Claim = &claim
	}
	if of == "receipt" {
		said.Given.Kind = of
	}
	return said
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// receiptEvidence returns the evidence that was examined, and the registry's records
// of it.
func (k *Kit) receiptEvidence(t testing.TB, s PreparedCase, made issuetest.IssuedCopy) (verdict.Evidence, verdict.Access, []byte) {
	t.Helper()
	data := []byte("neither")
	switch s.Receipt.Of {
	case "pdf":
		data = made.PDF
	case "ofd":
		data = made.OFD
	case "foreign-pdf":
		data = k.foreignCopy(t, made).PDF
	case "foreign-ofd":
		data = k.foreignCopy(t, made).OFD
	case "file":
		return evidence.Examine(data, k.Trust), verdict.NotReached, data
	case "number":
		return evidence.Lookup(s.Before.Number, must.Get(scheme.Load()).Numbers()), verdict.Found, nil
	default:
		return evidence.ExamineToken(made.Token, k.Trust), verdict.Found, []byte(made.Token)
	}
	return evidence.Examine(data, k.Trust), verdict.Found, data
}

// foreignCopy returns the copy with another employer, under an unknown seal.
func (k *Kit) foreignCopy(t testing.TB, made issuetest.IssuedCopy) issuetest.IssuedCopy {
	t.Helper()
	c := made.Copy
	c.Certificate.Employer.Name = "某某建设集团第九工程有限公司"
	return k.issuers["stranger"].MakeFromCopy(t, made.Endorsement, c, made.Token)
}

// rewriteToken returns a token with other content and a valid signature. {kid} and {e}
// {c} {n} {m} {f} {u} {p} are replaced by the key id and claims of the token,
// {receipt-kid} by the id under which the key would sign receipts.
func rewriteToken(t testing.TB, signer credential.Signer, token, header, payload string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	was := decodeBase64(parts[1])
	list := strings.Split(strings.Trim(was, "[]"), ",")
	values := []string{"{kid}", signer.KeyID()[:4], "{receipt-kid}", credential.ReceiptKeyID(signer)}
	for i, name := range []string{"{e}", "{c}", "{n}", "{m}", "{f}", "{u}", "{p}"} {
		values = append(values, name, strings.Trim(list[i], `"`))
	}
	fill := strings.NewReplacer(values...)
	if header == "" {
		header = decodeBase64(parts[0])
	}
	if payload == "" {
		payload = was
	}
	return signJWS(t, signer, fill.Replace(header), fill.Replace(payload))
}

func decodeBase64(part string) string {
	return string(must.Get(base64.RawURLEncoding.DecodeString(part)))
}

func encodeBase64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// Today returns the day of the verification.
func (s PreparedCase) Today() civil.Date { return civil.Of(s.Now) }

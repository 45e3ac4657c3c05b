package seed

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// Endorse endorses the certificate under a new idempotency key.
func (s *Session) Endorse(ctx context.Context, certificate string, ask client.EndorsementAsk) (client.Endorsement, error) {
	e, _, err := s.EndorseOnce(ctx, certificate, rand.Text(), ask)
	return e, err
}

// EndorseOnce endorses under a given key. It reports whether the answer repeats an earlier one.
func (s *Session) EndorseOnce(ctx context.Context, certificate, key string, ask client.EndorsementAsk) (e client.Endorsement, repeated bool, err error) {
	res, err := s.API.Client().Endorse(ctx, certificate, &client.EndorseParams{IdempotencyKey: key}, ask, s.bearer())
	if e, err = client.Read[client.Endorsement](res, err); err != nil {
		return e, false, fmt.Errorf("endorse: %w", err)
	}
	return e, res.Header.Get("Idempotency-Replayed") == "true", nil
}

// History lists endorsements, newest first.
func (s *Session) History(ctx context.Context, certificate string, params client.ListEndorsementsParams) ([]client.Endorsement, error) {
	page, err := client.Read[client.EndorsementPage](s.API.Client().ListEndorsements(ctx, certificate, &params, s.bearer()))
	return page.Items, err
}

// Endorsement reads the present state of an endorsement.
func (s *Session) Endorsement(ctx context.Context, e client.Endorsement) (client.Endorsement, error) {
	return client.Read[client.Endorsement](s.API.Client().GetEndorsement(ctx, e.Certificate, e.Endorsement, s.bearer()))
}

// Withdraw withdraws one copy.
func (s *Session) Withdraw(ctx context.Context, e client.Endorsement, reason string) (client.Endorsement, error) {
	return client.Read[client.Endorsement](s.API.Client().WithdrawEndorsement(ctx, e.Certificate, e.Endorsement, client.Withdrawal{Reason: reason}, s.bearer()))
}

// Link returns a link to "pdf", "ofd" or "preview".
func (s *Session) Link(ctx context.Context, e client.Endorsement, file string) (client.Link, error) {
	return client.Read[client.Link](s.API.Client().CreateLink(ctx, e.Certificate, e.Endorsement, client.LinkAsk{File: client.LinkAskFile(file)}, s.bearer()))
}

// Download follows a link and compares the file with everything that was stated about it.
func (s *Session) Download(ctx context.Context, e client.Endorsement, file string) (data []byte, err error) {
	defer must.Catch(&err)
	link := must.Get(s.Link(ctx, e, file))
	res := must.Get(s.API.Client().GetFile(ctx, link.URL))
	defer res.Body.Close()
	data = must.Get(io.ReadAll(res.Body))
	sum := sha256.Sum256(data)
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	for _, err := range []error{
		Expect("the link's SHA-256", hex.EncodeToString(sum[:]), link.SHA256),
		Expect("the endorsement's SHA-256", statedSHA256(e, file, link), link.SHA256),
		Expect("the length", len(data), link.Bytes),
		Expect("the content type", kind, link.MIME),
		checkDisposition(res.Header.Get("Content-Disposition"), link.FileName, file),
	} {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return data, nil
}

// FilePrefix is what the keys of a copy's files begin with.
func FilePrefix(e client.Endorsement) string {
	return endorsement.NewFileLife(e.MadeAt, must.Get(civil.Parse(e.FilesUntil))).FilePrefix(e.Certificate, e.Endorsement)
}

// FileKey is the key of "pdf" or "ofd".
func FileKey(e client.Endorsement, file string) string {
	return FilePrefix(e) + "/" + e.File(file).SHA256 + "." + file
}

// Preview gets the preview with the session, as the portals' pages do.
func (s *Session) Preview(ctx context.Context, e client.Endorsement) ([]byte, error) {
	res, err := s.API.Client().GetPreview(ctx, e.Certificate, e.Endorsement, nil, s.bearer())
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, client.Check(res, err)
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// statedSHA256 is what the endorsement states of a file. Of a preview, which is not kept, only its link says it.
func statedSHA256(e client.Endorsement, file string, link client.Link) string {
	if file == "preview" {
		return link.SHA256
	}
	return e.File(file).SHA256
}

// checkDisposition checks that the browser will save the file under its Chinese name.
func checkDisposition(header, name, file string) error {
	kind, params, err := mime.ParseMediaType(header)
	if err != nil {
		return fmt.Errorf("content-disposition %q: %w", header, err)
	}
	if file != "preview" {
		if err := Expect("the disposition", kind, "attachment"); err != nil {
			return err
		}
	}
	return Expect("the file name", params["filename"], name)
}

// Ledger lists the verifications of a certificate and its copies, newest first.
func (s *Session) Ledger(ctx context.Context, certificate string) ([]client.Sighting, error) {
	page, err := client.Read[client.VerificationPage](s.API.Client().ListVerifications(ctx, certificate, nil, s.bearer()))
	return page.Items, err
}

// Consent gives a consent for today.
func (s *Session) Consent(ctx context.Context, e client.Endorsement, to string, fields ...client.ConsentField) (client.Consent, error) {
	ask := client.ConsentAsk{Fields: fields, Until: today().String(), To: to}
	return client.Read[client.Consent](s.API.Client().GiveConsent(ctx, e.Certificate, e.Endorsement, ask, s.bearer()))
}

// Consents lists the open consents to a copy.
func (s *Session) Consents(ctx context.Context, e client.Endorsement) ([]client.Consent, error) {
	all, err := client.Read[struct{ Items []client.Consent }](s.API.Client().ListConsents(ctx, e.Certificate, e.Endorsement, s.bearer()))
	return all.Items, err
}

// Revoke ends a consent.
func (s *Session) Revoke(ctx context.Context, e client.Endorsement, consent string) error {
	return client.Check(s.API.Client().RevokeConsent(ctx, e.Certificate, e.Endorsement, consent, s.bearer()))
}

// Verify verifies as anybody.
func (a *API) Verify(ctx context.Context, ask client.VerificationAsk) (client.Verdict, error) {
	return a.VerifyAs(ctx, "", ask)
}

// VerifyAs verifies with a machine client's token, or as anybody with none.
func (a *API) VerifyAs(ctx context.Context, token string, ask client.VerificationAsk) (client.Verdict, error) {
	return client.Read[client.Verdict](a.Client().Verify(ctx, nil, ask, bearerIf(token)...))
}

// VerifyFile verifies a file as anybody, with the questions of the query; nil = none.
func (a *API) VerifyFile(ctx context.Context, kind string, file []byte, ask *client.VerifyParams) (client.Verdict, error) {
	return client.Read[client.Verdict](a.Client().VerifyWithBody(ctx, ask, kind, bytes.NewReader(file)))
}

func bearerIf(token string) []client.RequestEditorFn {
	if token == "" {
		return nil
	}
	return []client.RequestEditorFn{client.Bearer(token)}
}

// CheckReceipt checks that a verdict is about a genuine receipt: what it states, and what the registry
// says now about the copy.
func CheckReceipt(v client.Verdict, verdict client.VerdictSaidVerdict, copyNow client.RowResult) error {
	if v.Verdict != client.VerdictVerdictReceipt || v.Subject != nil || v.Said == nil || v.Now == nil {
		return fmt.Errorf("the receipt is %s, states %+v, now %+v", v.Verdict, v.Said, v.Now)
	}
	if now, text := v.ResultNow("copy"); v.Said.Verdict != verdict || now != copyNow {
		return fmt.Errorf("the receipt states %s and the copy is %s now (%s), want %s and %s", v.Said.Verdict, now, text, verdict, copyNow)
	}
	return nil
}

// Expect returns an error that describes the difference, if there is one.
func Expect[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v, want %v", what, got, want)
	}
	return nil
}

package seed

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/client"
)

// EndorseRequest is what a holder asks for; the zero value is the manual's dialog.
type EndorseRequest struct {
	UseFrom   string            `json:"useFrom,omitempty"`
	UseUntil  string            `json:"useUntil,omitempty"`
	Purpose   map[string]string `json:"purpose,omitempty"`
	Recipient map[string]string `json:"recipient,omitempty"`
}

// clientAsk is the ask as the contract writes it.
func (a EndorseRequest) clientAsk() (t client.EndorsementAsk) {
	t.UseFrom, t.UseUntil = optionalText(a.UseFrom), optionalText(a.UseUntil)
	if p := a.Purpose; p != nil {
		t.Purpose = &client.Purpose{Kind: client.PurposeKind(p["kind"]), Text: optionalText(p["text"]), ProjectCode: optionalText(p["projectCode"])}
	}
	if r := a.Recipient; r != nil {
		t.Recipient = &client.Recipient{Name: r["name"], Uscc: optionalText(r["uscc"])}
	}
	return t
}

// optionalText is nil for what was left out.
func optionalText(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// Endorsement is an endorsement as the service tells it.
type Endorsement struct {
	Endorsement string                    `json:"endorsement"`
	Certificate string                    `json:"certificate"`
	Message     string                    `json:"message"`
	MadeAt      string                    `json:"madeAt"`
	UseFrom     string                    `json:"useFrom"`
	UseUntil    string                    `json:"useUntil"`
	Limit       string                    `json:"limit"`
	LimitText   string                    `json:"limitText"`
	Warnings    []string                  `json:"warnings"`
	State       string                    `json:"state"`
	CopyDigest  string                    `json:"copyDigest"`
	VerifyURL   string                    `json:"verifyUrl"`
	Files       map[string]map[string]any `json:"files"`

	raw []byte // as it came
}

// Token is what the QR code carries after the page's address.
func (e Endorsement) Token() string {
	_, token, _ := strings.Cut(e.VerifyURL, "#")
	return token
}

// Endorse endorses the certificate under a new idempotency key.
func (s *Session) Endorse(ctx context.Context, certificate string, ask EndorseRequest) (Endorsement, error) {
	e, _, err := s.EndorseOnce(ctx, certificate, rand.Text(), ask)
	return e, err
}

// EndorseOnce endorses under a given key; again says that the answer is an earlier one.
func (s *Session) EndorseOnce(ctx context.Context, certificate, key string, ask EndorseRequest) (e Endorsement, again bool, err error) {
	reply, err := readReply(s.API.generatedClient().Endorse(ctx, certificate, &client.EndorseParams{IdempotencyKey: key}, ask.clientAsk(), s.bearer()))
	if err != nil {
		return e, false, err
	}
	if reply.Status != http.StatusCreated {
		return e, false, fmt.Errorf("endorse: %w", problemOf(reply))
	}
	e.raw = reply.Body
	return e, reply.Header.Get("Idempotency-Replayed") == "true", reply.Decode(&e)
}

// History lists endorsements, newest first; query may narrow it.
func (s *Session) History(ctx context.Context, certificate, query string) ([]Endorsement, error) {
	var page struct{ Items []Endorsement }
	err := s.Do(ctx, http.MethodGet, "/v1/certificates/"+certificate+"/endorsements"+query, nil, &page)
	return page.Items, err
}

// Endorsement asks how one endorsement stands now.
func (s *Session) Endorsement(ctx context.Context, e Endorsement) (now Endorsement, err error) {
	res, err := s.API.generatedClient().GetEndorsement(ctx, e.Certificate, e.Endorsement, s.bearer())
	return now, read(&now, res, err)
}

// Withdraw withdraws one copy.
func (s *Session) Withdraw(ctx context.Context, e Endorsement, reason string) (after Endorsement, err error) {
	res, err := s.API.generatedClient().WithdrawEndorsement(ctx, e.Certificate, e.Endorsement, client.Withdrawal{Reason: &reason}, s.bearer())
	return after, read(&after, res, err)
}

// Link is a short-lived link to one of an endorsement's files.
type Link struct {
	URL      string `json:"url"`
	FileName string `json:"fileName"`
	MIME     string `json:"mime"`
	SHA256   string `json:"sha256"`
	Bytes    int    `json:"bytes"`
}

// Link asks for a link to "pdf", "ofd" or "preview".
func (s *Session) Link(ctx context.Context, e Endorsement, file string) (l Link, err error) {
	res, err := s.API.generatedClient().CreateLink(ctx, e.Certificate, e.Endorsement, client.LinkAsk{File: client.LinkAskFile(file)}, s.bearer())
	return l, read(&l, res, err)
}

// Download follows a link and checks the file against everything that was said about it.
func (s *Session) Download(ctx context.Context, e Endorsement, file string) ([]byte, error) {
	link, err := s.Link(ctx, e, file)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link.URL, nil)
	if err != nil {
		return nil, err
	}
	reply, err := fetch(s.API.client(), req)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(reply.Body)
	for _, err := range []error{
		expect("the status", reply.Status, http.StatusOK),
		expect("the link's SHA-256", hex.EncodeToString(sum[:]), link.SHA256),
		expect("the endorsement's SHA-256", e.Files[file]["sha256"], any(link.SHA256)),
		expect("the length", len(reply.Body), link.Bytes),
		expect("the content type", mediaType(reply.Header), link.MIME),
		disposition(reply.Header.Get("Content-Disposition"), link.FileName, file),
	} {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return reply.Body, nil
}

// disposition checks that the browser will save the file under its Chinese name.
func disposition(header, name, file string) error {
	kind, params, err := mime.ParseMediaType(header)
	if err != nil {
		return fmt.Errorf("content-disposition %q: %w", header, err)
	}
	if file != "preview" {
		if err := expect("the disposition", kind, "attachment"); err != nil {
			return err
		}
	}
	return expect("the file name", params["filename"], name)
}

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// life is one invented holder from the report of the certificate to the last log-out, with the machine clients
// around them, all at an address of their own. Every life is the same but for the names in it.
type life struct {
	seed.Target
	order     int
	addresses []string  // the holder's, and somebody else's
	api       *seed.API // from the holder's address
	otherAPI  *seed.API // from somebody else's

	holder      seed.Holder
	app         identityapp.App
	registry    string // access tokens
	portal      string
	agency      string
	session     *seed.Session
	challenge   string
	certificate string
	endorsement client.Endorsement
	pdf, ofd    []byte
}

// agency is the machine client that verifies for an organisation.
const agency = "demo-agency"

func newLife(s *stack.Stack, order int, count func(http.RoundTripper) http.RoundTripper) (*life, error) {
	l := &life{order: order, holder: holder(order)}
	var apis []*seed.API
	for network := range byte(2) {
		address := net.IPv4(127, 0, 1+network, byte(order+1))
		client := faultproxy.Client(address)
		client.Transport.(*http.Transport).DisableCompression = true
		client.Transport = count(client.Transport)
		apis = append(apis, &seed.API{URL: s.URL, HTTP: client})
		l.addresses = append(l.addresses, address.String())
	}
	l.api, l.otherAPI = apis[0], apis[1]
	l.Target = seed.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL, HTTP: l.api.HTTP}
	signer, err := client.OpenSigner(s.Paths.AppKey)
	l.app = identityapp.App{Signer: signer, Audience: s.URL, Device: "phone-" + l.addresses[0], Person: l.holder.Person}
	return l, err
}

// holder is the demo's first holder, who lacks nothing, born on another day under another number.
func holder(order int) seed.Holder {
	h := seed.Holders(civil.Of(time.Now()))[0]
	h.Birth = h.Birth.AddDays(order + 1)
	h.Order = 50 + order
	h.Phone = fmt.Sprintf("1380001%04d", order)
	h.Username = fmt.Sprintf("simulated%02d", order)
	h.Number = h.Number[:len(h.Number)-5] + fmt.Sprintf("%05d", 90000+order)
	return h
}

// prepare gets what a life needs of others, uncounted.
func (l *life) prepare(ctx context.Context) (err error) {
	for client, into := range map[string]struct {
		scope string
		token *string
	}{seed.Registry: {"report", &l.registry}, seed.Ministry + "-portal": {"accounts", &l.portal}, agency: {"verify", &l.agency}} {
		if *into.token, err = l.tokenOf(ctx, client, into.scope); err != nil {
			return err
		}
	}
	return l.Open(ctx, seed.National, l.holder) // states the phone that endorsing asks for
}

func (l *life) tokenOf(ctx context.Context, client, scope string) (string, error) {
	m, err := l.Machine(client)
	if err != nil {
		return "", err
	}
	return m.Token(ctx, scope)
}

// step is one scenario of a life.
type step struct {
	name, what string
	do         func(context.Context) error
}

// steps are in the order of a life.
func (l *life) steps() []step {
	verify := func(token string, ask client.VerificationAsk) func(context.Context) error {
		return func(ctx context.Context) error {
			ask.Token = l.endorsement.Token()
			return checkValid(l.api.VerifyAs(ctx, token, ask))
		}
	}
	return []step{
		{"token", "a machine client proves itself", func(ctx context.Context) error {
			_, err := l.tokenOf(ctx, agency, "verify")
			return err
		}},
		{"report-row", "an authority reports one certificate, with both pictures", l.report},
		{"report-change", "the same with another employer, the pictures as they were", func(ctx context.Context) error {
			l.holder.Employer++
			return l.report(ctx)
		}},
		{"account", "a portal opens an account; the holder sets a password", func(ctx context.Context) error {
			return l.OpenAccount(ctx, seed.Ministry, l.portal, l.holder)
		}},
		{"login", "登录", func(ctx context.Context) (err error) {
			l.session, err = l.api.Login(ctx, seed.Ministry, l.holder)
			return err
		}},
		{"identify", "实名身份认证: code, scan, face, outcome", l.identify},
		{"poll", "the page asks how an identification stands", l.poll},
		{"list", "我的证照", func(ctx context.Context) error {
			items, _, err := l.session.Certificates(ctx)
			if err == nil && len(items) != 1 {
				return fmt.Errorf("the list holds %d certificates", len(items))
			}
			if err == nil {
				l.certificate = items[0].Certificate
			}
			return err
		}},
		{"preflight", "what is in the way", func(ctx context.Context) error {
			_, err := l.session.Preflight(ctx, l.certificate)
			return err
		}},
		{"endorse", "证照加注", func(ctx context.Context) (err error) {
			l.endorsement, err = l.session.Endorse(ctx, l.certificate, client.EndorsementAsk{
				Purpose: client.Purpose{Kind: "投标", Text: "示例项目"}, Recipient: client.Recipient{Name: "示例单位"},
			})
			return err
		}},
		{"history", "加注历史", func(ctx context.Context) error {
			_, err := l.session.History(ctx, l.certificate, client.ListEndorsementsParams{})
			return err
		}},
		{"download-pdf", "pdf下载: a link, and the file by it", func(ctx context.Context) (err error) {
			l.pdf, err = l.session.Download(ctx, l.endorsement, "pdf")
			return err
		}},
		{"download-ofd", "OFD下载: likewise", func(ctx context.Context) (err error) {
			l.ofd, err = l.session.Download(ctx, l.endorsement, "ofd")
			return err
		}},
		{"verify-page", "a phone opens the page behind a QR code for the first time", l.openPage},
		{"verify-code", "核验 by QR code", verify("", client.VerificationAsk{})},
		{"verify-receipt", "核验 by QR code, with a receipt", verify("", client.VerificationAsk{WantReceipt: true})},
		{"verify-pdf", "核验 of an uploaded PDF", func(ctx context.Context) error {
			return checkValid(l.api.VerifyFile(ctx, "application/pdf", l.pdf, nil))
		}},
		{"verify-ofd", "核验 of an uploaded OFD", func(ctx context.Context) error {
			return checkValid(l.api.VerifyFile(ctx, "application/ofd", l.ofd, nil))
		}},
		{"verify-organisation", "核验 by an organisation that proved itself", verify(l.agency, client.VerificationAsk{StatedPurpose: "评标"})},
		{"verify-number", "核验 by number and name", func(ctx context.Context) error {
			return l.verifyNumber(ctx, l.api, l.holder.Number, true)
		}},
		{"verify-nobody", "核验 by a number that nobody has", func(ctx context.Context) error { // from elsewhere, as by a guesser
			return l.verifyNumber(ctx, l.otherAPI, l.holder.Number[:len(l.holder.Number)-5]+fmt.Sprintf("%05d", 80000+l.order), false)
		}},
		{"ledger", "核验记录", func(ctx context.Context) error {
			_, err := l.session.Ledger(ctx, l.certificate)
			return err
		}},
		{"withdraw", "撤回", func(ctx context.Context) error {
			_, err := l.session.Withdraw(ctx, l.endorsement, "不再参加")
			return err
		}},
		{"logout", "退出", func(ctx context.Context) error { return l.session.Logout(ctx) }},
	}
}

// report reports the certificate with pictures that are the same in every life, so that their lengths are.
func (l *life) report(ctx context.Context) error {
	row, err := l.holder.Row()
	if err != nil {
		return err
	}
	first, err := holder(0).Row()
	if err != nil {
		return err
	}
	row.Photo, row.SignatureImage = first.Photo, first.SignatureImage
	var done client.Report
	err = l.api.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: l.registry, JSON: []client.ReportRow{row}}, &done)
	if err == nil && done.Accepted != 1 {
		err = fmt.Errorf("the report was answered with %+v", done)
	}
	return err
}

func (l *life) identify(ctx context.Context) error {
	c, err := l.session.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	l.challenge = c.Challenge
	code, err := identityapp.ReadCode(c.QR.Text)
	if err != nil {
		return err
	}
	if err := l.api.Scan(ctx, l.app, code); err != nil {
		return err
	}
	if err := l.api.Assert(ctx, l.app, code, identityapp.Input{Number: c.Number, Result: "pass"}); err != nil {
		return err
	}
	return l.poll(ctx)
}

func (l *life) poll(ctx context.Context) error {
	seen, err := l.session.Look(ctx, l.challenge)
	if err == nil && seen.State != "verified" {
		err = fmt.Errorf("the challenge is %s", seen.State)
	}
	return err
}

// verifyNumber asks for a certificate by number and name, which says nothing of a copy.
func (l *life) verifyNumber(ctx context.Context, api *seed.API, number string, found bool) error {
	v, err := api.Verify(ctx, client.VerificationAsk{Number: number, Name: l.holder.Name})
	if err == nil && (v.Subject != nil) != found {
		err = fmt.Errorf("a subject is wanted: %v; the answer is %+v", found, v)
	}
	return err
}

func checkValid(v client.Verdict, err error) error {
	if err == nil && v.Verdict != "valid" {
		err = fmt.Errorf("the verdict is %s: %+v", v.Verdict, v.Checks)
	}
	return err
}

var workerTags = regexp.MustCompile(`const tags = (\{.*\});`)

// openPage fetches what a browser does on its first visit: the page with its files, and the service
// worker, which keeps the files that the page has fetched.
func (l *life) openPage(ctx context.Context) error {
	worker, err := l.get(ctx, "/v/sw.js")
	if err != nil {
		return err
	}
	found := workerTags.FindSubmatch(worker)
	if found == nil {
		return errors.New("the page's worker names no files")
	}
	var tags map[string]string
	if err := json.Unmarshal(found[1], &tags); err != nil {
		return err
	}
	for file := range tags {
		if _, err := l.get(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

// get fetches a file compressed, as browsers do.
func (l *life) get(ctx context.Context, path string) ([]byte, error) {
	reply, err := l.api.Send(ctx, seed.Call{Method: http.MethodGet, Path: path, Header: map[string]string{"Accept-Encoding": "gzip"}})
	if err != nil {
		return nil, err
	}
	if reply.Status != http.StatusOK {
		return nil, fmt.Errorf("GET %s: status %d", path, reply.Status)
	}
	plain, err := gzip.NewReader(bytes.NewReader(reply.Body))
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", path, err)
	}
	return io.ReadAll(plain)
}

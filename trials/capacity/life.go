package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// lifecycle is one invented holder from the report of the certificate to the last log-out, with the machine
// clients around them, all in a network of their own. Every life is the same but for the names in it.
type lifecycle struct {
	seed.Target
	order        int
	network      string // whose address all of it comes from
	http         *http.Client
	otherClient  *http.Client // from another network
	otherNetwork string       // its address

	holder      seed.Holder
	app         seed.App
	registry    string // access tokens
	portal      string
	agency      string
	session     *seed.Session
	challenge   string
	certificate string
	endorsement seed.Endorsement
	pdf, ofd    []byte
}

func newLifecycle(s *stack.Stack, order int, carry func(http.RoundTripper) http.RoundTripper) (*lifecycle, error) {
	l := &lifecycle{order: order, network: fmt.Sprintf("127.0.1.%d", order+1), otherNetwork: fmt.Sprintf("127.0.2.%d", order+1)}
	l.http, l.otherClient = from(l.network, carry), from(l.otherNetwork, carry)
	l.Target = seed.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL, HTTP: l.http}
	l.holder = holder(order)
	signer, err := seed.OpenSigner(s.Paths.AppKey)
	if err != nil {
		return nil, err
	}
	l.app = seed.App{Signer: signer, Audience: s.URL, Device: "phone-" + l.network, Person: l.holder.Person}
	return l, nil
}

// from is a client whose requests come from an address of this machine.
func from(address string, carry func(http.RoundTripper) http.RoundTripper) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{Timeout: time.Minute, Transport: carry(&http.Transport{DialContext: dialer.DialContext, DisableCompression: true})}
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

// scenario is one thing that somebody does, as the model counts it.
type scenario struct {
	name, what string
	do         func(*lifecycle, context.Context) error
}

// scenarios are in the order of a life.
func scenarios() []scenario {
	return []scenario{
		{"token", "a machine client proves itself", (*lifecycle).token},
		{"report-row", "an authority reports one certificate, with both pictures", (*lifecycle).report},
		{"report-change", "the same with another employer, the pictures as they were", (*lifecycle).revise},
		{"account", "a portal opens an account; the holder sets a password", (*lifecycle).openAccount},
		{"login", "登录", (*lifecycle).login},
		{"identify", "实名身份认证: code, scan, face, outcome", (*lifecycle).identify},
		{"poll", "the page asks how an identification stands", (*lifecycle).poll},
		{"list", "我的证照", (*lifecycle).list},
		{"preflight", "what is in the way", (*lifecycle).preflight},
		{"endorse", "证照加注", (*lifecycle).endorse},
		{"history", "加注历史", (*lifecycle).history},
		{"download-pdf", "pdf下载: a link, and the file by it", (*lifecycle).downloadPDF},
		{"download-ofd", "OFD下载: likewise", (*lifecycle).downloadOFD},
		{"verify-page", "a phone opens the page behind a QR code for the first time", (*lifecycle).page},
		{"verify-code", "核验 by QR code", (*lifecycle).verifyCode},
		{"verify-receipt", "核验 by QR code, with a receipt", (*lifecycle).verifyReceipt},
		{"verify-pdf", "核验 of an uploaded PDF", (*lifecycle).verifyPDF},
		{"verify-ofd", "核验 of an uploaded OFD", (*lifecycle).verifyOFD},
		{"verify-organisation", "核验 by an organisation that proved itself", (*lifecycle).verifyAgency},
		{"verify-number", "核验 by number and name", (*lifecycle).verifyNumber},
		{"verify-nobody", "核验 by a number that nobody has", (*lifecycle).verifyNobody},
		{"ledger", "核验记录", (*lifecycle).ledger},
		{"withdraw", "撤回", (*lifecycle).withdraw},
		{"logout", "退出", (*lifecycle).logout},
	}
}

func (l *lifecycle) api() *seed.API { return &seed.API{URL: l.URL, HTTP: l.http} }

func (l *lifecycle) otherClientAPI() *seed.API { return &seed.API{URL: l.URL, HTTP: l.otherClient} }

// before gets what a life needs of others, uncounted.
func (l *lifecycle) before(ctx context.Context) error {
	var err error
	if l.registry, err = l.tokenOf(ctx, seed.Registry, "report"); err != nil {
		return err
	}
	if l.portal, err = l.tokenOf(ctx, seed.Ministry+"-portal", "accounts"); err != nil {
		return err
	}
	if l.agency, err = l.tokenOf(ctx, agency, "verify"); err != nil {
		return err
	}
	return l.Open(ctx, seed.National, l.holder) // which states the phone that endorsing asks for
}

func (l *lifecycle) tokenOf(ctx context.Context, client, scope string) (string, error) {
	m, err := l.Machine(client)
	if err != nil {
		return "", err
	}
	return m.Token(ctx, scope)
}

// agency is the machine client that verifies for an organisation.
const agency = "demo-agency"

func (l *lifecycle) token(ctx context.Context) error {
	_, err := l.tokenOf(ctx, agency, "verify")
	return err
}

func (l *lifecycle) report(ctx context.Context) error { return l.reportOf(ctx, l.holder) }

// revise reports the certificate with another employer and the same pictures.
func (l *lifecycle) revise(ctx context.Context) error {
	moved := l.holder
	moved.Employer++
	return l.reportOf(ctx, moved)
}

// reportOf reports a certificate with pictures that are the same in every life, as their lengths are.
func (l *lifecycle) reportOf(ctx context.Context, h seed.Holder) error {
	row, err := h.Row()
	if err != nil {
		return err
	}
	first, err := holder(0).Row()
	if err != nil {
		return err
	}
	row.Photo, row.SignatureImage = first.Photo, first.SignatureImage
	var done seed.Report
	err = l.api().Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: l.registry, JSON: []seed.Row{row}}, &done)
	if err == nil && done.Accepted != 1 {
		err = fmt.Errorf("the report was answered with %+v", done)
	}
	return err
}

func (l *lifecycle) openAccount(ctx context.Context) error {
	return l.OpenAccount(ctx, seed.Ministry, l.portal, l.holder)
}

func (l *lifecycle) login(ctx context.Context) (err error) {
	l.session, err = l.api().Login(ctx, seed.Ministry, l.holder)
	return err
}

func (l *lifecycle) identify(ctx context.Context) error {
	c, err := l.session.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	l.challenge = c.Challenge
	code, err := seed.ReadCode(c.QR.Text)
	if err != nil {
		return err
	}
	if err := l.api().Scan(ctx, l.app, code); err != nil {
		return err
	}
	if err := l.api().Assert(ctx, l.app, code, seed.AppInput{Number: c.Number, Result: "pass"}); err != nil {
		return err
	}
	return l.poll(ctx)
}

func (l *lifecycle) poll(ctx context.Context) error {
	seen, err := l.session.Look(ctx, l.challenge)
	if err == nil && seen.State != "verified" {
		err = fmt.Errorf("the challenge is %s", seen.State)
	}
	return err
}

func (l *lifecycle) list(ctx context.Context) error {
	items, _, err := l.session.Certificates(ctx)
	if err == nil && len(items) != 1 {
		return fmt.Errorf("the list holds %d certificates", len(items))
	}
	if err == nil {
		l.certificate = items[0].Certificate
	}
	return err
}

func (l *lifecycle) preflight(ctx context.Context) error {
	_, err := l.session.Preflight(ctx, l.certificate)
	return err
}

func (l *lifecycle) endorse(ctx context.Context) (err error) {
	l.endorsement, err = l.session.Endorse(ctx, l.certificate, seed.EndorseRequest{
		Purpose: map[string]string{"kind": "投标", "text": "示例项目"}, Recipient: map[string]string{"name": "示例单位"},
	})
	return err
}

func (l *lifecycle) history(ctx context.Context) error {
	_, err := l.session.History(ctx, l.certificate, "")
	return err
}

func (l *lifecycle) downloadPDF(ctx context.Context) (err error) {
	l.pdf, err = l.session.Download(ctx, l.endorsement, "pdf")
	return err
}

func (l *lifecycle) downloadOFD(ctx context.Context) (err error) {
	l.ofd, err = l.session.Download(ctx, l.endorsement, "ofd")
	return err
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// fixture is a holder with two copies, one of them withdrawn, and what they saved.
type fixture struct {
	target           seed.Target
	api              *seed.API
	session          *seed.Session
	certificate      string
	valid, withdrawn client.Endorsement
	files            map[string][]byte // of the kept copy, by kind
	withdrawnPDF     []byte            // PDF of the withdrawn one
	receipt          string
	key              string // idempotency key of the kept one
	ask              client.EndorsementAsk
}

// kinds are the files of a copy, with their endings.
func kinds() map[string]string {
	return map[string]string{"pdf": "pdf", "ofd": "ofd", "preview": "svg"}
}

func newFixture(ctx context.Context, s *stack.Stack) (*fixture, error) {
	a := &fixture{
		target: seed.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL}, api: &seed.API{URL: s.URL},
		files: map[string][]byte{}, key: rand.Text(),
		ask: client.EndorsementAsk{Purpose: client.Purpose{Kind: "投标", Text: "示例医院门诊楼施工投标"}, Recipient: client.Recipient{Name: "示例公共资源交易中心"}},
	}
	holders, err := seed.Seed(ctx, a.target)
	if err != nil {
		return nil, err
	}
	if err := a.openSession(ctx, holders[0], s.Paths.AppKey); err != nil {
		return nil, err
	}
	if a.withdrawn, err = a.session.Endorse(ctx, a.certificate, client.EndorsementAsk{}); err != nil {
		return nil, err
	}
	if a.withdrawnPDF, err = a.session.Download(ctx, a.withdrawn, "pdf"); err != nil {
		return nil, err
	}
	if _, err := a.session.Withdraw(ctx, a.withdrawn, "不再参加该项目"); err != nil {
		return nil, err
	}
	if a.valid, _, err = a.session.EndorseOnce(ctx, a.certificate, a.key, a.ask); err != nil {
		return nil, err
	}
	for kind := range kinds() {
		if a.files[kind], err = a.session.Download(ctx, a.valid, kind); err != nil {
			return nil, err
		}
	}
	v, err := a.api.VerifyAs(ctx, "", client.VerificationAsk{Token: a.valid.Token(), AsOf: civil.Of(time.Now()).String(), WantReceipt: true})
	a.receipt = v.Receipt
	return a, err
}

// openSession logs the holder in, with their face, and finds the certificate.
func (a *fixture) openSession(ctx context.Context, h seed.Holder, appKey string) error {
	signer, err := client.OpenSigner(appKey)
	if err != nil {
		return err
	}
	if a.session, err = a.api.Login(ctx, seed.Ministry, h); err != nil {
		return err
	}
	app := identityapp.App{Signer: signer, Audience: a.target.URL, Device: "phone-of-" + h.Phone, Person: h.Person}
	if err := a.session.Identify(ctx, app); err != nil {
		return err
	}
	items, _, err := a.session.Certificates(ctx)
	if err != nil || len(items) != 1 {
		return fmt.Errorf("the list has %d certificates: %w", len(items), err)
	}
	a.certificate = items[0].Certificate
	return nil
}

// checkUnavailable demands that nothing is left to log in with, to download, or to believe.
func (a *fixture) checkUnavailable(ctx context.Context) error {
	if _, err := a.api.Login(ctx, seed.Ministry, a.session.Holder); !isServerError(err) {
		return fmt.Errorf("logging in: %w", errorOr(err, "it went through"))
	}
	if _, err := a.session.Link(ctx, a.valid, "pdf"); !isServerError(err) {
		return fmt.Errorf("asking for a link: %w", errorOr(err, "it was given"))
	}
	return a.checkUnconfirmed(ctx)
}

// checkContinuity demands that the session of before and the idempotency key of before count.
func (a *fixture) checkContinuity(ctx context.Context) error {
	again, replayed, err := a.session.EndorseOnce(ctx, a.certificate, a.key, a.ask)
	if err != nil {
		return err
	}
	if !replayed || again.Endorsement != a.valid.Endorsement {
		return fmt.Errorf("the same request made %s, and %s before", again.Endorsement, a.valid.Endorsement)
	}
	return nil
}

// checkNoDownload demands that a link, where one is given, leads to no file.
func (a *fixture) checkNoDownload(ctx context.Context) error {
	for kind := range kinds() {
		if _, err := a.session.Download(ctx, a.valid, kind); err == nil {
			return fmt.Errorf("the %s was downloaded", kind)
		}
	}
	return nil
}

// endorseAgain makes a new copy of the same words.
func (a *fixture) endorseAgain(ctx context.Context) error {
	again, err := a.session.Endorse(ctx, a.certificate, a.ask)
	if err != nil {
		return err
	}
	file, err := a.session.Download(ctx, again, "pdf")
	if err != nil {
		return err
	}
	v, err := a.api.VerifyFile(ctx, "application/pdf", file, nil)
	if err != nil {
		return err
	}
	old, err := a.api.Verify(ctx, client.VerificationAsk{Token: a.valid.Token()})
	if err != nil {
		return err
	}
	switch {
	case v.Verdict != "valid":
		return fmt.Errorf("the new copy is %s", v.VerdictName)
	case digestOf(file) == a.digest("pdf") || again.CopyDigest == a.valid.CopyDigest:
		return errors.New("the new copy has the digests of the old one")
	case old.Verdict != "valid" || !old.Newer:
		return fmt.Errorf("the old copy is %s, newer: %v", old.VerdictName, old.Newer)
	}
	return nil
}

// digest is what the record says of a file of the kept copy.
func (a *fixture) digest(kind string) string {
	return a.valid.File(kind).SHA256
}

// objectKey is the key of a file of the kept copy, which ends in its digest.
func (a *fixture) objectKey(kind string) string {
	return "endorsements/" + filepath.ToSlash(filepath.Join(a.certificate, a.valid.Endorsement, a.digest(kind)+"."+kinds()[kind]))
}

// putBack puts what the holder saved to where it was.
func (a *fixture) putBack(ctx context.Context, s *storage) error {
	if digestOf(a.files["pdf"]) != a.digest("pdf") {
		return errors.New("what was saved is not what the record names")
	}
	if err := s.put(ctx, object{Key: a.objectKey("pdf"), Type: "application/pdf", Data: a.files["pdf"]}); err != nil {
		return err
	}
	_, err := a.session.Download(ctx, a.valid, "pdf") // compares it with the link and the record
	return err
}

// putBackWrong puts a withdrawn copy's PDF in another's place.
func (a *fixture) putBackWrong(ctx context.Context, s *storage) error {
	if err := s.put(ctx, object{Key: a.objectKey("pdf"), Type: "application/pdf", Data: a.withdrawnPDF}); err != nil {
		return err
	}
	if _, err := a.session.Download(ctx, a.valid, "pdf"); err == nil {
		return errors.New("another file was taken for it")
	}
	return nil
}

// isServerError reports whether the service says that it is at fault.
func isServerError(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && p.Status >= http.StatusInternalServerError
}

func errorOr(err error, otherwise string) error {
	if err == nil {
		return errors.New(otherwise)
	}
	return err
}

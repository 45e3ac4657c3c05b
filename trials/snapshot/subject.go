// Package snapshot records what a service says about a holder's copies, to compare it with what the service says after a
// loss, a restoration or an upgrade.
package snapshot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Subject is a holder with two copies, one of them withdrawn, and what they saved.
type Subject struct {
	Target           seed.Target
	API              *seed.API
	Session          *seed.Session
	Certificate      string
	Key              string // idempotency key of the valid copy
	Ask              client.EndorsementAsk
	Valid, Withdrawn client.Endorsement
	Files            map[string][]byte // of the valid copy, by kind
	WithdrawnPDF     []byte
	Receipt          string
	Consent          string // link of a consent to the valid copy; "" = none was given

	// AcrossVersions leaves out what a later version may say in another way: the account, the check of a consent, and
	// of an invalid copy the state of its certificate.
	AcrossVersions bool
}

// Kinds are the files of a copy.
func Kinds() []string { return []string{"pdf", "ofd", "preview"} }

// LogIn logs a holder in, shows their face, and returns the first certificate on the list; "" if there is none.
func LogIn(ctx context.Context, t seed.Target, portal string, h seed.Holder) (s *seed.Session, certificate string, err error) {
	defer must.Catch(&err)
	s = must.Get(t.API().Login(ctx, portal, h))
	must.Do(s.Identify(ctx, t.App(must.Get(t.AppSigner()), h.Person)))
	items, _ := must.Get2(s.Certificates(ctx))
	if len(items) > 0 {
		certificate = items[0].Certificate
	}
	return s, certificate, nil
}

// NewSubject has a holder endorse twice, save the files, withdraw the first copy, and have the other verified with a
// receipt.
func NewSubject(ctx context.Context, t seed.Target, h seed.Holder) (a *Subject, err error) {
	defer must.Catch(&err)
	a = &Subject{
		Target: t, API: t.API(), Key: rand.Text(), Files: map[string][]byte{},
		Ask: client.EndorsementAsk{
			Purpose:   client.Purpose{Kind: "投标", Text: "示例医院门诊楼施工投标"},
			Recipient: client.Recipient{Name: "示例公共资源交易中心"},
		},
	}
	if a.Session, a.Certificate = must.Get2(LogIn(ctx, t, seed.Ministry, h)); a.Certificate == "" {
		return nil, fmt.Errorf("%s has no certificate", h.Name)
	}
	a.Withdrawn = must.Get(a.Session.Endorse(ctx, a.Certificate, client.EndorsementAsk{}))
	a.WithdrawnPDF = must.Get(a.Session.Download(ctx, a.Withdrawn, "pdf"))
	must.Get(a.Session.Withdraw(ctx, a.Withdrawn, "不再参加该项目"))
	a.Valid, _ = must.Get2(a.Session.EndorseOnce(ctx, a.Certificate, a.Key, a.Ask))
	for _, kind := range Kinds() {
		a.Files[kind] = must.Get(a.Session.Download(ctx, a.Valid, kind))
	}
	v := must.Get(a.API.Verify(ctx, client.VerificationAsk{Token: a.Valid.Token(), AsOf: civil.Of(time.Now()).String(), WantReceipt: true}))
	a.Receipt = v.Receipt
	return a, nil
}

// Names of questions that are treated apart.
const (
	ByNumber       = "number"
	ByReceipt      = "receipt"
	OtherRecipient = "token, for another recipient"
)

// Question asks the service for a verdict.
type Question func(ctx context.Context) (client.Verdict, error)

// Questions are the ways to have the copies verified, by what is handed in.
func (a *Subject) Questions() map[string]Question {
	all := map[string]Question{}
	asks := map[string]client.VerificationAsk{
		"token":            {Token: a.Valid.Token()},
		"token, withdrawn": {Token: a.Withdrawn.Token()},
		ByNumber:           {Number: a.Session.Holder.Number, Name: a.Session.Holder.Name},
		ByReceipt:          {Receipt: a.Receipt},
		OtherRecipient:     {Token: a.Valid.Token(), Recipient: "另一家公司"},
	}
	if a.Consent != "" {
		asks["token, with a consent"] = client.VerificationAsk{Token: a.Consent}
	}
	for name, ask := range asks {
		all[name] = func(ctx context.Context) (client.Verdict, error) { return a.API.Verify(ctx, ask) }
	}
	for name, file := range map[string][]byte{"pdf": a.Files["pdf"], "ofd": a.Files["ofd"], "pdf, withdrawn": a.WithdrawnPDF} {
		all[name] = func(ctx context.Context) (client.Verdict, error) {
			return a.API.VerifyFile(ctx, "application/octet-stream", file, nil)
		}
	}
	return all
}

// Digest is a SHA-256, as the service writes it.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

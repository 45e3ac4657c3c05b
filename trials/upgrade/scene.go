package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// fixture is what is made on the earlier version.
type fixture struct {
	target       seed.Target
	api          *seed.API
	holders      []seed.Holder // of the demo
	holder       seed.Holder
	valid        client.Endorsement
	withdrawn    client.Endorsement
	files        map[string][]byte // of the kept copy
	withdrawnPDF []byte            // the PDF of the withdrawn one
	receipt      string
	consent      string // the link of one to the kept copy
	former       seed.Holder
	rightful     seed.Holder
	formerCopy   client.Endorsement // the former holder's copy
	formerID     string             // the certificate's id when it was the former holder's
	foreigner    passportHolder
}

func (d *upgradeRun) newFixture(ctx context.Context) (*fixture, error) {
	s := &fixture{
		target: seed.Target{URL: d.url(), Keys: filepath.Join(d.keptDirectory(), "keys"), Phone: d.url()}, api: &seed.API{URL: d.url()},
		holders: seed.Holders(civil.Of(time.Now())), files: map[string][]byte{},
	}
	for i, h := range s.holders {
		if h.Meaning == "ready" {
			s.holder = s.holders[i]
		}
	}
	if err := s.copies(ctx); err != nil {
		return nil, err
	}
	if err := s.foreigner.prepare(ctx, s); err != nil {
		return nil, fmt.Errorf("a foreigner: %w", err)
	}
	return s, s.correct(ctx)
}

// copies makes one that is kept, with a consent and a receipt, and one that is withdrawn.
func (s *fixture) copies(ctx context.Context) error {
	session, certificate, err := s.loginAndIdentify(ctx, seed.Ministry, s.holder)
	if err != nil {
		return err
	}
	if s.withdrawn, err = session.Endorse(ctx, certificate, client.EndorsementAsk{}); err != nil {
		return err
	}
	if s.withdrawnPDF, err = session.Download(ctx, s.withdrawn, "pdf"); err != nil {
		return err
	}
	if _, err := session.Withdraw(ctx, s.withdrawn, "不再参加"); err != nil {
		return err
	}
	if s.valid, err = session.Endorse(ctx, certificate, client.EndorsementAsk{
		Purpose: client.Purpose{Kind: "投标", Text: "示例项目"}, Recipient: client.Recipient{Name: "示例单位"},
	}); err != nil {
		return err
	}
	for _, kind := range []string{"pdf", "ofd"} {
		if s.files[kind], err = session.Download(ctx, s.valid, kind); err != nil {
			return err
		}
	}
	given, err := session.Consent(ctx, s.valid, "示例单位", "name", "birth", "photo", "idNumber")
	if err != nil {
		return err
	}
	s.consent = given.Link
	v, err := s.api.VerifyAs(ctx, "", client.VerificationAsk{Token: s.valid.Token(), WantReceipt: true})
	s.receipt = v.Receipt
	return err
}

// correct has the authority report another person under the number of a holder who made a copy.
func (s *fixture) correct(ctx context.Context) error {
	today := civil.Of(time.Now())
	s.former, s.rightful = seed.EndorsableHolder(700, today), seed.EndorsableHolder(701, today)
	s.rightful.Number = s.former.Number
	if err := s.target.Enter(ctx, []seed.Holder{s.former}); err != nil {
		return err
	}
	session, certificate, err := s.loginAndIdentify(ctx, seed.Ministry, s.former)
	if err != nil {
		return err
	}
	if s.formerCopy, err = session.Endorse(ctx, certificate, client.EndorsementAsk{}); err != nil {
		return err
	}
	s.formerID = certificate
	row, err := s.rightful.Row()
	if err != nil {
		return err
	}
	if _, err := s.target.Report(ctx, row); err != nil {
		return err
	}
	return errors.Join(s.target.Open(ctx, seed.Ministry, s.rightful), s.target.Open(ctx, seed.National, s.rightful))
}

// loginAndIdentify logs a holder in, with the face, and finds the certificate.
func (s *fixture) loginAndIdentify(ctx context.Context, portal string, h seed.Holder) (*seed.Session, string, error) {
	signer, err := client.OpenSigner(filepath.Join(s.target.Keys, "app", "app.key.pem"))
	if err != nil {
		return nil, "", err
	}
	session, err := s.api.Login(ctx, portal, h)
	if err != nil {
		return nil, "", err
	}
	app := identityapp.App{Signer: signer, Audience: s.target.URL, Device: "phone-of-" + h.Phone, Person: h.Person}
	if err := session.Identify(ctx, app); err != nil {
		return nil, "", err
	}
	items, _, err := session.Certificates(ctx)
	if err != nil || len(items) == 0 {
		return session, "", err
	}
	return session, items[0].Certificate, nil
}

// observation is what a service says of the scene.
type observation struct {
	Accounts map[string]string // by portal and holder: the page of the account, and what is listed
	Verdicts map[string]string // by what is handed in
	History  []string
	Ledger   []string
	Files    map[string]string
}

func (s *fixture) look(ctx context.Context) (o observation, err error) {
	if o.Accounts, err = s.accounts(ctx); err != nil {
		return o, err
	}
	if o.Verdicts, err = s.verdicts(ctx); err != nil {
		return o, err
	}
	session, certificate, err := s.loginAndIdentify(ctx, seed.Ministry, s.holder)
	if err != nil {
		return o, err
	}
	items, err := session.History(ctx, certificate, client.ListEndorsementsParams{Limit: new(50)})
	if err != nil {
		return o, err
	}
	for _, e := range items {
		o.History = append(o.History, fmt.Sprint(e.Endorsement, " ", e.MadeAt, " ", e.State, " ", e.UseUntil, " ", e.CopyDigest))
	}
	entries, err := session.Ledger(ctx, certificate)
	if err != nil {
		return o, err
	}
	for _, e := range entries {
		o.Ledger = append(o.Ledger, e.ID)
	}
	o.Files = map[string]string{}
	for _, kind := range []string{"pdf", "ofd"} {
		file, err := session.Download(ctx, s.valid, kind)
		if err != nil {
			return o, err
		}
		sum := sha256.Sum256(file)
		o.Files[kind] = hex.EncodeToString(sum[:])
	}
	return o, nil
}

// accounts has everybody log in on both portals with their password, and their face, and look.
func (s *fixture) accounts(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	for _, portal := range []string{seed.Ministry, seed.National} {
		for _, h := range s.holders {
			session, _, err := s.loginAndIdentify(ctx, portal, h)
			if err != nil {
				return nil, fmt.Errorf("%s on %s: %w", h.Username, portal, err)
			}
			var account struct {
				Name, IDNumber string
				Phone          *string
				PhoneBound     bool
			}
			if err := session.Do(ctx, http.MethodGet, "/v1/account", nil, &account); err != nil {
				return nil, err
			}
			items, bindable, err := session.Certificates(ctx)
			if err != nil {
				return nil, err
			}
			text, err := json.Marshal([]any{account, items, bindable})
			if err != nil {
				return nil, err
			}
			all[portal+" "+h.Username] = string(text)
		}
	}
	return all, nil
}

func (s *fixture) verdicts(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	for name, ask := range map[string]func() (client.Verdict, error){
		"code":                    func() (client.Verdict, error) { return s.code(ctx, s.valid.Token()) },
		"PDF":                     func() (client.Verdict, error) { return s.file(ctx, s.files["pdf"]) },
		"OFD":                     func() (client.Verdict, error) { return s.file(ctx, s.files["ofd"]) },
		"code, withdrawn":         func() (client.Verdict, error) { return s.code(ctx, s.withdrawn.Token()) },
		"PDF, withdrawn":          func() (client.Verdict, error) { return s.file(ctx, s.withdrawnPDF) },
		"code with a consent":     func() (client.Verdict, error) { return s.code(ctx, s.consent) },
		"code of a former holder": func() (client.Verdict, error) { return s.code(ctx, s.formerCopy.Token()) },
		"number": func() (client.Verdict, error) {
			return s.api.Verify(ctx, client.VerificationAsk{Number: s.holder.Number, Name: s.holder.Name})
		},
		"receipt": func() (client.Verdict, error) { return s.api.Verify(ctx, client.VerificationAsk{Receipt: s.receipt}) },
	} {
		v, err := ask()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		said := fmt.Sprint(v.Verdict, " ", v.Code)
		for _, c := range v.Checks {
			if v.Verdict == "invalid" && c.Check == "certificate" {
				continue // of a dead copy a version may say less than the one before
			}
			said += fmt.Sprintf(" %s=%s", c.Check, c.Result)
		}
		if v.Subject != nil {
			said += fmt.Sprint(" ", v.Subject.Name, " discloses ", countDisclosed(v))
		}
		all[name] = said
	}
	return all, nil
}

// countDisclosed counts the fields that a verdict shows beyond what everybody sees.
func countDisclosed(v client.Verdict) int {
	text, _ := json.Marshal(v.Subject.Disclosed) // plain data always has JSON
	var fields map[string]any
	_ = json.Unmarshal(text, &fields)
	return len(fields)
}

func (s *fixture) code(ctx context.Context, text string) (client.Verdict, error) {
	return s.api.Verify(ctx, client.VerificationAsk{Token: text})
}

func (s *fixture) file(ctx context.Context, data []byte) (client.Verdict, error) {
	return s.api.VerifyFile(ctx, "application/octet-stream", data, nil)
}

// checkEarlierData asks today's version for what was made on the earlier one, one thing after the other.
func (d *upgradeRun) checkEarlierData(ctx context.Context) {
	var now observation
	d.step("everybody logs in on both portals, with the same account, phone, certificates and bindings", func() (err error) {
		now.Accounts, err = d.fixture.accounts(ctx)
		return errors.Join(err, difference(d.expected.Accounts, now.Accounts))
	})
	d.step("every code, file, number, consent and receipt is judged as before", func() (err error) {
		now.Verdicts, err = d.fixture.verdicts(ctx)
		return errors.Join(err, difference(d.expected.Verdicts, now.Verdicts))
	})
	d.step("a holder's copies, their states, files and ledger are there", func() error { return d.fixture.checkUnchanged(ctx, d.expected) })
	d.step("what came to another holder is void for the former one, and the former one's things are shown to neither", func() error {
		return d.fixture.checkHoldersSeparate(ctx)
	})
	d.step("a passport whose number was stored in another form is the same person's", func() error {
		return d.fixture.foreigner.cameAlong(ctx, d.fixture)
	})
	d.step("the earlier version's certificates change, are cancelled, and come to other holders", func() error { return d.fixture.changeOldCertificate(ctx) })
}

// checkUnchanged compares what is said now. The ledger may have grown, and so may the history: its latest first.
func (s *fixture) checkUnchanged(ctx context.Context, before observation) error {
	now, err := s.look(ctx)
	if err != nil {
		return err
	}
	for what, lists := range map[string][2][]string{"ledger": {before.Ledger, now.Ledger}, "history": {before.History, now.History}} {
		for _, line := range lists[0] {
			// A page of the ledger has twenty entries, and the latest come first.
			if !slices.Contains(lists[1], line) && !(what == "ledger" && len(lists[1]) == 20) {
				return fmt.Errorf("the %s has no %s any more", what, line)
			}
		}
	}
	return errors.Join(difference(before.Verdicts, now.Verdicts), difference(before.Files, now.Files))
}

func difference(before, now map[string]string) error {
	if diff := cmp.Diff(before, now); diff != "" {
		return errors.New("-before +now:\n" + diff)
	}
	return nil
}

// checkHoldersSeparate wants two holders of one number to see nothing of each other.
func (s *fixture) checkHoldersSeparate(ctx context.Context) error {
	v, err := s.code(ctx, s.formerCopy.Token())
	if err != nil {
		return err
	}
	if v.Verdict != "invalid" {
		return fmt.Errorf("the former holder's copy is %s", v.Verdict)
	}
	former, certificate, err := s.loginAndIdentify(ctx, seed.Ministry, s.former)
	if err != nil {
		return err
	}
	if certificate != "" {
		return errors.New("the former holder is listed the certificate")
	}
	if err := former.Do(ctx, http.MethodGet, "/v1/certificates/"+s.formerID, nil, nil); err == nil {
		return errors.New("the former holder opens the certificate")
	}
	rightful, certificate, err := s.loginAndIdentify(ctx, seed.Ministry, s.rightful)
	if err != nil {
		return err
	}
	if certificate == "" {
		return errors.New("the rightful holder is listed no certificate")
	}
	if copies, err := rightful.History(ctx, certificate, client.ListEndorsementsParams{}); err != nil || len(copies) > 0 {
		return fmt.Errorf("the rightful holder has %d copies of somebody else's: %w", len(copies), err)
	}
	made, err := rightful.Endorse(ctx, certificate, client.EndorsementAsk{})
	if err != nil {
		return err
	}
	if v, err := s.code(ctx, made.Token()); err != nil || v.Verdict != "valid" {
		return fmt.Errorf("the rightful holder's copy is %s: %w", v.Verdict, err)
	}
	return nil
}

// changeOldCertificate has an old certificate come to another holder, change and be cancelled.
func (s *fixture) changeOldCertificate(ctx context.Context) error {
	next := seed.EndorsableHolder(702, civil.Of(time.Now()))
	next.Number = s.rightful.Number
	for _, change := range []func(*client.ReportRow){
		func(*client.ReportRow) {},
		func(r *client.ReportRow) { r.Employer.Name = "示例后来工程有限公司" },
		func(r *client.ReportRow) { r.State, r.Operation = "04", "05" },
	} {
		row, err := next.Row()
		if err != nil {
			return err
		}
		change(&row)
		if done, err := s.target.Report(ctx, row); err != nil || done.Accepted != 1 {
			return fmt.Errorf("%d accepted: %w", done.Accepted, err)
		}
	}
	return nil
}

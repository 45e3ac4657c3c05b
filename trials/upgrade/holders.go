package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/snapshot"
)

// The number of a passport, as it is stored today and as programs before stored it.
const (
	passport       = "E12345678"
	passportBefore = "E 12345678"
)

// Orders of the invented holders, by which they differ.
const (
	formerOrder = 700 + iota
	rightfulOrder
	nextOrder
	passportOrder
	betweenOrder
)

// fixture is what is made on the earlier version.
type fixture struct {
	target           seed.Target
	today            civil.Date
	subject          *snapshot.Subject
	former, rightful formerHolder
	passport         formerHolder
	between          formerHolder // of what is made before going back
	accounts         map[string]string
	before           snapshot.Snapshot
}

// formerHolder is a holder with a certificate, a copy of it, and the latest entry of its ledger.
type formerHolder struct {
	seed.Holder
	certificate string
	copy        client.Endorsement
	latestEntry string
}

// newFixture has holders make and end things, and records what the earlier version says of it.
func newFixture(ctx context.Context, t seed.Target, formerPassport string) (f *fixture, err error) {
	defer must.Catch(&err)
	f = &fixture{target: t, today: civil.Of(time.Now())}
	ready := slices.IndexFunc(seed.Holders(f.today), func(h seed.Holder) bool { return h.Meaning == "ready" })
	f.subject = must.Get(snapshot.NewSubject(ctx, t, seed.Holders(f.today)[ready]))
	f.subject.AcrossVersions = true
	f.subject.Consent = must.Get(f.subject.Session.Consent(ctx, f.subject.Valid, "示例单位", "name", "birth", "photo", "idNumber")).Link
	h := seed.EndorsableHolder(passportOrder, f.today)
	h.Passport = formerPassport
	f.passport = f.makeCopy(ctx, h)
	f.former = f.makeCopy(ctx, seed.EndorsableHolder(formerOrder, f.today))
	f.rightful.Holder = seed.EndorsableHolder(rightfulOrder, f.today)
	f.rightful.Number = f.former.Number
	f.report(ctx, f.rightful.Holder) // the authority corrects whose number it is
	f.openAccounts(ctx, f.rightful.Holder)
	return f, nil
}

// makeCopy has a new holder endorse, and the copy be verified.
func (f *fixture) makeCopy(ctx context.Context, h seed.Holder) formerHolder {
	must.Do(f.target.Enter(ctx, []seed.Holder{h}))
	session, certificate := f.logIn(ctx, seed.Ministry, h)
	made := must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{}))
	f.wantVerdict(ctx, made, client.VerdictVerdictValid)
	entries := must.Get(session.Ledger(ctx, certificate))
	if len(entries) == 0 {
		must.Do(errors.New("the ledger is empty"))
	}
	return formerHolder{h, certificate, made, entries[0].ID}
}

func (f *fixture) report(ctx context.Context, h seed.Holder) {
	must.Get(f.target.Report(ctx, must.Get(h.Row())))
}

func (f *fixture) openAccounts(ctx context.Context, h seed.Holder) {
	must.Do(f.target.Open(ctx, seed.Ministry, h))
	must.Do(f.target.Open(ctx, seed.National, h))
}

func (f *fixture) logIn(ctx context.Context, portal string, h seed.Holder) (*seed.Session, string) {
	return must.Get2(snapshot.LogIn(ctx, f.target, portal, h))
}

func (f *fixture) wantVerdict(ctx context.Context, e client.Endorsement, want client.VerdictVerdict) {
	v := must.Get(f.target.API().Verify(ctx, client.VerificationAsk{Token: e.Token()}))
	must.Do(seed.Expect("the verdict on a copy", v.Verdict, want))
}

// record records what the earlier version says.
func (f *fixture) record(ctx context.Context) error {
	f.accounts = f.readAccounts(ctx)
	f.before = must.Get(f.subject.Take(ctx))
	return nil
}

// readAccounts has everybody log in on both portals with their password, and their face, and returns the account and
// what is listed.
func (f *fixture) readAccounts(ctx context.Context) map[string]string {
	all := map[string]string{}
	for _, portal := range []string{seed.Ministry, seed.National} {
		for _, h := range seed.Holders(f.today) {
			session, _ := f.logIn(ctx, portal, h)
			items, bindable := must.Get2(session.Certificates(ctx))
			for _, list := range [][]client.CertificateItem{items, bindable} {
				for i := range list { // what the earlier version did not list
					list[i].Employer, list[i].Specialties, list[i].Labels = client.HeldEmployer{}, nil, client.CertificateLabels{}
				}
			}
			account := must.Get(client.Read[struct {
				Name, IDNumber string
				Phone          *string
				PhoneBound     bool
			}](f.target.API().Client().GetAccount(ctx, client.Bearer(session.Token))))
			all[portal+" "+h.Username] = string(must.Get(json.Marshal([]any{account, items, bindable})))
		}
	}
	return all
}

// checkEarlierData asks today's version for what was made on the earlier one, one thing after the other.
func (d *upgrade) checkEarlierData(ctx context.Context) {
	f := d.fixture
	d.Step("everybody logs in on both portals, with the same account, phone, certificates and bindings", func() error {
		if diff := cmp.Diff(f.accounts, f.readAccounts(ctx)); diff != "" {
			return errors.New("-before +now:\n" + diff)
		}
		return nil
	})
	d.Step("every code, file, number, consent and receipt is judged as before", func() error {
		now := must.Get(f.subject.TakeVerdicts(ctx))
		return snapshot.Snapshot{Verdicts: f.before.Verdicts}.Compare(snapshot.Snapshot{Verdicts: now})
	})
	d.Step("a holder's copies, their states, files and ledger are there", func() error { return f.checkUnchanged(ctx) })
	d.Step("what came to another holder is void for the former one, and the former one's things are shown to neither", func() error {
		return f.checkHoldersSeparate(ctx)
	})
	d.Step("a passport whose number was stored in another form is the same person's", func() error { return f.checkPassport(ctx) })
	d.Step("the earlier version's certificates change, are cancelled, and come to other holders", func() error { return f.changeOldCertificate(ctx) })
}

// checkUnchanged asks for everything in a new session.
func (f *fixture) checkUnchanged(ctx context.Context) error {
	f.subject.Session, _ = f.logIn(ctx, seed.Ministry, f.subject.Session.Holder)
	return f.before.Compare(must.Get(f.subject.Take(ctx)))
}

// checkHoldersSeparate checks that two holders of one number see nothing of each other.
func (f *fixture) checkHoldersSeparate(ctx context.Context) error {
	f.wantVerdict(ctx, f.former.copy, client.VerdictVerdictInvalid)
	former, certificate := f.logIn(ctx, seed.Ministry, f.former.Holder)
	if certificate != "" {
		return errors.New("the former holder's list has the certificate")
	}
	c := f.target.API().Client()
	if client.Check(c.GetCertificate(ctx, f.former.certificate, client.Bearer(former.Token))) == nil {
		return errors.New("the former holder opens the certificate")
	}
	rightful, certificate := f.logIn(ctx, seed.Ministry, f.rightful.Holder)
	if certificate == "" {
		return errors.New("the rightful holder's list has no certificate")
	}
	if copies := must.Get(rightful.History(ctx, certificate, client.ListEndorsementsParams{})); len(copies) > 0 {
		return fmt.Errorf("the rightful holder has %d copies of somebody else's", len(copies))
	}
	f.wantVerdict(ctx, must.Get(rightful.Endorse(ctx, certificate, client.EndorsementAsk{})), client.VerdictVerdictValid)
	return nil
}

// checkPassport checks that both forms of the number are the same person's, and that everything of before is there.
func (f *fixture) checkPassport(ctx context.Context) error {
	h := f.passport
	for _, h.Passport = range []string{passportBefore, passport} {
		f.report(ctx, h.Holder)
		f.openAccounts(ctx, h.Holder)
	}
	for _, portal := range []string{seed.Ministry, seed.National} {
		session, certificate := f.logIn(ctx, portal, h.Holder)
		must.Do(seed.Expect("the certificate listed on "+portal, certificate, h.certificate))
		copies := must.Get(session.History(ctx, certificate, client.ListEndorsementsParams{}))
		if !slices.ContainsFunc(copies, func(e client.Endorsement) bool { return e.Endorsement == h.copy.Endorsement }) {
			return fmt.Errorf("the copy of before is not among %d copies", len(copies))
		}
		entries := must.Get(session.Ledger(ctx, certificate))
		if len(entries) == 0 || entries[len(entries)-1].ID > h.latestEntry {
			return fmt.Errorf("the entry of before is not among %d entries of the ledger", len(entries))
		}
		f.wantVerdict(ctx, h.copy, client.VerdictVerdictValid)
		f.wantVerdict(ctx, must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{})), client.VerdictVerdictValid)
	}
	return nil
}

// checkBetween checks that what a holder made before going back is there.
func (f *fixture) checkBetween(ctx context.Context) error {
	h := f.between
	session, certificate := f.logIn(ctx, seed.Ministry, h.Holder)
	must.Do(seed.Expect("the certificate listed", certificate, h.certificate))
	copies := must.Get(session.History(ctx, certificate, client.ListEndorsementsParams{}))
	if !slices.ContainsFunc(copies, func(e client.Endorsement) bool { return e.Endorsement == h.copy.Endorsement }) {
		return fmt.Errorf("the copy is not among %d copies", len(copies))
	}
	if !slices.ContainsFunc(must.Get(session.Ledger(ctx, certificate)), func(s client.Sighting) bool { return s.ID == h.latestEntry }) {
		return errors.New("the entry of its verification is not in the ledger")
	}
	f.wantVerdict(ctx, h.copy, client.VerdictVerdictValid)
	return nil
}

// changeOldCertificate has an old certificate come to another holder, change and be cancelled.
func (f *fixture) changeOldCertificate(ctx context.Context) error {
	next := seed.EndorsableHolder(nextOrder, f.today)
	next.Number = f.rightful.Number
	for _, change := range []func(*client.ReportRow){
		func(*client.ReportRow) {},
		func(r *client.ReportRow) { r.Employer.Name = "示例后来工程有限公司" },
		func(r *client.ReportRow) { r.State, r.Operation = "04", "05" },
	} {
		row := must.Get(next.Row())
		change(&row)
		must.Do(seed.Expect("the number of accepted rows", must.Get(f.target.Report(ctx, row)).Accepted, 1))
	}
	return nil
}

package main

import (
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// holderSet are the holders of the scene.
type holderSet struct {
	holder    seed.Holder // has the genuine copies
	other     seed.Holder
	second    seed.Holder // of a scheme whose newer copies end the older ones
	imitating seed.Holder // asks for copies with words that imitate the panel
	changed   map[string]seed.Holder
	former    [2]seed.Holder // whose numbers the authority corrects
	rightful  [2]seed.Holder // who have the numbers then
}

// What becomes of certificates after a copy was made.
const (
	certificateCancelled = "the certificate was cancelled since"
	certificateSuspended = "the certificate was suspended since"
	certificateRevoked   = "the certificate was revoked since"
	employerChanged      = "the holder has another employer since"
	specialtyEnded       = "the specialty has ended since"
	nameChanged          = "the holder has another name since"
)

func (d *testService) chooseHolders() holderSet {
	all := seed.Holders(d.today)
	find := func(meaning string) seed.Holder {
		for _, h := range all {
			if h.Meaning == meaning {
				return h
			}
		}
		panic("no holder is " + meaning) // a mistake in this program
	}
	c := holderSet{
		holder: find("ready"), other: find("several specialties, one ending soon"), second: find("level-two constructor, Beijing"),
		imitating: seed.EndorsableHolder(110, d.today), changed: map[string]seed.Holder{},
		former:   [2]seed.Holder{seed.EndorsableHolder(120, d.today), seed.EndorsableHolder(121, d.today)},
		rightful: [2]seed.Holder{seed.EndorsableHolder(130, d.today), seed.EndorsableHolder(131, d.today)},
	}
	for i, what := range []string{certificateCancelled, certificateSuspended, certificateRevoked, employerChanged, specialtyEnded, nameChanged} {
		c.changed[what] = seed.EndorsableHolder(140+i, d.today)
	}
	since := d.today.AddDays(-issuedDaysAgo - 100) // so that it could be endorsed then
	c.holder.Specialty = []seed.Specialty{{Name: c.holder.Specialty[0].Name, From: since, To: since.AddYears(3).AddDays(-1)}}
	c.holder.IssuedOn = since
	c.rightful[1].Name = "吴守正"
	for i := range c.rightful {
		c.rightful[i].Number = c.former[i].Number
	}
	return c
}

// holders are those whose certificates are reported at the beginning.
func (c holderSet) holders() []seed.Holder {
	all := []seed.Holder{c.holder, c.other, c.second, c.imitating}
	for _, h := range c.changed {
		all = append(all, h)
	}
	return append(all, c.former[:]...)
}

// change has the authority report what becomes of a certificate.
func (d *testService) change(ctx context.Context, what string, h seed.Holder) error {
	row, err := h.Row()
	if err != nil {
		return err
	}
	switch what {
	case certificateCancelled:
		row.State = "04"
	case certificateSuspended:
		row.State = "02"
	case certificateRevoked:
		row.State = "07"
	case employerChanged:
		row.Employer.Name = "示例另一工程有限公司"
	case specialtyEnded:
		row.Specialties[0].To = d.today.AddDays(-1).String()
	case nameChanged:
		row.Holder.Name = "张四"
	default:
		return fmt.Errorf("nothing becomes of it: %s", what)
	}
	_, err = d.target.Report(ctx, row)
	return err
}

// sources is what is forged from, and what a holder has beside it.
type sources struct {
	genuine      forgery.Genuine
	holderCopies forgery.HolderCopies
	invalid      forgery.ReceiptFiles // the receipt of a forged file
	number       forgery.ReceiptFiles // of a number and a name
	imitating    identifiedHolder
	probes       []probe
}

// makeSources makes the scene by the public API: holders endorse, withdraw and consent, the authority reports.
func (d *testService) makeSources(ctx context.Context) (s sources, err error) {
	c := d.chooseHolders()
	if err := d.target.Enter(ctx, c.holders()); err != nil {
		return s, err
	}
	h, err := d.loginAndIdentify(ctx, c.holder)
	if err != nil {
		return s, err
	}
	if err := d.makeGenuineCopies(ctx, &s, c, h); err != nil {
		return s, err
	}
	for _, make := range []func(context.Context, *sources, holderSet, identifiedHolder) error{d.voidOfHolder, d.voidOfScheme, d.voidByReport, d.correctHolders} {
		if err := make(ctx, &s, c, h); err != nil {
			return s, err
		}
	}
	s.imitating, err = d.loginAndIdentify(ctx, c.imitating)
	return s, err
}

func (d *testService) makeGenuineCopies(ctx context.Context, s *sources, c holderSet, h identifiedHolder) (err error) {
	expired, err := d.makeExpiredCopy(ctx, h)
	if err != nil {
		return err
	}
	s.holderCopies.Today = d.today
	s.holderCopies.Void = append(s.holderCopies.Void, forgery.VoidCopy{What: "expired", Copy: expired})
	var made client.Endorsement
	if s.genuine.Copy, made, err = d.endorse(ctx, h, declaredUse()); err != nil {
		return err
	}
	if s.genuine.Second, _, err = d.endorse(ctx, h, client.EndorsementAsk{Purpose: client.Purpose{Kind: "入职"}}); err != nil {
		return err
	}
	if s.holderCopies.Day, _, err = d.endorse(ctx, h, client.EndorsementAsk{UseUntil: d.today.String()}); err != nil {
		return err
	}
	other, err := d.loginAndIdentify(ctx, c.other)
	if err != nil {
		return err
	}
	var theirs client.Endorsement
	if s.genuine.Other, theirs, err = d.endorse(ctx, other, declaredUse()); err != nil {
		return err
	}
	if s.genuine.Photograph, err = forgery.Photograph(s.genuine.Copy); err != nil {
		return err
	}
	consent, err := other.Consent(ctx, theirs, "示例单位", allFields()...)
	if err != nil {
		return err
	}
	s.probes = append(s.probes, probe{name: "a good copy with the consent of another holder's", link: withConsentOf(made.VerifyURL, consent.Link)})
	broken := append([]byte{}, s.genuine.Copy.PDF...)
	broken[len(broken)/2] ^= 1
	if s.invalid, err = d.receipt(ctx, client.VerificationAsk{File: broken}); err != nil {
		return err
	}
	s.probes = append(s.probes, probe{name: "a receipt of a receipt", ask: func(ctx context.Context) (string, error) {
		v, err := d.api.VerifyAs(ctx, "", client.VerificationAsk{Receipt: s.genuine.Copy.Receipt.Text, WantReceipt: true})
		if err == nil && v.Receipt != "" {
			return "it was given", nil
		}
		return "", nil
	}})
	s.number, err = d.receipt(ctx, client.VerificationAsk{Number: c.holder.Number, Name: c.holder.Name})
	return err
}

// voidOfHolder withdraws a copy that had a consent.
func (d *testService) voidOfHolder(ctx context.Context, s *sources, _ holderSet, h identifiedHolder) error {
	copied, made, err := d.endorse(ctx, h, declaredUse())
	if err != nil {
		return err
	}
	consent, err := h.Consent(ctx, made, "示例单位", allFields()...)
	if err != nil {
		return err
	}
	if _, err := h.Withdraw(ctx, made, "不再参加该项目"); err != nil {
		return err
	}
	s.holderCopies.Void = append(s.holderCopies.Void, forgery.VoidCopy{What: "withdrawn", Copy: copied, Hidden: true})
	s.probes = append(s.probes,
		probe{name: "a withdrawn copy with its consent", link: consent.Link},
		probe{name: "a good copy with the consent of a withdrawn one", link: withConsentOf(s.genuine.Copy.Link, consent.Link)},
		probe{name: "another holder's copy with the consent of a withdrawn one", link: withConsentOf(s.genuine.Other.Link, consent.Link)},
	)
	return nil
}

// voidOfScheme makes copies of which the second ends the first, and is not yet good.
func (d *testService) voidOfScheme(ctx context.Context, s *sources, c holderSet, _ identifiedHolder) error {
	h, err := d.loginAndIdentify(ctx, c.second)
	if err != nil {
		return err
	}
	first, _, err := d.endorse(ctx, h, client.EndorsementAsk{})
	if err != nil {
		return err
	}
	if s.holderCopies.NotYet, _, err = d.endorse(ctx, h, client.EndorsementAsk{UseFrom: d.today.AddDays(2).String(), UseUntil: d.today.AddDays(30).String()}); err != nil {
		return err
	}
	s.holderCopies.Void = append(s.holderCopies.Void, forgery.VoidCopy{What: "superseded", Copy: first})
	return nil
}

// voidByReport makes copies, and then the authority reports what ends them.
func (d *testService) voidByReport(ctx context.Context, s *sources, c holderSet, _ identifiedHolder) error {
	for _, what := range []string{certificateCancelled, certificateSuspended, certificateRevoked, employerChanged, specialtyEnded, nameChanged} {
		h, err := d.loginAndIdentify(ctx, c.changed[what])
		if err != nil {
			return err
		}
		copied, _, err := d.endorse(ctx, h, declaredUse())
		if err != nil {
			return err
		}
		if err := d.change(ctx, what, c.changed[what]); err != nil {
			return err
		}
		s.holderCopies.Void = append(s.holderCopies.Void, forgery.VoidCopy{What: what, Copy: copied})
	}
	return nil
}

// correctHolders has the authority correct whose two certificates are: the numbers stay, the persons are
// others, one of the same name.
func (d *testService) correctHolders(ctx context.Context, s *sources, c holderSet, _ identifiedHolder) error {
	for i, former := range c.former {
		h, err := d.loginAndIdentify(ctx, former)
		if err != nil {
			return err
		}
		copied, made, err := d.endorse(ctx, h, declaredUse())
		if err != nil {
			return err
		}
		consent, err := h.Consent(ctx, made, "示例单位", allFields()...)
		if err != nil {
			return err
		}
		rightful := c.rightful[i]
		row, err := rightful.Row()
		if err != nil {
			return err
		}
		if _, err := d.target.Report(ctx, row); err != nil {
			return err
		}
		for _, portal := range []string{seed.Ministry, seed.National} {
			if err := d.target.Open(ctx, portal, rightful); err != nil {
				return err
			}
		}
		who := map[bool]string{true: "of the same name", false: "of another name"}[former.Name == rightful.Name]
		s.holderCopies.Void = append(s.holderCopies.Void, forgery.VoidCopy{What: "the number was corrected to a holder " + who, Copy: copied, Hidden: true})
		s.probes = append(s.probes, probe{name: "the former holder's copy with its consent, the rightful one " + who, link: consent.Link})
		new, err := d.loginAndIdentify(ctx, rightful)
		if err != nil {
			return err
		}
		s.probes = append(s.probes, d.formerHolderProbes(new, made, who)...)
	}
	return nil
}

package main

import (
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// cast are the holders of the scene.
type cast struct {
	holder   seed.Holder // has the genuine copies
	other    seed.Holder
	second   seed.Holder // of a scheme whose newer copies end the older ones
	wordy    seed.Holder // asks for copies with words that imitate the panel
	changed  map[string]seed.Holder
	former   [2]seed.Holder // whose numbers the authority corrects
	rightful [2]seed.Holder // who have the numbers then
}

// What becomes of certificates after a copy was made.
const (
	cancelled = "the certificate was cancelled since"
	suspended = "the certificate was suspended since"
	revoked   = "the certificate was revoked since"
	moved     = "the holder has another employer since"
	lost      = "the specialty has ended since"
	renamed   = "the holder has another name since"
)

func (d *desk) cast() cast {
	all := seed.Holders(d.today)
	find := func(meaning string) seed.Holder {
		for _, h := range all {
			if h.Meaning == meaning {
				return h
			}
		}
		panic("no holder is " + meaning) // a mistake in this program
	}
	c := cast{
		holder: find("ready"), other: find("several specialties, one ending soon"), second: find("level-two constructor, Beijing"),
		wordy: seed.EndorsableHolder(110, d.today), changed: map[string]seed.Holder{},
		former:   [2]seed.Holder{seed.EndorsableHolder(120, d.today), seed.EndorsableHolder(121, d.today)},
		rightful: [2]seed.Holder{seed.EndorsableHolder(130, d.today), seed.EndorsableHolder(131, d.today)},
	}
	for i, what := range []string{cancelled, suspended, revoked, moved, lost, renamed} {
		c.changed[what] = seed.EndorsableHolder(140+i, d.today)
	}
	since := d.today.AddDays(-past - 100) // so that it could be endorsed then
	c.holder.Specialty = []seed.Specialty{{Name: c.holder.Specialty[0].Name, From: since, To: since.AddYears(3).AddDays(-1)}}
	c.holder.IssuedOn = since
	c.rightful[1].Name = "吴守正"
	for i := range c.rightful {
		c.rightful[i].Number = c.former[i].Number
	}
	return c
}

// holders are those whose certificates are reported at the beginning.
func (c cast) holders() []seed.Holder {
	all := []seed.Holder{c.holder, c.other, c.second, c.wordy}
	for _, h := range c.changed {
		all = append(all, h)
	}
	return append(all, c.former[:]...)
}

// change has the authority report what becomes of a certificate.
func (d *desk) change(ctx context.Context, what string, h seed.Holder) error {
	row, err := h.Row()
	if err != nil {
		return err
	}
	switch what {
	case cancelled:
		row.State = "04"
	case suspended:
		row.State = "02"
	case revoked:
		row.State = "07"
	case moved:
		row.Employer.Name = "示例另一工程有限公司"
	case lost:
		row.Specialties[0].To = d.today.AddDays(-1)
	case renamed:
		row.Holder.Name = "张四"
	default:
		return fmt.Errorf("nothing becomes of it: %s", what)
	}
	_, err = d.target.Report(ctx, row)
	return err
}

// scene is what is forged from, and what a holder has beside it.
type scene struct {
	genuine forgery.Genuine
	holding forgery.Holding
	invalid forgery.Slip // the receipt of a forged file
	number  forgery.Slip // of a number and a name
	wordy   holding
	peeks   []peek
}

// play makes the scene by the public API: holders endorse, withdraw and consent, the authority reports.
func (d *desk) play(ctx context.Context) (s scene, err error) {
	c := d.cast()
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
	for _, make := range []func(context.Context, *scene, cast, holding) error{d.voidOfHolder, d.voidOfScheme, d.voidByReport, d.correctHolders} {
		if err := make(ctx, &s, c, h); err != nil {
			return s, err
		}
	}
	s.wordy, err = d.loginAndIdentify(ctx, c.wordy)
	return s, err
}

func (d *desk) makeGenuineCopies(ctx context.Context, s *scene, c cast, h holding) (err error) {
	expired, err := d.makeExpiredCopy(ctx, h)
	if err != nil {
		return err
	}
	s.holding.Today = d.today
	s.holding.Void = append(s.holding.Void, forgery.Void{What: "expired", Copy: expired})
	var made seed.Endorsed
	if s.genuine.Copy, made, err = d.endorse(ctx, h, declaredUse()); err != nil {
		return err
	}
	if s.genuine.Second, _, err = d.endorse(ctx, h, seed.Ask{Purpose: map[string]string{"kind": "入职"}}); err != nil {
		return err
	}
	if s.holding.Day, _, err = d.endorse(ctx, h, seed.Ask{UseUntil: d.today.String()}); err != nil {
		return err
	}
	other, err := d.loginAndIdentify(ctx, c.other)
	if err != nil {
		return err
	}
	var theirs seed.Endorsed
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
	s.peeks = append(s.peeks, peek{name: "a good copy with the consent of another holder's", link: withConsentOf(made.VerifyURL, consent.Link)})
	broken := append([]byte{}, s.genuine.Copy.PDF...)
	broken[len(broken)/2] ^= 1
	if s.invalid, err = d.receipt(ctx, map[string]any{"file": broken}); err != nil {
		return err
	}
	s.peeks = append(s.peeks, peek{name: "a receipt of a receipt", ask: func(ctx context.Context) (string, error) {
		v, err := d.api.VerifyAs(ctx, "", map[string]any{"receipt": s.genuine.Copy.Receipt.Text, "wantReceipt": true})
		if err == nil && v.Receipt != "" {
			return "it was given", nil
		}
		return "", nil
	}})
	s.number, err = d.receipt(ctx, map[string]any{"number": c.holder.Number, "name": c.holder.Name})
	return err
}

// voidOfHolder withdraws a copy that had a consent.
func (d *desk) voidOfHolder(ctx context.Context, s *scene, _ cast, h holding) error {
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
	s.holding.Void = append(s.holding.Void, forgery.Void{What: "withdrawn", Copy: copied, Hidden: true})
	s.peeks = append(s.peeks,
		peek{name: "a withdrawn copy with its consent", link: consent.Link},
		peek{name: "a good copy with the consent of a withdrawn one", link: withConsentOf(s.genuine.Copy.Link, consent.Link)},
		peek{name: "another holder's copy with the consent of a withdrawn one", link: withConsentOf(s.genuine.Other.Link, consent.Link)},
	)
	return nil
}

// voidOfScheme makes copies of which the second ends the first, and is not yet good.
func (d *desk) voidOfScheme(ctx context.Context, s *scene, c cast, _ holding) error {
	h, err := d.loginAndIdentify(ctx, c.second)
	if err != nil {
		return err
	}
	first, _, err := d.endorse(ctx, h, seed.Ask{})
	if err != nil {
		return err
	}
	if s.holding.NotYet, _, err = d.endorse(ctx, h, seed.Ask{UseFrom: d.today.AddDays(2).String(), UseUntil: d.today.AddDays(30).String()}); err != nil {
		return err
	}
	s.holding.Void = append(s.holding.Void, forgery.Void{What: "superseded", Copy: first})
	return nil
}

// voidByReport makes copies, and then the authority reports what ends them.
func (d *desk) voidByReport(ctx context.Context, s *scene, c cast, _ holding) error {
	for _, what := range []string{cancelled, suspended, revoked, moved, lost, renamed} {
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
		s.holding.Void = append(s.holding.Void, forgery.Void{What: what, Copy: copied})
	}
	return nil
}

// correctHolders has the authority correct whose two certificates are: the numbers stay, the persons are
// others, one of the same name.
func (d *desk) correctHolders(ctx context.Context, s *scene, c cast, _ holding) error {
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
		s.holding.Void = append(s.holding.Void, forgery.Void{What: "the number was corrected to a holder " + who, Copy: copied, Hidden: true})
		s.peeks = append(s.peeks, peek{name: "the former holder's copy with its consent, the rightful one " + who, link: consent.Link})
		new, err := d.loginAndIdentify(ctx, rightful)
		if err != nil {
			return err
		}
		s.peeks = append(s.peeks, d.formerHolderPeeks(new, made, who)...)
	}
	return nil
}

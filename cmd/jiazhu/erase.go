package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// eraseResult counts what was removed, and what the law requires to be kept.
type eraseResult struct {
	Accounts      int `json:"accounts"`
	Phones        int `json:"phones"` // statements of portals
	Sessions      int `json:"sessions"`
	Passing       int `json:"passing"` // challenges, codes, links, limits, and notes of which client put an account
	Bindings      int `json:"bindings"`
	Consents      int `json:"consents"` // ended, or rid of the ID number they held
	Certificates  int `json:"certificatesKept"`
	Endorsements  int `json:"endorsementsKept"`
	Verifications int `json:"verificationsKept"`
}

// eraseTries is how often an erasure starts again because an account was changed at the same time.
const eraseTries = 3

// erase removes what was kept for the holder's own use, see docs/decisions.
func (c console) erase(ctx context.Context, args []string) error {
	f := c.flags("erase", "HOLDER...")
	sure := f.Bool("yes", false, "do it; without it, the command only says what it would do")
	idType, several := idTypeFlag(f), severalFlag(f)
	asJSON := f.Bool("json", false, "print JSON")
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	if certificate.IsOrganisation(*idType) {
		return fmt.Errorf("%w: what an organisation's agents made is not personal information; a person is erased by their own document", errUsage)
	}
	if _, err := config.Load(c.getenv, config.LimitsKey); err != nil {
		return fmt.Errorf("%w: this command removes limits too: %w", errUsage, err)
	}
	t, h, err := c.person(ctx, *idType, names)
	if err != nil {
		return err
	}
	d, err := t.gather(ctx, h)
	if err == nil && !*several {
		err = d.checkOneName()
	}
	if err != nil {
		return err
	}
	done := c.countErasable(d)
	if *sure {
		done, err = c.eraseHolder(ctx, t, h, done)
		c.audit.noteCounts(done)
	}
	if err != nil {
		err = fmt.Errorf("%w\n  the same command removes the rest", err)
	}
	if *asJSON {
		return errors.Join(err, c.print(done))
	}
	verb := map[bool]string{true: "erased", false: "would be erased, with -yes"}[*sure]
	fmt.Fprintf(c.out, "%s: %d accounts, %d phones, %d sessions, %d temporary items, %d bindings, %d consents\n"+
		"kept: %d certificates, %d endorsements, %d verifications\n",
		verb, done.Accounts, done.Phones, done.Sessions, done.Passing, done.Bindings, done.Consents,
		done.Certificates, done.Endorsements, done.Verifications)
	return err
}

// countErasable counts what can be removed, and what is kept.
func (c console) countErasable(d holderExport) eraseResult {
	n := eraseResult{
		Accounts: len(d.Accounts), Phones: len(d.Phones), Sessions: d.Sessions, Passing: d.Passing, Bindings: len(d.Bindings),
		Certificates: len(d.Certificates),
	}
	for _, k := range d.Certificates {
		n.Endorsements += len(k.Endorsements)
		n.Verifications += len(k.Verifications)
		for _, consent := range k.Consents {
			if consent.isOpen(c.now()) {
				n.Consents++
			}
		}
	}
	return n
}

// eraseHolder writes the erasure to the journal, erases, and reads everything again. The result
// counts what was removed. The accounts are removed last, so that a repeated run still finds the
// person by them.
func (c console) eraseHolder(ctx context.Context, t tables, h holder, done eraseResult) (eraseResult, error) {
	if err := t.journal.Append(ctx, journal.Erasure, c.now(), journal.Erased{Holder: h.Holder}); err != nil {
		return eraseResult{}, fmt.Errorf("nothing was removed, since the journal cannot be written: %w", err)
	}
	done = eraseResult{Certificates: done.Certificates, Endorsements: done.Endorsements, Verifications: done.Verifications}
	ids, err := t.certificates.ListCertificatesEverHeld(ctx, h.Holder)
	if err != nil {
		return done, err
	}
	for _, id := range ids {
		n, err := t.certificates.EndConsents(ctx, id, h.Holder, c.now())
		done.Consents += n
		if err != nil {
			return done, err
		}
	}
	if done.Bindings, err = t.certificates.EraseBindings(ctx, h.Holder); err != nil {
		return done, err
	}
	for try := 1; ; try++ {
		n, err := t.sessions.EraseHolder(ctx, h.Holder)
		done.Accounts += n.Accounts
		done.Phones += n.Phones
		done.Sessions += n.Sessions
		done.Passing += n.Others
		if errors.Is(err, sessions.ErrChanged) && try < eraseTries {
			continue
		}
		if err != nil {
			return done, err
		}
		break
	}
	return done, c.readBack(ctx, t, h, ids)
}

// readBack searches for what remains of an erased person.
func (c console) readBack(ctx context.Context, t tables, h holder, ids []string) error {
	left := map[string]int{}
	there, err := t.sessions.Traces(ctx, h.Person)
	if err != nil {
		return err
	}
	left["accounts"], left["phones"], left["sessions"] = there.Accounts, there.Phones, there.Sessions
	left["temporary items"] = there.Others
	bindings, err := t.certificates.Bindings(ctx, h.Holder)
	if err != nil {
		return err
	}
	left["bindings"] = len(bindings)
	for _, id := range ids {
		consents, err := t.certificates.KeptConsents(ctx, id, h.Holder)
		if err != nil {
			return err
		}
		for _, consent := range consents {
			if consent.IsOpen(c.now()) {
				left["consents"]++
			}
		}
	}
	var said []string
	for what, n := range left {
		if n > 0 {
			said = append(said, fmt.Sprintf("%d %s", n, what))
		}
	}
	if len(said) == 0 {
		return nil
	}
	slices.Sort(said)
	return fmt.Errorf("%s remain, which were stored or changed meanwhile", strings.Join(said, ", "))
}

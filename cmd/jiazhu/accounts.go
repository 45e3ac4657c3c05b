package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// accountFilter selects accounts: by name, by person, or by the client that stored them and when.
type accountFilter struct {
	c                console
	names            []string // USER@PORTAL
	holder, idType   *string
	client, from, to *string
	putKind          *string
	since, until     time.Time
}

func (c console) choice(f *flag.FlagSet) *accountFilter {
	return &accountFilter{
		c: c, idType: idTypeFlag(f),
		holder:  f.String("holder", "", "all accounts of the person: `USER@PORTAL` of one of them, or - for an ID number on standard input"),
		client:  f.String("client", "", "accounts that this machine client put, `ID`, with -from and -to"),
		from:    f.String("from", "", "of -client: from this `TIME` on (RFC 3339) or day (YYYY-MM-DD, +08:00)"),
		to:      f.String("to", "", "of -client: until before this `TIME`, or to the end of this day; now by default"),
		putKind: f.String("did", "", "of -client: only accounts to which this was `DONE`: "+strings.Join(identity.PutKinds, ", ")),
	}
}

// check requires exactly one way of selecting.
func (x *accountFilter) check(named []string) (err error) {
	x.names = named
	ways := 0
	for _, used := range []bool{len(named) > 0, *x.holder != "", *x.client != ""} {
		if used {
			ways++
		}
	}
	if ways != 1 {
		return fmt.Errorf("%w: select accounts by USER@PORTAL, by -holder, or by -client with -from", errUsage)
	}
	if *x.putKind != "" && (*x.client == "" || !slices.Contains(identity.PutKinds, *x.putKind)) {
		return fmt.Errorf("%w: -did needs -client and must be one of %s, not %q", errUsage, strings.Join(identity.PutKinds, ", "), *x.putKind)
	}
	if (*x.client != "") != (*x.from != "") || *x.to != "" && *x.client == "" {
		return fmt.Errorf("%w: -client needs -from, and -from and -to need -client", errUsage)
	}
	if *x.client == "" {
		return nil
	}
	if x.since, err = parseTime(*x.from, false); err != nil {
		return err
	}
	x.until = x.c.now().Add(time.Millisecond)
	if *x.to != "" {
		if x.until, err = parseTime(*x.to, true); err == nil && !x.since.Before(x.until) {
			err = fmt.Errorf("%w: -to %s is not after -from %s", errUsage, *x.to, *x.from)
		}
	}
	return err
}

// parseTime reads a time, or the beginning or end of a day in Asia/Shanghai.
func parseTime(text string, end bool) (time.Time, error) {
	if day, err := civil.Parse(text); err == nil {
		if end {
			return day.End(), nil
		}
		return day.Start(), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("%w: %q is neither a time such as 2026-11-23T10:00:00+08:00 nor a day such as 2026-11-23", errUsage, text)
	}
	return at, nil
}

// selectedAccount is an account, and the changes by which it was selected.
type selectedAccount struct {
	identity.Account
	puts []identity.AccountPut
}

// accounts opens the tables and reads the selected accounts. An account that no longer exists is
// left out.
func (x *accountFilter) accounts(ctx context.Context) (t tables, all []selectedAccount, err error) {
	switch {
	case *x.client != "":
		span := x.since.Format(time.RFC3339) + "/" + x.until.Format(time.RFC3339)
		if t, err = x.c.tables(ctx, onThing("client", *x.client), onThing("time", span)); err == nil {
			all, err = x.accountsPutByClient(ctx, t)
		}
	case *x.holder != "":
		var h holder
		t, h, err = x.c.person(ctx, *x.idType, []string{*x.holder})
		for _, a := range h.Accounts {
			all = append(all, selectedAccount{Account: a})
		}
	default:
		var targets []target
		for _, name := range x.names {
			targets = append(targets, onAccount(name))
		}
		if t, err = x.c.tables(ctx, targets...); err != nil {
			return t, nil, err
		}
		for _, name := range x.names {
			a, err := t.account(ctx, name)
			if err != nil {
				return t, nil, err
			}
			all = append(all, selectedAccount{Account: a})
		}
	}
	if err == nil && len(all) == 0 {
		err = x.explainNoAccount(ctx, t)
	}
	return t, all, err
}

// explainNoAccount returns the error that says why no account was selected.
func (x *accountFilter) explainNoAccount(ctx context.Context, t tables) error {
	nothing := errors.New("there are no such accounts")
	if *x.client == "" {
		return nothing
	}
	if known, err := t.sessions.HasPut(ctx, *x.client); known || err != nil {
		return cmp.Or(err, nothing)
	}
	return cmp.Or(x.c.findClient(*x.client, fmt.Sprintf("it has put no account in the last %d days", int(identity.PutsKept.Hours()/24))), nothing)
}

// findClient refuses the id of a client that has done nothing of the named kind and is not in
// CLIENTS, if that is set: it is probably mistyped.
func (c console) findClient(id, what string) error {
	unknown := fmt.Errorf("the client %q is unknown: %s", id, what)
	if c.getenv(config.Clients) == "" {
		return fmt.Errorf("%w; set %s to search there too", unknown, config.Clients)
	}
	settings, err := config.Load(c.getenv, config.Clients)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(settings.Clients, func(c identity.Client) bool { return c.ID == id }) {
		return nil
	}
	return fmt.Errorf("%w, and is not in %s", unknown, config.Clients)
}

func (x *accountFilter) accountsPutByClient(ctx context.Context, t tables) (all []selectedAccount, err error) {
	puts, err := t.sessions.AccountsPutBy(ctx, *x.client, x.since, x.until)
	if err != nil {
		return nil, err
	}
	at := map[[2]string]int{}
	for _, put := range puts {
		if *x.putKind != "" && !slices.Contains(put.Did, *x.putKind) {
			continue
		}
		key := [2]string{put.Portal, put.Username}
		if i, ok := at[key]; ok {
			all[i].puts = append(all[i].puts, put)
			continue
		}
		a, err := t.sessions.Account(ctx, put.Portal, put.Username)
		if errors.Is(err, sessions.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		at[key] = len(all)
		all = append(all, selectedAccount{a, []identity.AccountPut{put}})
	}
	return all, nil
}

// showAccount prints one account with masked numbers.
func (c console) showAccount(ctx context.Context, args []string) error {
	t, a, err := c.oneAccount(ctx, "accounts show", args)
	if err != nil {
		return err
	}
	phone, err := t.sessions.Phone(ctx, a.Holder, a.Portal)
	if err != nil {
		return err
	}
	return c.print(map[string]any{
		"username": a.Username, "portal": a.Portal, "name": a.Name, "organisation": describeOrganisation(a.Organisation), "idType": a.IDType,
		"idNumber": certificate.MaskIDNumber(a.IDNumber), "realNameLevel": a.RealNameLevel,
		"passwordSet": a.PasswordHash != "", "phoneBound": phone.IsBound(), "sessions": len(a.Sessions),
		"createdAt": a.CreatedAt, "updatedAt": a.UpdatedAt,
	})
}

// listAccounts lists accounts with masked numbers.
func (c console) listAccounts(ctx context.Context, args []string) error {
	f := c.flags("accounts list", "[USER@PORTAL...]")
	x := c.choice(f)
	asJSON := f.Bool("json", false, "print one JSON object a line")
	names, err := parse(f, args, 0, -1)
	if err != nil {
		return err
	}
	if err := x.check(names); err != nil {
		return err
	}
	t, all, err := x.accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if err := c.printAccount(ctx, t, a, *asJSON); err != nil {
			return err
		}
	}
	return nil
}

func (c console) printAccount(ctx context.Context, t tables, a selectedAccount, asJSON bool) error {
	phone, err := t.sessions.Phone(ctx, a.Holder, a.Portal)
	if err != nil {
		return err
	}
	type put struct {
		At     time.Time `json:"at"`
		Client string    `json:"client"`
		Did    []string  `json:"did,omitempty"`
	}
	answer := struct {
		Account      string               `json:"account"`
		Holder       string               `json:"holder"` // keyed hash
		Name         string               `json:"name"`
		IDNumber     string               `json:"idNumber"`
		Organisation *client.Organisation `json:"organisation,omitempty"`
		PasswordSet  bool                 `json:"passwordSet"`
		PhoneBound   bool                 `json:"phoneBound"`
		Sessions     int                  `json:"sessions"`
		CreatedAt    time.Time            `json:"createdAt"`
		UpdatedAt    time.Time            `json:"updatedAt"`
		Puts         []put                `json:"puts,omitempty"`
	}{
		Account: a.Username + "@" + a.Portal, Holder: a.Holder, Name: certificate.MaskName(a.Name), IDNumber: certificate.MaskIDNumber(a.IDNumber),
		Organisation: describeOrganisation(a.Organisation),
		PasswordSet:  a.PasswordHash != "", PhoneBound: phone.IsBound(), Sessions: len(a.Sessions),
		CreatedAt: toBeijingTime(a.CreatedAt), UpdatedAt: toBeijingTime(a.UpdatedAt),
	}
	for _, p := range a.puts {
		answer.Puts = append(answer.Puts, put{toBeijingTime(p.At), p.Client, p.Did})
	}
	if asJSON {
		return json.NewEncoder(c.out).Encode(answer)
	}
	name := answer.Name
	if o := answer.Organisation; o != nil {
		name += "  for " + certificate.EscapeText(o.Name) + " " + o.USCC
	}
	fmt.Fprintf(c.out, "%s  %s  %s  created %s  password %t  phone %t  %d sessions\n", answer.Account, name, answer.IDNumber,
		formatBeijingTime(answer.CreatedAt), answer.PasswordSet, answer.PhoneBound, answer.Sessions)
	for _, p := range answer.Puts {
		fmt.Fprintf(c.out, "  put %s by %s  %s\n", formatBeijingTime(p.At), p.Client, strings.Join(p.Did, " "))
	}
	return nil
}

// describeOrganisation returns the organisation for which an account's person acts, nil for none.
func describeOrganisation(o *identity.Organisation) *client.Organisation {
	if o == nil {
		return nil
	}
	return &client.Organisation{Name: o.Name, USCC: o.USCC}
}

// revokeAccounts removes everything that gives access to the accounts: sessions, password, link,
// devices, and the phone that the portal states. The limits on opening them again are reset.
func (c console) revokeAccounts(ctx context.Context, args []string) error {
	f := c.flags("accounts revoke", "[USER@PORTAL...]")
	x := c.choice(f)
	sure := f.Bool("yes", false, "do it; without it, the accounts are only listed")
	asJSON := f.Bool("json", false, "print one JSON object a line")
	names, err := parse(f, args, 0, -1)
	if err != nil {
		return err
	}
	if err := x.check(names); err != nil {
		return err
	}
	if _, err := config.Load(c.getenv, config.LimitsKey); err != nil {
		return fmt.Errorf("%w: this command resets limits too: %w", errUsage, err)
	}
	t, all, err := x.accounts(ctx)
	if err != nil {
		return err
	}
	revoked := 0
	for _, a := range all {
		if *sure {
			if err := c.revoke(ctx, t, a.Account); err != nil {
				return fmt.Errorf("after %d revoked accounts, at %s@%s: %w\n  the same command revokes the rest", revoked, a.Username, a.Portal, err)
			}
			revoked++
			c.audit.noteCounts(map[string]int{"revoked": revoked})
			if a.Account, err = t.sessions.Account(ctx, a.Portal, a.Username); err != nil {
				return err
			}
		}
		if err := c.printAccount(ctx, t, a, *asJSON); err != nil {
			return err
		}
	}
	if !*asJSON {
		verb := map[bool]string{true: "revoked", false: "would be revoked, with -yes"}[*sure]
		fmt.Fprintf(c.out, "%s: %d accounts\n", verb, len(all))
	}
	return nil
}

// revoke writes the revocation of an account to the journal, and revokes the account.
func (c console) revoke(ctx context.Context, t tables, a identity.Account) error {
	at := c.now().UTC().Truncate(time.Millisecond)
	if err := t.noteAccount(ctx, a, false, at); err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := t.sessions.RefillLimits(ctx, a)
		if err == nil {
			err = t.sessions.RevokeAccount(ctx, a, at)
		}
		if !errors.Is(err, sessions.ErrChanged) || try == eraseTries {
			return err
		}
		if a, err = t.sessions.Account(ctx, a.Portal, a.Username); err != nil {
			return err
		}
	}
}

// noteAccount writes to the journal that an account is revoked, or that only its sessions end.
func (t tables) noteAccount(ctx context.Context, a identity.Account, sessions bool, at time.Time) error {
	e := journal.Erased{Holder: a.Holder}
	which, err := json.Marshal(journal.Account{Portal: a.Portal, Username: a.Username, Sessions: sessions})
	if err != nil {
		return err
	}
	if e.Account, err = t.sealer.Seal(string(which), e.Place(at)); err != nil {
		return err
	}
	return t.journal.Append(ctx, journal.Erasure, at, e)
}

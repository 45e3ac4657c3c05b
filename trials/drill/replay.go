package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const newPassword = "Restored-drill-2026"

// changes are made after the point in time to which the tables are restored.
type changes struct {
	withdrawn client.Endorsement
	consent   client.Consent
	ended     *seed.Session
	erased    seed.Holder
}

// restorePointInTime restores the tables to a point in time, and applies the journal.
func (d *drill) restorePointInTime(ctx context.Context, withoutReplay bool) {
	d.Heading("the tables restored to a point in time")
	var c changes
	backup := filepath.Join(d.backup, "point-in-time")
	if !d.Step("a holder makes a copy, consents to more being seen of another, and is logged in twice", func() (err error) {
		c, err = d.prepareChanges(ctx)
		return err
	}) {
		return
	}
	at := time.Now().UTC()
	if !d.Step("at that time the tables are copied", func() error {
		_, err := d.storage.backUp(ctx, backup)
		return err
	}) || !d.Step("after it the copy is withdrawn, the consent ended, the password changed, a session ended, and another person erased",
		func() error { return d.makeChanges(ctx, c) }) {
		return
	}
	d.Step("none of it is lost", func() error { return d.checkNothingLost(ctx, c) })
	if !d.Step("restored: the tables are as they were at that time", func() error {
		must.Do(d.storage.deleteTables(ctx))
		must.Do(d.storage.createTables(ctx))
		return d.storage.restoreTables(ctx, backup)
	}) {
		return
	}
	d.Step("without the journal, they undo all of it: "+strings.Join(losses(), ", "), func() error {
		err := d.checkNothingLost(ctx, c)
		if lost, ok := errors.AsType[lostError](err); !ok || !slices.Equal(lost, losses()) {
			return fmt.Errorf("want all of it lost: %w", err)
		}
		return nil
	})
	if !withoutReplay {
		d.Step("jiazhu restore replay: the journal since then is applied", func() error { return d.replayJournal(ctx, at) })
		d.Step("replayed once more, the tables stay as they are", func() error {
			replayed := filepath.Join(d.backup, "replayed")
			must.Get(d.storage.backUp(ctx, replayed))
			must.Do(d.replayJournal(ctx, at))
			return d.storage.checkUnchanged(ctx, replayed, filepath.Join(d.backup, "replayed-again"))
		})
	}
	d.Step("nothing is undone: none of it is lost, and the new password opens the account", func() error {
		must.Do(d.checkNothingLost(ctx, c))
		return d.logIn(ctx, d.subject.Session.Holder.Username, newPassword)
	})
}

// prepareChanges makes what is to be changed. The person to be erased is a demo holder with accounts on both portals.
func (d *drill) prepareChanges(ctx context.Context) (c changes, err error) {
	defer must.Catch(&err)
	a := d.subject
	c.erased = d.service.Holder("level-two constructor, Beijing")
	c.withdrawn = must.Get(a.Session.Endorse(ctx, a.Certificate, client.EndorsementAsk{}))
	c.consent = must.Get(a.Session.Consent(ctx, a.Valid, "示例招标代理", "name"))
	c.ended = must.Get(a.API.Login(ctx, seed.Ministry, a.Session.Holder))
	must.Get(a.API.Login(ctx, seed.Ministry, c.erased))
	return c, nil
}

func (d *drill) makeChanges(ctx context.Context, c changes) error {
	a := d.subject
	must.Get(a.Session.Withdraw(ctx, c.withdrawn, "不再参加该项目"))
	must.Do(a.Session.Revoke(ctx, a.Valid, c.consent.Consent))
	must.Do(c.ended.Logout(ctx))
	change := client.PasswordChange{Current: seed.Password, New: newPassword}
	must.Do(client.Check(a.API.Client().SetPassword(ctx, change, client.Bearer(a.Session.Token))))
	return d.runCommand(ctx, "erase", "-yes", c.erased.Username+"@"+seed.Ministry, c.erased.Username+"@"+seed.National)
}

// losses are what restored tables undo, in order.
func losses() []string {
	return []string{"the withdrawal", "the end of the consent", "the new password", "the end of the session", "the erasure"}
}

// lostError lists what was undone.
type lostError []string

func (l lostError) Error() string { return "lost: " + strings.Join(l, ", ") }

// checkNothingLost is a lostError where something was undone.
func (d *drill) checkNothingLost(ctx context.Context, c changes) (err error) {
	defer must.Catch(&err)
	a := d.subject
	v := must.Get(a.API.Verify(ctx, client.VerificationAsk{Token: c.withdrawn.Token()}))
	shown := must.Get(a.API.Verify(ctx, client.VerificationAsk{Token: c.consent.Link}))
	oldPassword, erased := d.logIn(ctx, a.Session.Holder.Username, seed.Password), d.logIn(ctx, c.erased.Username, seed.Password)
	session := client.Check(a.API.Client().GetAccount(ctx, client.Bearer(c.ended.Token)))
	var lost lostError
	for i, undone := range []bool{v.Verdict == client.VerdictVerdictValid, shown.DisclosedName() != "", oldPassword == nil, session == nil, erased == nil} {
		if undone {
			lost = append(lost, losses()[i])
		}
	}
	if len(lost) > 0 {
		return lost
	}
	for _, err := range []error{oldPassword, session, erased} { // refused, and not for another reason
		if p, ok := errors.AsType[*client.Problem](err); !ok || p.Status != http.StatusUnauthorized {
			return err
		}
	}
	return nil
}

func (d *drill) logIn(ctx context.Context, username, password string) error {
	return client.Check(d.subject.API.Client().Login(ctx, client.Login{Portal: seed.Ministry, Username: username, Password: password}))
}

// replayJournal counts what the journal has, then applies it.
func (d *drill) replayJournal(ctx context.Context, since time.Time) error {
	args := []string{"restore", "replay", "-since", since.Format(time.RFC3339)}
	must.Do(d.runCommand(ctx, args...))
	return d.runCommand(ctx, append(args, "-yes")...)
}

// runCommand runs the operators' command and prints its output.
func (d *drill) runCommand(ctx context.Context, args ...string) error {
	code, output, err := d.service.Run(ctx, testservice.Command{}, args...)
	for line := range strings.Lines(output) {
		fmt.Fprintf(d.Out, "                %s\n", strings.TrimRight(line, "\n"))
	}
	if err == nil && code != 0 {
		err = fmt.Errorf("jiazhu %s: exit code %d", strings.Join(args, " "), code)
	}
	return err
}

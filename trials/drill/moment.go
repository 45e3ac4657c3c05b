package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// laterChanges is what is done after the moment to which the tables are restored.
type laterChanges struct {
	withdrawn client.Endorsement
	consent   client.Consent
	ended     *seed.Session
	erased    seed.Holder
}

const newPassword = "Restored-drill-2026"

// restoreTablesToMoment restores the tables to a moment, and brings forward what only ever moves one way.
func (d *drillRun) restoreTablesToMoment(ctx context.Context) {
	d.heading("the tables restored to a moment")
	var after laterChanges
	folder := filepath.Join(d.backupDir, "moment")
	if !d.step("a holder makes a copy, consents to more being seen of another, and is logged in twice", func() (err error) {
		after, err = d.fixture.makeLaterChanges(ctx)
		return err
	}) {
		return
	}
	moment := time.Now().UTC()
	if !d.step("the moment: the tables are copied away", func() error {
		_, err := d.storage.backUp(ctx, folder)
		return err
	}) || !d.step("after it the copy is withdrawn, the consent ended, the password changed, a session ended, and another person erased",
		func() error { return d.undoRestore(ctx, after) }) {
		return
	}
	d.step("none of it is lost", func() error { return d.fixture.checkNothingLost(ctx, after) })
	if !d.step("restored: the tables are as they were at the moment", func() error {
		return errors.Join(d.storage.loseTables(ctx), d.storage.makeTables(ctx), d.storage.restoreTables(ctx, folder))
	}) {
		return
	}
	d.step("not replayed, they take back all of it: "+strings.Join(losses(), ", "), func() error {
		var lost lostError
		if err := d.fixture.checkNothingLost(ctx, after); !errors.As(err, &lost) || !slices.Equal(lost, losses()) {
			return fmt.Errorf("%w, and all was expected", errorOr(err, "nothing is lost"))
		}
		return nil
	})
	if !d.withoutReplay {
		d.step("jiazhu restore replay: what the journal holds since is applied", func() error { return d.replayJournal(ctx, moment) })
		d.step("replayed once more, the tables stay as they are", func() error {
			before := filepath.Join(d.backupDir, "replayed")
			if _, err := d.storage.backUp(ctx, before); err != nil {
				return err
			}
			return errors.Join(d.replayJournal(ctx, moment), d.storage.checkUnchanged(ctx, before, filepath.Join(d.backupDir, "replayed-again")))
		})
	}
	d.step("nothing is taken back: none of it is lost, and the new password opens the account", func() error {
		return errors.Join(d.fixture.checkNothingLost(ctx, after), d.fixture.open(ctx, newPassword))
	})
}

// makeLaterChanges makes what is to be taken back. The person to be erased is the last of the demo's, with accounts on both portals.
func (a *fixture) makeLaterChanges(ctx context.Context) (s laterChanges, err error) {
	holders := seed.Holders(civil.Of(time.Now()))
	s.erased = holders[len(holders)-1]
	if s.withdrawn, err = a.session.Endorse(ctx, a.certificate, client.EndorsementAsk{}); err != nil {
		return s, err
	}
	if s.consent, err = a.session.Consent(ctx, a.valid, "示例招标代理", "name"); err != nil {
		return s, err
	}
	if s.ended, err = a.api.Login(ctx, seed.Ministry, a.session.Holder); err != nil {
		return s, err
	}
	_, err = a.api.Login(ctx, seed.Ministry, s.erased)
	return s, err
}

func (d *drillRun) undoRestore(ctx context.Context, s laterChanges) error {
	if _, err := d.fixture.session.Withdraw(ctx, s.withdrawn, "不再参加该项目"); err != nil {
		return err
	}
	if err := d.fixture.session.Revoke(ctx, d.fixture.valid, s.consent.Consent); err != nil {
		return err
	}
	if err := s.ended.Logout(ctx); err != nil {
		return err
	}
	err := d.fixture.session.Do(ctx, http.MethodPut, "/v1/account/password", map[string]string{"current": seed.Password, "new": newPassword}, nil)
	if err != nil {
		return err
	}
	return d.jiazhu(ctx, "erase", "-yes", s.erased.Username+"@"+seed.Ministry, s.erased.Username+"@"+seed.National)
}

// losses are what restored tables take back, in order.
func losses() []string {
	return []string{"the withdrawal", "the end of the consent", "the new password", "the end of the session", "the erasure"}
}

// lostError says what was taken back.
type lostError []string

func (l lostError) Error() string { return "lost: " + strings.Join(l, ", ") }

// checkNothingLost is a lostError where something was taken back.
func (a *fixture) checkNothingLost(ctx context.Context, s laterChanges) error {
	v, err := a.api.Verify(ctx, client.VerificationAsk{Token: s.withdrawn.Token()})
	if err != nil {
		return err
	}
	shown, err := a.api.Verify(ctx, client.VerificationAsk{Token: s.consent.Link})
	if err != nil {
		return err
	}
	account := func(s *seed.Session) error { return s.Do(ctx, http.MethodGet, "/v1/account", nil, nil) }
	oldPassword, erased := a.open(ctx, seed.Password), a.login(ctx, s.erased.Username, seed.Password)
	session := account(s.ended)
	var lost lostError
	for i, is := range []bool{v.Verdict == "valid", shown.DisclosedName() != "", oldPassword == nil, session == nil, erased == nil} {
		if is {
			lost = append(lost, losses()[i])
		}
	}
	if len(lost) > 0 {
		return lost
	}
	for _, err := range []error{oldPassword, session, erased} { // refused, and not for another reason
		var p *client.Problem
		if !errors.As(err, &p) || p.Status != http.StatusUnauthorized {
			return err
		}
	}
	return nil
}

// open logs the scene's holder in.
func (a *fixture) open(ctx context.Context, password string) error {
	return a.login(ctx, a.session.Holder.Username, password)
}

func (a *fixture) login(ctx context.Context, username, password string) error {
	return a.api.Do(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{"portal": seed.Ministry, "username": username, "password": password},
	}, nil)
}

// replayJournal applies the journal, counted first and done then.
func (d *drillRun) replayJournal(ctx context.Context, moment time.Time) error {
	since := []string{"restore", "replay", "-since", moment.Format(time.RFC3339)}
	return errors.Join(d.jiazhu(ctx, since...), d.jiazhu(ctx, append(since, "-yes")...))
}

// jiazhu runs the operators' command on the stack's tables, and prints what it says.
func (d *drillRun) jiazhu(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, filepath.Join(d.root, "build", "jiazhu"), args...)
	p := d.stack.Paths
	command.Env = append(os.Environ(),
		"RECORDS_TABLE="+template.TableName("Records"), "SESSIONS_TABLE="+template.TableName("Sessions"), "JOURNAL_BUCKET="+template.BucketName("Journal"),
		"NAMES_KEY="+testkeys.Location(p.NamesKey), "LIMITS_KEY="+testkeys.Location(p.LimitsKey), "FIELD_KEY="+testkeys.Location(p.FieldKey),
		"INTEGRITY_KEY="+testkeys.Location(p.IntegrityKey))
	for name, value := range d.stack.Storage.Environment() {
		command.Env = append(command.Env, name+"="+value)
	}
	said, err := command.CombinedOutput()
	for line := range strings.Lines(string(said)) {
		fmt.Fprintf(d.out, "               %s\n", strings.TrimRight(line, "\n"))
	}
	if err != nil {
		return fmt.Errorf("jiazhu %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
)

// Snapshot is what the service says about a subject, and gives.
type Snapshot struct {
	Verdicts map[string]string // by what is handed in, without the time
	History  []string          // of endorsements, newest first
	Ledger   []string          // ids of verifications, newest first
	Account  string
	Files    map[string]string // SHA-256 by kind
}

// Take asks the service for everything, in the session of the subject.
func (a *Subject) Take(ctx context.Context) (s Snapshot, err error) {
	defer must.Catch(&err)
	s = must.Get(a.TakeWithoutFiles(ctx))
	s.Files = map[string]string{}
	for _, kind := range Kinds() {
		s.Files[kind] = Digest(must.Get(a.Session.Download(ctx, a.Valid, kind)))
	}
	return s, nil
}

// TakeWithoutFiles is Take where the files are not to be had.
func (a *Subject) TakeWithoutFiles(ctx context.Context) (s Snapshot, err error) {
	defer must.Catch(&err)
	s.Verdicts = must.Get(a.TakeVerdicts(ctx))
	for _, e := range must.Get(a.Session.History(ctx, a.Certificate, client.ListEndorsementsParams{Limit: new(pageSize)})) {
		line := fmt.Sprint(e.Endorsement, " ", e.MadeAt, " ", e.State, " ", e.UseUntil, " ", e.CopyDigest)
		for _, kind := range Kinds() {
			line += " " + e.File(kind).SHA256
		}
		s.History = append(s.History, line)
	}
	c, bearer := a.API.Client(), client.Bearer(a.Session.Token)
	params := &client.ListVerificationsParams{Limit: new(pageSize)}
	page := must.Get(client.Read[client.VerificationPage](c.ListVerifications(ctx, a.Certificate, params, bearer)))
	for _, e := range page.Items {
		s.Ledger = append(s.Ledger, e.ID)
	}
	if !a.AcrossVersions {
		account := must.Get(client.Read[json.RawMessage](c.GetAccount(ctx, bearer)))
		s.Account = string(account)
	}
	return s, nil
}

// pageSize is how many entries of the history and of the ledger are read; the newest come first.
const pageSize = 50

// TakeVerdicts asks every question.
func (a *Subject) TakeVerdicts(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	for name, ask := range a.Questions() {
		v, err := ask(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[name] = a.describe(v)
	}
	return all, nil
}

// describe is a verdict without the time of day.
func (a *Subject) describe(v client.Verdict) string {
	text := fmt.Sprint(v.Verdict, " ", v.Code)
	for _, c := range v.Checks {
		if a.AcrossVersions && (c.Check == "consent" || v.Verdict == client.VerdictVerdictInvalid && c.Check == "certificate") {
			continue
		}
		text += fmt.Sprintf(" %s=%s", c.Check, c.Result)
	}
	if v.Now != nil {
		for _, c := range v.Now.Checks {
			text += fmt.Sprintf(" now %s=%s", c.Check, c.Result)
		}
	}
	if v.Subject != nil {
		text += fmt.Sprintf(" %s, disclosed %t", v.Subject.Name, v.DisclosedName() != "")
	}
	return text
}

// Compare compares with what the service says now. The history and the ledger may have grown.
func (s Snapshot) Compare(now Snapshot) error {
	return errors.Join(s.CompareWithoutFiles(now), difference(s.Files, now.Files))
}

// CompareWithoutFiles is Compare where the files are not to be had.
func (s Snapshot) CompareWithoutFiles(now Snapshot) error {
	errs := []error{difference(s.Verdicts, now.Verdicts), difference(s.Account, now.Account)}
	for _, line := range s.History {
		if !slices.Contains(now.History, line) {
			errs = append(errs, fmt.Errorf("the history no longer has %s", line))
		}
	}
	for _, id := range s.Ledger {
		if !slices.Contains(now.Ledger, id) && len(now.Ledger) < pageSize {
			errs = append(errs, fmt.Errorf("the ledger no longer has the verification %s", id))
		}
	}
	return errors.Join(errs...)
}

func difference(before, now any) error {
	if diff := cmp.Diff(before, now); diff != "" {
		return errors.New("-before +now:\n" + diff)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/jiazhu/jiazhu/local/seed"
)

const journalBucket = "JOURNAL_BUCKET" // the setting

// operator is an operator who has the command, its keys, and credentials for the tables and buckets.
type operator struct {
	*fixture
	objects *s3.Client
	journal string // the journal's bucket; "" = there is none
	people  []seed.Holder
}

func (s *fixture) commandScenario(order int) scenario {
	return scenario{"An operator with the command", func(ctx context.Context) ([]attempt, error) {
		t := &operator{fixture: s, journal: s.stack.Operator()[journalBucket]}
		c, err := s.stack.Storage.Config(ctx)
		if err != nil {
			return nil, err
		}
		t.objects = s3.NewFromConfig(c, func(o *s3.Options) { o.BaseEndpoint, o.UsePathStyle = &s.stack.Storage.S3, true })
		for len(t.people) < 3 {
			h := seed.EndorsableHolder(order, s.today)
			order++
			if len(t.people) == 1 && !strings.HasSuffix(h.IDNumber(), "X") {
				continue
			}
			if err := s.target.Enter(ctx, []seed.Holder{h}); err != nil {
				return nil, err
			}
			t.people = append(t.people, h)
		}
		return t.attempts(), nil
	}}
}

func (t *operator) attempts() []attempt {
	first, endingInX, third := t.people[0], t.people[1], t.people[2]
	account := first.Username + "@" + seed.Ministry
	return []attempt{
		{"exports everything kept of a person", grantedRole, t.export(first)},
		{"ends a person's sessions, and nothing of it is written down", "", t.runAndCheckLog("accounts", "end", account)},
		{"exports a person, and nothing of it is written down", "", t.runAndCheckLog("export", account)},
		{"gives a command without the log it is written in", "", t.runWithoutLog(account)},
		{"removes what was written down, version by version", "", t.unlog},
		{"erases a person by the ID number, and something of them remains", "", t.erase(first, first.IDNumber(), "-")},
		{"… by a number written with a small x", "", t.erase(endingInX, strings.ToLower(endingInX.IDNumber()), "-")},
		{"… by the name of one of their accounts", "", t.erase(third, "", third.Username+"@"+seed.Ministry)},
	}
}

func (t *operator) export(h seed.Holder) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		code, said, err := t.jiazhu(ctx, h.IDNumber(), "export", "-")
		if err == nil && code != 0 {
			err = errors.New(said)
		}
		return textIf("all of it, in clear", strings.Contains(said, h.Number)), err
	}
}

// logVersions is every version of every entry of the log of commands.
func (t *operator) logVersions(ctx context.Context) (all []types.ObjectVersion, err error) {
	if t.journal == "" {
		return nil, nil
	}
	prefix := "journal/audit/"
	pages := s3.NewListObjectVersionsPaginator(t.objects, &s3.ListObjectVersionsInput{Bucket: &t.journal, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Versions...)
	}
	return all, nil
}

func (t *operator) runAndCheckLog(args ...string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		before, err := t.logVersions(ctx)
		if err != nil {
			return "", err
		}
		code, said, err := t.jiazhu(ctx, "", args...)
		if err != nil || code != 0 {
			return "", errors.Join(err, errors.New(said))
		}
		after, err := t.logVersions(ctx)
		return textIf("no record of it", len(after) == len(before)), err
	}
}

func (t *operator) runWithoutLog(account string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		code, _, err := t.command(ctx, map[string]string{journalBucket: ""}, "", "accounts", "end", account)
		return textIf("the sessions are ended", code == 0), err
	}
}

func (t *operator) unlog(ctx context.Context) (string, error) {
	before, err := t.logVersions(ctx)
	if err != nil {
		return "", err
	}
	bypass := true
	for _, v := range before {
		for _, in := range []*s3.DeleteObjectInput{
			{Bucket: &t.journal, Key: v.Key, VersionId: v.VersionId, BypassGovernanceRetention: &bypass}, {Bucket: &t.journal, Key: v.Key, VersionId: v.VersionId}, {Bucket: &t.journal, Key: v.Key},
		} {
			_, _ = t.objects.DeleteObject(ctx, in) // whether it is gone is asked below
		}
	}
	after, err := t.logVersions(ctx)
	return textIf(fmt.Sprintf("%d of %d entries are gone", len(before)-len(after), len(before)), len(after) < len(before)), err
}

// erase looks for what is left of a person where the command says that it is done.
func (t *operator) erase(h seed.Holder, input, name string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		code, _, err := t.jiazhu(ctx, input, "erase", "-yes", name)
		if err != nil || code != 0 {
			return "", err // who is told that it failed goes on
		}
		var left []string
		for _, portal := range []string{seed.Ministry, seed.National} {
			if _, err := t.api.Login(ctx, portal, h); err == nil {
				left = append(left, "the account on "+portal)
			}
		}
		return strings.Join(left, ", "), nil
	}
}

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const journalBucket = "JOURNAL_BUCKET" // the setting

// operator is an operator who has the command, its keys, and credentials for the tables and buckets.
type operator struct {
	*fixture
	objects *s3.Client
	journal string // the journal's bucket
	people  []seed.Holder
}

func (s *fixture) commandScenario(order int) scenario {
	return scenario{"An operator with the command", func(ctx context.Context) []attempt {
		t := &operator{fixture: s, journal: s.Operator()[journalBucket]}
		t.objects = s.Objects()
		for len(t.people) < 3 {
			if len(t.people) != 1 || strings.HasSuffix(seed.EndorsableHolder(order, s.Today).IDNumber(), "X") {
				t.people = append(t.people, s.person(ctx, order))
			}
			order++
		}
		return t.attempts()
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

func (t *operator) export(h seed.Holder) func(context.Context) string {
	return func(ctx context.Context) string {
		_, output := t.command(ctx, testservice.Command{Input: h.IDNumber()}, "export", "-")
		return textIf("all of it, in clear", strings.Contains(output, h.Number))
	}
}

// logVersions is every version of every entry of the log of commands.
func (t *operator) logVersions(ctx context.Context) (all []types.ObjectVersion) {
	prefix := "journal/audit/"
	pages := s3.NewListObjectVersionsPaginator(t.objects, &s3.ListObjectVersionsInput{Bucket: &t.journal, Prefix: &prefix})
	for pages.HasMorePages() {
		page := must.Get(pages.NextPage(ctx))
		all = append(all, page.Versions...)
	}
	return all
}

func (t *operator) runAndCheckLog(args ...string) func(context.Context) string {
	return func(ctx context.Context) string {
		before := t.logVersions(ctx)
		t.jiazhu(ctx, args...)
		after := t.logVersions(ctx)
		return textIf("no record of it", len(after) == len(before))
	}
}

func (t *operator) runWithoutLog(account string) func(context.Context) string {
	return func(ctx context.Context) string {
		without := testservice.Command{Settings: map[string]string{journalBucket: ""}}
		code, _ := t.command(ctx, without, "accounts", "end", account)
		return textIf("the sessions are ended", code == 0)
	}
}

func (t *operator) unlog(ctx context.Context) string {
	before := t.logVersions(ctx)
	bypass := true
	for _, v := range before {
		for _, in := range []*s3.DeleteObjectInput{
			{Bucket: &t.journal, Key: v.Key, VersionId: v.VersionId, BypassGovernanceRetention: &bypass},
			{Bucket: &t.journal, Key: v.Key, VersionId: v.VersionId},
			{Bucket: &t.journal, Key: v.Key},
		} {
			_, _ = t.objects.DeleteObject(ctx, in) // whether it is gone is asked below
		}
	}
	after := t.logVersions(ctx)
	return textIf(fmt.Sprintf("%d of %d entries are gone", len(before)-len(after), len(before)), len(after) < len(before))
}

// erase looks for what is left of a person where the command says that it is done.
func (t *operator) erase(h seed.Holder, input, name string) func(context.Context) string {
	return func(ctx context.Context) string {
		if code, _ := t.command(ctx, testservice.Command{Input: input}, "erase", "-yes", name); code != 0 {
			return "" // the operator sees that it failed
		}
		var left []string
		for _, portal := range []string{seed.Ministry, seed.National} {
			if _, err := t.API.Login(ctx, portal, h); err == nil {
				left = append(left, "the account on "+portal)
			}
		}
		return strings.Join(left, ", ")
	}
}

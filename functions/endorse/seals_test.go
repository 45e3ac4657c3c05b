package main

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// changeSeal enters a change of the state of one of the seals that the fixture's issuer has.
func (c fixture) changeSeal(t *testing.T, id string, state sealhistory.State) {
	t.Helper()
	defer must.Fatal(t)
	name := sealhistory.Name{Issuer: c.record.Certificate.Issuer.Code, ID: id}
	read := must.Get(c.Records.ReadSeals(t.Context()))
	h := must.Get(read.Of[name].Add(sealhistory.Change{State: state, Recorded: c.Clock.Now(), By: "operator:test", Why: "印章遗失"}))
	must.Do(c.Records.WriteSealHistory(t.Context(), read, name, h))
}

// TestAStoppedSealSealsNothing: a sealing a minute before the suspension is made, one a minute after it
// is refused and leaves no file, and the state counts also for a function whose clock is behind.
func TestAStoppedSealSealsNothing(t *testing.T) {
	const sealID = "11010200000001"
	for id, word := range map[string]string{sealID: sealID, strings.Repeat("a", 64): "aaaa", strings.Repeat("b", 64): "bbbb"} {
		c := newFixture(t, nil)
		endorse := func() (status int, body string) {
			reply := c.endorse(t, c.signIn(t), rand.Text(), `{}`)
			return reply.Status, reply.Body
		}
		if status, body := endorse(); status != 201 {
			t.Fatal(body)
		}
		stored := len(c.Keys(t, c.Bucket))
		c.Clock.Advance(time.Minute)
		c.changeSeal(t, id, sealhistory.Suspended)
		for _, later := range []time.Duration{time.Minute, -2 * time.Minute} {
			c.Clock.Advance(later)
			reply := c.endorse(t, c.signIn(t), rand.Text(), `{}`)
			reply.WantProblem(t, 409, "seal-suspended")
			for _, part := range []string{c.record.Certificate.Issuer.Name, word, "停用", "平台"} {
				if !strings.Contains(reply.Body, part) {
					t.Errorf("the problem does not name %q: %s", part, reply.Body)
				}
			}
		}
		if now := len(c.Keys(t, c.Bucket)); now != stored || len(c.history(t)) != 1 {
			t.Errorf("something was sealed: %d files, before %d", now, stored)
		}
		c.Clock.Advance(2 * time.Minute)
		c.changeSeal(t, id, sealhistory.Active)
		c.Clock.Advance(-time.Minute)
		if status, body := endorse(); status != 409 { // the copy would state a time of the suspension
			t.Errorf("by a clock that is behind: %d %s", status, body)
		}
		c.Clock.Advance(time.Minute)
		if status, body := endorse(); status != 201 {
			t.Errorf("after the suspension: %s", body)
		}
		c.changeSeal(t, id, sealhistory.Revoked)
		if status, body := endorse(); status != 409 || !strings.Contains(body, "已注销") {
			t.Errorf("after the revocation: %d %s", status, body)
		}
	}
}

func TestAnotherAuthoritysSealStopsNobody(t *testing.T) {
	c := newFixture(t, nil)
	c.record.Certificate.Issuer.Code = "11110000000021151M"
	c.changeSeal(t, "11010200000001", sealhistory.Revoked)
	c.mustEndorse(t, `{}`)
}

// TestARepeatedRequestIsAnsweredThoughTheSealIsStopped: nothing is sealed for it.
func TestARepeatedRequestIsAnsweredThoughTheSealIsStopped(t *testing.T) {
	c := newFixture(t, nil)
	token, key := c.signIn(t), rand.Text()
	c.endorse(t, token, key, `{}`).Into(t, 201, &endorsementResponse{})
	c.changeSeal(t, "11010200000001", sealhistory.Suspended)
	c.endorse(t, token, key, `{}`).Into(t, 201, &endorsementResponse{})
}

// TestACopyStatesWithWhatItWasSealed, in the register.
func TestACopyStatesWithWhatItWasSealed(t *testing.T) {
	defer must.Fatal(t)
	c := newIssuingFixture(t)
	made := c.mustEndorse(t, `{}`)
	_, e, err := c.Records.ForVerify(t.Context(), made.Certificate, made.Endorsement)
	if err != nil {
		t.Fatal(err)
	}
	sets := must.Get(c.Records.ReadKeySets(t.Context()))
	if len(sets) != 1 || e.KeySet != 1 {
		t.Fatalf("it was sealed with %d of %v", e.KeySet, sets)
	}
	if s := sets[0]; s.Issuer != c.record.Certificate.Issuer.Code || s.Seal == "" || len(s.PDF) != 64 || len(s.OFD) != 64 || s.PDF == s.OFD {
		t.Errorf("it was sealed with %+v", s)
	}
}

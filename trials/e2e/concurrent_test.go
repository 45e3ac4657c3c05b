package e2e

import (
	"crypto/rand"
	"sync"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// endorseResult is what one of several simultaneous requests got.
type endorseResult struct {
	endorsement client.Endorsement
	replayed    bool
	err         error
}

// endorseConcurrently endorses n times at once, each with the key that key gives.
func endorseConcurrently(t *testing.T, s *seed.Session, certificate string, n int, key func(int) string) []endorseResult {
	t.Helper()
	got := make([]endorseResult, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			<-start
			made, replayed, err := s.EndorseOnce(t.Context(), certificate, key(i), client.EndorsementAsk{})
			got[i] = endorseResult{made, replayed, err}
		})
	}
	close(start)
	group.Wait()
	return got
}

func TestOneKeyMakesOneEndorsementHoweverManyAskAtOnce(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "several specialties, one ending soon"))
	before := len(history(t, s, certificate))
	key := rand.Text()
	got := endorseConcurrently(t, s, certificate, 6, func(int) string { return key })
	fresh := 0
	for _, a := range got {
		if a.err != nil {
			t.Fatal(a.err)
		}
		if a.endorsement.Endorsement != got[0].endorsement.Endorsement {
			t.Errorf("%s and %s under one key", a.endorsement.Endorsement, got[0].endorsement.Endorsement)
		}
		if !a.replayed {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d answers are not marked as replays, want 1", fresh)
	}
	if after := len(history(t, s, certificate)); after != before+1 {
		t.Errorf("%d endorsements more, want 1", after-before)
	}
}

func TestTwoKeysMakeTwoEndorsements(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "several specialties, one ending soon"))
	before := len(history(t, s, certificate))
	got := endorseConcurrently(t, s, certificate, 2, func(int) string { return rand.Text() })
	for _, a := range got {
		if a.err != nil {
			t.Fatal(a.err)
		}
	}
	if got[0].endorsement.Endorsement == got[1].endorsement.Endorsement {
		t.Error("both answers name one endorsement")
	}
	if after := len(history(t, s, certificate)); after != before+2 {
		t.Errorf("%d endorsements more, want 2", after-before)
	}
}

package e2e

import (
	"crypto/rand"
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/processes"
)

// kill kills every process of a function, as an out-of-memory killer or a lost host would: at once,
// without a word.
func kill(t *testing.T, function string) {
	t.Helper()
	pids := processes.Functions(os.Getpid())[function]
	if len(pids) == 0 {
		t.Errorf("no process of %s", function)
	}
	for _, pid := range pids {
		if !processes.Kill(pid) {
			t.Errorf("process %d of %s was gone already", pid, function)
		}
	}
}

// skipUnlessLinux skips a test where nobody tells which processes are the functions'.
func skipUnlessLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells which processes are the functions'")
	}
}

func TestAnEndorsementSurvivesItsFunctionBeingKilled(t *testing.T) {
	skipUnlessLinux(t)
	restart(t) // so that no idle process of endorse is left from other tests, to be killed too
	for name, c := range map[string]struct {
		entered bool // whether the transaction reached DynamoDB
	}{
		"after the files are stored, before the transaction": {entered: false},
		"after the transaction, before the answer":           {entered: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, certificate := loginAndIdentify(t, holder(t, "ready"))
			before := history(t, s, certificate)
			key := rand.Text()
			service.proxy.CutAt("TransactWriteItems", func(pass func()) {
				if c.entered {
					pass()
				}
				kill(t, "endorse")
			})
			if _, _, err := s.EndorseOnce(t.Context(), certificate, key, client.EndorsementAsk{}); err == nil {
				t.Fatal("the call got an answer from a dead function")
			}
			after := history(t, s, certificate)
			if got, want := len(after)-len(before), map[bool]int{false: 0, true: 1}[c.entered]; got != want {
				t.Errorf("%d endorsements after the crash, want %d", got, want)
			}

			made, replayed, err := s.EndorseOnce(t.Context(), certificate, key, client.EndorsementAsk{})
			if err != nil {
				t.Fatalf("the retry: %v", err)
			}
			if replayed != c.entered {
				t.Errorf("replayed is %v, want %v", replayed, c.entered)
			}
			if last := history(t, s, certificate); len(last) != len(before)+1 || last[0].Endorsement != made.Endorsement {
				t.Errorf("%d endorsements after the retry, want %d with %s first", len(last), len(before)+1, made.Endorsement)
			}
			if told, err := s.Endorsement(t.Context(), made); err != nil || told.State != "ready" {
				t.Errorf("it is %q, %v", told.State, err)
			}
			for _, file := range []string{"pdf", "ofd", "preview"} {
				if _, err := s.Download(t.Context(), made, file); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// history is the certificate's whole history.
func history(t *testing.T, s *seed.Session, certificate string) []client.Endorsement {
	t.Helper()
	items, err := s.History(t.Context(), certificate, client.ListEndorsementsParams{Limit: new(50)})
	if err != nil {
		t.Fatal(err)
	}
	if len(items) == 50 {
		t.Fatal(fmt.Errorf("the history has more than a page"))
	}
	return items
}

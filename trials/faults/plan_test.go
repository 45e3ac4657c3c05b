package faults

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// storage counts the calls that arrive.
func storage(t *testing.T) (*Proxy, *atomic.Int64) {
	t.Helper()
	var arrived atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived.Add(1)
		_, _ = io.WriteString(w, `{"Item":{}}`)
	}))
	t.Cleanup(server.Close)
	w := NewProxy()
	t.Cleanup(w.Close)
	if err := w.SetTargets(server.URL, server.URL); err != nil {
		t.Fatal(err)
	}
	return w, &arrived
}

// ask makes one attempt of a call and gives up after a while.
func ask(t *testing.T, w *Proxy, id, attempt string, patience time.Duration) (status int, body string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, strings.NewReader(`{"RequestItems":{"t":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.BatchGetItem")
	r.Header.Set("Amz-Sdk-Invocation-Id", id)
	r.Header.Set("Amz-Sdk-Request", "attempt="+attempt+"; max=3")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(read), err
}

func TestAWireDoesToACallWhatItWasTold(t *testing.T) {
	const long = 10 * time.Second
	for kind, want := range map[Kind]struct {
		arrived int64 // before the wire is disarmed
		after   int64
		status  int // 0 = no whole answer
		holds   string
	}{
		Refused:   {0, 0, 0, ""},
		Lost:      {1, 1, 0, ""},
		Truncated: {1, 1, 0, ""},
		Throttled: {0, 0, http.StatusBadRequest, "ProvisionedThroughputExceededException"},
		Partial:   {0, 0, http.StatusOK, `"UnprocessedKeys":{"t":1}`},
		Stale:     {0, 1, 0, ""},
	} {
		t.Run(string(kind), func(t *testing.T) {
			w, arrived := storage(t)
			w.Arm(Fault{At: 1, Kind: kind})
			if _, body, err := ask(t, w, "one", "1", long); err != nil || body != `{"Item":{}}` {
				t.Fatalf("the call before: %q, %v", body, err)
			}
			patience := long
			if kind == Stale {
				patience = 100 * time.Millisecond
			}
			status, body, err := ask(t, w, "two", "1", patience)
			if (want.status == 0) != (err != nil) || err == nil && (status != want.status || !strings.Contains(body, want.holds)) {
				t.Errorf("status %d, %q, %v", status, body, err)
			}
			if got := arrived.Load() - 1; got != want.arrived {
				t.Errorf("it arrived %d times, want %d", got, want.arrived)
			}
			calls, fired := w.Disarm()
			if got := arrived.Load() - 1; got != want.after || fired != 1 || len(calls) != 2 {
				t.Errorf("afterwards it has arrived %d times, want %d; %d faults in %v", got, want.after, fired, calls)
			}
		})
	}
}

func TestASlowCallArrivesWhenItsCallerHasGivenUp(t *testing.T) {
	w, arrived := storage(t)
	w.Arm(Fault{At: 0, Kind: Slow})
	if _, _, err := ask(t, w, "one", "1", 50*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	for arrived.Load() == 0 { // the wire sees the caller go in its own time
		time.Sleep(time.Millisecond)
	}
	w.Disarm()
}

func TestTheAttemptsOfACallAreOneCall(t *testing.T) {
	for _, through := range []bool{false, true} {
		w, arrived := storage(t)
		w.Arm(Fault{At: 0, Kind: Refused, Through: through})
		_, _, first := ask(t, w, "one", "1", time.Minute)
		_, _, second := ask(t, w, "one", "2", time.Minute)
		if first == nil || (second != nil) != through {
			t.Errorf("throughout %v: %v, then %v", through, first, second)
		}
		_, _, third := ask(t, w, "two", "1", time.Minute)
		if calls, fired := w.Disarm(); third != nil || len(calls) != 2 || fired != 1 {
			t.Errorf("throughout %v: %d faults, calls %v, the next call %v", through, fired, calls, third)
		}
		if want := map[bool]int64{false: 2, true: 1}[through]; arrived.Load() != want {
			t.Errorf("throughout %v: %d arrived, want %d", through, arrived.Load(), want)
		}
	}
}

func TestTheSecondFaultCountsFromTheNextTry(t *testing.T) {
	w, _ := storage(t)
	w.Arm(Fault{At: 0, Kind: Refused}, Fault{At: 1, Kind: Refused})
	var broken []string
	for _, id := range []string{"one", "again", "two", "three", "four"} {
		if id == "again" {
			w.BeginRetry()
			continue
		}
		if _, _, err := ask(t, w, id, "1", time.Minute); err != nil {
			broken = append(broken, id)
		}
	}
	if got := strings.Join(broken, " "); got != "one three" {
		t.Errorf("broken are %q, want one and three", got)
	}
}

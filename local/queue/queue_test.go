package queue_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/local/queue"
)

// fakeFunction answers as it is told, in turn, and says what it got.
type fakeFunction struct {
	mu      sync.Mutex
	answers []func(id string) (events.SQSEventResponse, error)
	got     chan string
}

func (w *fakeFunction) Invoke(event []byte) ([]byte, error) {
	var e events.SQSEvent
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	w.mu.Lock()
	answer := acceptMessage
	if len(w.answers) > 0 {
		answer, w.answers = w.answers[0], w.answers[1:]
	}
	w.mu.Unlock()
	told, err := answer(e.Records[0].MessageId)
	w.got <- e.Records[0].Body
	if err != nil {
		return nil, err
	}
	return json.Marshal(told)
}

func acceptMessage(string) (r events.SQSEventResponse, err error) { return r, nil }

func rejectMessage(id string) (r events.SQSEventResponse, err error) {
	r.BatchItemFailures = []events.SQSBatchItemFailure{{ItemIdentifier: id}}
	return r, nil
}

func crash(string) (r events.SQSEventResponse, err error) { return r, errors.New("killed") }

func open(t *testing.T, dir string, s queue.Settings) *queue.Queue {
	t.Helper()
	s.ErrorLog = io.Discard
	q, err := queue.Open(dir, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	return q
}

func TestAMessageIsDeliveredUntilTheFunctionIsDoneWithIt(t *testing.T) {
	dir := t.TempDir()
	q := open(t, dir, queue.Settings{})
	w := &fakeFunction{got: make(chan string), answers: []func(string) (events.SQSEventResponse, error){crash, rejectMessage}}
	if err := q.SetFunction(w, 0); err != nil {
		t.Fatal(err)
	}
	if err := q.Send([]byte("one")); err != nil {
		t.Fatal(err)
	}
	got := []string{<-w.got, <-w.got, <-w.got}
	if diff := cmp.Diff([]string{"one", "one", "one"}, got); diff != "" {
		t.Error(diff)
	}
	q.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%d messages are left, %v", len(left), err)
	}
}

func TestAMessageOutlivesTheQueueThatTookIt(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir, queue.Settings{})
	if err := first.Send([]byte("kept")); err != nil {
		t.Fatal(err)
	}
	first.Close()
	w := &fakeFunction{got: make(chan string)}
	if err := open(t, dir, queue.Settings{}).SetFunction(w, 0); err != nil {
		t.Fatal(err)
	}
	if got := <-w.got; got != "kept" {
		t.Errorf("got %q", got)
	}
}

func TestAMessageThatIsNeverDoneIsADeadLetter(t *testing.T) {
	dir, dead := t.TempDir(), t.TempDir()
	q := open(t, dir, queue.Settings{MaxReceives: 2, DeadLetters: dead, Pause: time.Millisecond})
	w := &fakeFunction{got: make(chan string), answers: []func(string) (events.SQSEventResponse, error){crash, rejectMessage}}
	if err := q.SetFunction(w, 1); err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{"one", "two"} { // the second is taken when the first has failed for good
		if err := q.Send([]byte(message)); err != nil {
			t.Fatal(err)
		}
		if got := <-w.got; got != message {
			t.Errorf("got %q", got)
		}
		if message == "one" {
			<-w.got
		}
	}
	q.Close()
	waiting, err := os.ReadDir(dir)
	if err != nil || len(waiting) != 0 {
		t.Errorf("%d messages wait, %v", len(waiting), err)
	}
	letters, err := os.ReadDir(dead)
	if err != nil || len(letters) != 1 {
		t.Fatalf("%d dead letters, %v", len(letters), err)
	}
	if body, err := os.ReadFile(filepath.Join(dead, letters[0].Name())); err != nil || string(body) != "one" {
		t.Errorf("the dead letter is %q, %v", body, err)
	}
}

func TestMessagesAreDeliveredSoManyAtATime(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		q := open(t, dir, queue.Settings{})
		const messages = 5
		for range messages {
			if err := q.Send([]byte("one")); err != nil {
				t.Fatal(err)
			}
		}
		w := &fakeFunction{got: make(chan string, messages), answers: make([]func(string) (events.SQSEventResponse, error), messages)}
		running, release := 0, make(chan struct{})
		for i := range w.answers {
			w.answers[i] = func(id string) (events.SQSEventResponse, error) {
				w.mu.Lock()
				running++
				w.mu.Unlock()
				<-release
				return acceptMessage(id)
			}
		}
		if err := q.SetFunction(w, 2); err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{2, 3, 4, 5, 5} {
			synctest.Wait()
			if running != want {
				t.Errorf("%d deliveries have begun, want %d", running, want)
			}
			release <- struct{}{}
		}
		q.Close()
	})
}

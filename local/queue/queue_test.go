package queue_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"testing"

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

func open(t *testing.T, dir string) *queue.Queue {
	t.Helper()
	q, err := queue.Open(dir, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	return q
}

func TestAMessageIsDeliveredUntilTheFunctionIsDoneWithIt(t *testing.T) {
	dir := t.TempDir()
	q := open(t, dir)
	w := &fakeFunction{got: make(chan string), answers: []func(string) (events.SQSEventResponse, error){crash, rejectMessage}}
	if err := q.SetFunction(w); err != nil {
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
	first := open(t, dir)
	if err := first.Send([]byte("kept")); err != nil {
		t.Fatal(err)
	}
	first.Close()
	w := &fakeFunction{got: make(chan string)}
	if err := open(t, dir).SetFunction(w); err != nil {
		t.Fatal(err)
	}
	if got := <-w.got; got != "kept" {
		t.Errorf("got %q", got)
	}
}

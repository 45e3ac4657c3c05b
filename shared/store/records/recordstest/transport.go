package recordstest

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Call is one request to the cloud: "TransactWriteItems", "BatchGetItem", "PUT object".
type Call string

// CallOutcome is what happens to a call.
type CallOutcome int

// The outcomes. A lost answer is the worse failure: the call was carried out, and the caller does
// not know.
const (
	Arrives CallOutcome = iota
	NeverArrives
	AnswerLost
)

// errCutOff is the error of a call that is cut off.
var errCutOff = errors.New("recordstest: the wire was cut")

// RecordingTransport sends the calls, records them in order, and asks its hook for the outcome of
// each.
type RecordingTransport struct {
	base http.RoundTripper

	mu    sync.Mutex
	calls []Call
	hook  func(Call) CallOutcome
}

// On sets the hook; nil lets every call arrive. The hook may wait, which delays the call.
func (w *RecordingTransport) On(hook func(Call) CallOutcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hook = hook
}

// Listen starts recording anew. The function it returns gives the calls made since.
func (w *RecordingTransport) Listen() func() []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = nil
	return func() []Call {
		w.mu.Lock()
		defer w.mu.Unlock()
		return slices.Clone(w.calls)
	}
}

// RoundTrip sends one request.
func (w *RecordingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	call := callOf(r)
	w.mu.Lock()
	w.calls = append(w.calls, call)
	hook := w.hook
	w.mu.Unlock()
	outcome := Arrives
	if hook != nil {
		outcome = hook(call)
	}
	if outcome == NeverArrives {
		return nil, errCutOff
	}
	answer, err := w.base.RoundTrip(r)
	if err != nil || outcome == Arrives {
		return answer, err
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return nil, errCutOff
}

func callOf(r *http.Request) Call {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, operation, _ := strings.Cut(target, ".")
		return Call(operation)
	}
	if strings.Count(strings.Trim(r.URL.Path, "/"), "/") > 0 {
		return Call(r.Method + " object")
	}
	return Call(r.Method + " bucket")
}

package model

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// leakDetector reads every answer that one of two people gets, or that is about a copy of theirs, and notes what
// in it is the other's: name, number, phone, employer.
type leakDetector struct {
	next         http.RoundTripper
	personalData [2][]string

	mu             sync.Mutex
	tokens         map[string]int // of sessions, to whose they are
	verifiedHolder int            // whose the copies are that are verified now; nobody when below 0
	answers        int
	leaks          []string
}

func newLeakDetector(next http.RoundTripper, people [2]seed.Holder) *leakDetector {
	w := &leakDetector{next: next, tokens: map[string]int{}, verifiedHolder: -1}
	theirs := employers()
	for i, h := range people {
		w.personalData[i] = append([]string{
			h.Name, certificate.MaskName(h.Name), h.IDNumber(), certificate.MaskIDNumber(h.IDNumber()), h.Phone, certificate.MaskPhone(h.Phone),
		}, theirs[i][:]...)
	}
	return w
}

// setTokenOwner says whose session a token is.
func (w *leakDetector) setTokenOwner(token string, person int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens[token] = person
}

// setVerifiedHolder says whose copies are verified from now on.
func (w *leakDetector) setVerifiedHolder(person int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.verifiedHolder = person
}

// takeLeaks is what was seen of the other person since it was asked last.
func (w *leakDetector) takeLeaks() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	saw := w.leaks
	w.leaks = nil
	return saw
}

// countAnswers is how many answers were read.
func (w *leakDetector) countAnswers() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answers
}

// RoundTrip passes the request on, and reads the answer.
func (w *leakDetector) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	person, ok := w.requester(r)
	if !ok {
		return answer, nil
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if err := answer.Body.Close(); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers++
	for _, mark := range w.personalData[1-person] {
		if strings.Contains(string(body), mark) {
			w.leaks = append(w.leaks, fmt.Sprintf("%s %s is answered with %s, which is the other person's", r.Method, r.URL.Path, mark))
		}
	}
	return answer, nil
}

// requester tells whose answer it is; false where it is neither's.
func (w *leakDetector) requester(r *http.Request) (person int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if bearer {
		person, ok = w.tokens[token]
		return person, ok
	}
	return w.verifiedHolder, w.verifiedHolder >= 0 && r.URL.Path == "/v1/verifications"
}

package faultproxy

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Faults are what a wire does to the calls that pass it. The zero value does nothing.
type Faults struct {
	Delay    time.Duration // each call waits for some of this
	Throttle float64       // share of the calls that are told to come again later
	Lose     float64       // share of the calls whose answer is lost, after it was made
	Cut      float64       // share of the calls that do not arrive
}

// Counts are what a wire has done.
type Counts struct{ Passed, Throttled, Lost, Cut int64 }

// Refusal answers a call as a server does that has too much to do.
type Refusal func(http.ResponseWriter, *http.Request)

// Proxy stands between clients and a server, and does to the calls what it is told.
type Proxy struct {
	URL string

	server  *httptest.Server
	handler http.Handler
	refuse  Refusal
	mu      sync.Mutex
	random  *rand.Rand
	faults  Faults
	passed  atomic.Int64
	counted struct{ throttled, lost, cut atomic.Int64 }
}

// NewProxy leads to the server at target. Its choices follow from the seed and the order of the calls.
func NewProxy(target string, refuse Refusal, seed uint64) (*Proxy, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	w := &Proxy{refuse: refuse, random: rand.New(rand.NewPCG(seed, 1)), handler: Forward(to)}
	w.server = httptest.NewServer(http.HandlerFunc(w.serve))
	w.URL = w.server.URL
	return w, nil
}

// Set says what happens to the calls from now on.
func (w *Proxy) Set(f Faults) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = f
}

// Counts says what was done so far.
func (w *Proxy) Counts() Counts {
	return Counts{w.passed.Load(), w.counted.throttled.Load(), w.counted.lost.Load(), w.counted.cut.Load()}
}

// Close takes the wire away.
func (w *Proxy) Close() {
	w.server.CloseClientConnections()
	w.server.Close()
}

// callFault is what happens to one call.
type callFault struct {
	wait                time.Duration
	throttle, lose, cut bool
}

func (w *Proxy) decide() callFault {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := callFault{
		throttle: w.random.Float64() < w.faults.Throttle,
		lose:     w.random.Float64() < w.faults.Lose,
		cut:      w.random.Float64() < w.faults.Cut,
	}
	if w.faults.Delay > 0 {
		f.wait = time.Duration(w.random.Int64N(int64(w.faults.Delay)))
	}
	return f
}

func (w *Proxy) serve(out http.ResponseWriter, r *http.Request) {
	f := w.decide()
	if f.wait > 0 {
		select {
		case <-time.After(f.wait):
		case <-r.Context().Done():
		}
	}
	switch {
	case f.throttle:
		w.counted.throttled.Add(1)
		w.refuse(out, r)
	case f.cut:
		w.counted.cut.Add(1)
		panic(http.ErrAbortHandler) // closes the connection without an answer
	case f.lose:
		w.counted.lost.Add(1)
		w.handler.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	default:
		w.passed.Add(1)
		w.handler.ServeHTTP(out, r)
	}
}

package faults

import (
	"net/http"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// Proxy is the connection between a set of functions and its storage. It counts the calls of the AWS SDK,
// attempts of one call together, and injects the faults of a plan.
type Proxy struct {
	*faultproxy.Proxy

	late     sync.WaitGroup // calls that are applied after their callers have given up
	mu       sync.Mutex
	plan     []Fault
	calls    []string         // operations, in the order in which they came
	chosen   map[string]Fault // by the SDK's invocation id
	injected int              // faults of the plan
	released chan struct{}    // closed when stale calls may be applied
}

// NewProxy opens a proxy without targets.
func NewProxy() *Proxy {
	p := &Proxy{chosen: map[string]Fault{}, released: make(chan struct{})}
	p.Proxy = faultproxy.New(p.handle)
	return p
}

// Arm begins a count and sets the plan: the first fault at its call counted from now, a further one at its
// call counted from the client's next try.
func (p *Proxy) Arm(plan ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.calls, p.injected = plan, nil, 0
	p.chosen = map[string]Fault{}
	p.released = make(chan struct{})
}

// BeginRetry says that the client tries again.
func (p *Proxy) BeginRetry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.injected > 0 {
		p.calls = nil
	}
}

// Disarm ends the count, applies the calls that were held back and waits for them. It returns the calls
// counted since the last try began and how many faults were injected.
func (p *Proxy) Disarm() (calls []string, injected int) {
	p.mu.Lock()
	close(p.released)
	p.plan = nil
	calls, injected = p.calls, p.injected
	p.mu.Unlock()
	p.late.Wait()
	return calls, injected
}

func (p *Proxy) handle(out http.ResponseWriter, c *faultproxy.Call) {
	f, released, armed := p.nextFault(c)
	if !armed {
		c.Forward(out)
		return
	}
	f.inject(p, c, released, out)
}

// nextFault counts the call and returns the fault that is to be injected.
func (p *Proxy) nextFault(c *faultproxy.Call) (f Fault, released chan struct{}, armed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := c.Request.Header.Get("Amz-Sdk-Invocation-Id")
	if id == "" { // a browser that follows a link
		return Fault{}, nil, false
	}
	if f, again := p.chosen[id]; again { // a further attempt of the same call
		return f, p.released, f.Through
	}
	if !strings.HasPrefix(c.Request.Header.Get("Amz-Sdk-Request"), "attempt=1") {
		return Fault{}, nil, false
	}
	p.calls = append(p.calls, c.Operation)
	if p.injected >= len(p.plan) || p.plan[p.injected].At != len(p.calls)-1 {
		return Fault{}, nil, false
	}
	f = p.plan[p.injected]
	p.injected++
	p.chosen[id] = f
	return f, p.released, true
}

package e2e

import (
	"net/http"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// Proxy is the connection between the functions and DynamoDB. It passes everything on, until a test
// interrupts the next call of one operation.
type Proxy struct {
	*faultproxy.Proxy

	mu        sync.Mutex
	operation string
	interrupt func(pass func()) // nil = no interruption is due
	writes    *[]string         // nil = writes are not recorded
}

// NewProxy opens a proxy without a target.
func NewProxy() *Proxy {
	p := &Proxy{}
	p.Proxy = faultproxy.New(p.handle)
	return p
}

// CutAt has cut called once, at the next call of the operation, instead of an answer: the caller's
// connection breaks. cut may pass the call on before, after or not at all.
func (p *Proxy) CutAt(operation string, cut func(pass func())) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.operation, p.interrupt = operation, cut
}

// Watch records the writes that DynamoDB applies, until stop returns them: operation and body.
func (p *Proxy) Watch() (stop func() []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := []string{}
	p.writes = &seen
	return func() []string {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.writes = nil
		return seen
	}
}

func (p *Proxy) handle(out http.ResponseWriter, c *faultproxy.Call) {
	if cut := p.takeCut(c.Operation); cut != nil {
		cut(func() { c.Apply() })
		faultproxy.Break()
	}
	answer := &statusRecorder{ResponseWriter: out}
	c.Forward(answer)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.writes != nil && answer.status == http.StatusOK && isWrite(c.Operation) {
		*p.writes = append(*p.writes, c.Operation+" "+string(c.Body))
	}
}

// takeCut returns the interruption that is due at this call, or nil.
func (p *Proxy) takeCut(operation string) (cut func(pass func())) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if operation == p.operation {
		cut, p.interrupt = p.interrupt, nil
	}
	return cut
}

func isWrite(operation string) bool {
	for _, word := range []string{"Put", "Update", "Delete", "Write"} {
		if strings.Contains(operation, word) {
			return true
		}
	}
	return false
}

// statusRecorder remembers the status that was written.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (a *statusRecorder) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *statusRecorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }

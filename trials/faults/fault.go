package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// Kind is what happens to a call.
type Kind string

// The kinds. Slow and Stale last longer than the function's time limit, so the SDK makes no further attempt.
const (
	Refused   Kind = "refused"   // the connection breaks and the call is not applied
	Lost      Kind = "lost"      // the call is applied and the connection breaks before the answer
	Truncated Kind = "truncated" // the call is applied and half of the answer arrives
	Throttled Kind = "throttled" // the storage says that it is overloaded
	Partial   Kind = "partial"   // a batch is answered with all keys unprocessed
	Slow      Kind = "slow"      // the call is applied at the moment the function gives up
	Stale     Kind = "stale"     // the call is applied when the client's next try has been answered
)

// Fault is a fault at one call.
type Fault struct {
	At      int // which call, the first is 0
	Kind    Kind
	Through bool // also at every further attempt the SDK makes of the same call
}

func (f Fault) String() string {
	if f.Through {
		return fmt.Sprintf("call %d %s throughout", f.At+1, f.Kind)
	}
	return fmt.Sprintf("call %d %s", f.At+1, f.Kind)
}

// faults are all faults at one call of an operation.
func faults(at int, operation string) (all []Fault) {
	for _, kind := range []Kind{Refused, Lost, Truncated, Throttled} {
		all = append(all, Fault{at, kind, false}, Fault{at, kind, true})
	}
	if operation == "BatchGetItem" {
		all = append(all, Fault{at, Partial, false}, Fault{at, Partial, true})
	}
	return append(all, Fault{at, Slow, true}, Fault{at, Stale, true})
}

func (f Fault) inject(p *Proxy, c *faultproxy.Call, released <-chan struct{}, out http.ResponseWriter) {
	kind := f.Kind
	if kind == Partial && c.Operation != "BatchGetItem" { // parallel calls come in any order
		kind = Throttled
	}
	switch kind {
	case Refused:
	case Lost:
		c.Apply()
	case Truncated:
		sendTruncated(out, c)
	case Throttled:
		c.Throttle(out)
		return
	case Partial:
		sendUnprocessed(out, c)
		return
	case Slow:
		<-c.Request.Context().Done()
		p.late.Go(func() { c.Apply() })
	case Stale:
		p.late.Go(func() {
			<-released
			c.Apply()
		})
		<-c.Request.Context().Done()
	}
	faultproxy.Break()
}

// sendTruncated sends half of the answer's body under its whole length.
func sendTruncated(out http.ResponseWriter, c *faultproxy.Call) {
	answer := c.Apply()
	for name, values := range answer.Header() {
		out.Header()[name] = values
	}
	body := answer.Body.Bytes()
	out.Header().Set("Content-Length", strconv.Itoa(max(len(body), 2)))
	out.WriteHeader(answer.Code)
	_, _ = out.Write(body[:len(body)/2])
	_ = http.NewResponseController(out).Flush()
}

// sendUnprocessed answers a batch with all of its keys unprocessed.
func sendUnprocessed(out http.ResponseWriter, c *faultproxy.Call) {
	var asked struct{ RequestItems map[string]any }
	if json.Unmarshal(c.Body, &asked) != nil {
		faultproxy.Break()
	}
	answer := map[string]any{"Responses": map[string]any{}, "UnprocessedKeys": asked.RequestItems}
	faultproxy.WriteJSON(out, http.StatusOK, answer)
}

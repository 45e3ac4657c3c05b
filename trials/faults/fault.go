package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Kind is what happens to a call.
type Kind string

// The kinds. Slow and Stale last longer than the function's time, so the SDK makes no further
// attempt of its own.
const (
	Refused   Kind = "refused"   // the connection breaks, nothing has happened
	Lost      Kind = "lost"      // it happens, and the connection breaks before the answer
	Truncated Kind = "truncated" // it happens, and half of the answer arrives
	Throttled Kind = "throttled" // the storage says that it is asked too much
	Partial   Kind = "partial"   // a batch is answered with nothing read
	Slow      Kind = "slow"      // it happens at the moment the function gives up
	Stale     Kind = "stale"     // it happens when the client's next try has been answered
)

// Fault is one thing that goes wrong.
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

// faults are all that can go wrong at one call of an operation.
func faults(at int, operation string) (all []Fault) {
	for _, kind := range []Kind{Refused, Lost, Truncated, Throttled} {
		all = append(all, Fault{at, kind, false}, Fault{at, kind, true})
	}
	if operation == "BatchGetItem" {
		all = append(all, Fault{at, Partial, false}, Fault{at, Partial, true})
	}
	return append(all, Fault{at, Slow, true}, Fault{at, Stale, true})
}

func (f Fault) do(w *Proxy, c *call, out http.ResponseWriter) {
	kind := f.Kind
	if kind == Partial && c.operation != "BatchGetItem" { // calls made side by side come in any order
		kind = Throttled
	}
	switch kind {
	case Refused:
	case Lost:
		c.apply()
	case Truncated:
		sendTruncated(out, c)
	case Throttled:
		sendThrottled(out, c)
		return
	case Partial:
		sendUnprocessed(out, c)
		return
	case Slow:
		<-c.request.Context().Done()
		w.late.Go(func() { c.apply() })
	case Stale:
		w.late.Go(func() {
			<-c.released
			c.apply()
		})
		<-c.request.Context().Done()
	}
	panic(http.ErrAbortHandler) // closes the connection
}

// sendTruncated sends half of the answer's body under its whole length.
func sendTruncated(out http.ResponseWriter, c *call) {
	answer := c.apply()
	for name, values := range answer.Header() {
		out.Header()[name] = values
	}
	body := answer.Body.Bytes()
	out.Header().Set("Content-Length", strconv.Itoa(max(len(body), 2)))
	out.WriteHeader(answer.Code)
	_, _ = out.Write(body[:len(body)/2])
	_ = http.NewResponseController(out).Flush()
}

// sendThrottled answers as the storage does when it is asked too much. DynamoDB cancels a
// transaction and says so of each of its parts.
func sendThrottled(out http.ResponseWriter, c *call) {
	if c.request.Header.Get("X-Amz-Target") == "" {
		out.Header().Set("Content-Type", "application/xml")
		out.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprint(out, `<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
		return
	}
	answer := map[string]any{
		"__type":  "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
		"message": "The level of configured provisioned throughput for the table was exceeded.",
	}
	var asked struct{ TransactItems []any }
	if json.Unmarshal(c.body, &asked) == nil && len(asked.TransactItems) > 0 {
		reasons := make([]map[string]string, len(asked.TransactItems))
		for i := range reasons {
			reasons[i] = map[string]string{"Code": "None"}
		}
		reasons[0] = map[string]string{"Code": "ThrottlingError", "Message": "Throughput exceeds the current capacity."}
		answer = map[string]any{
			"__type":              "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
			"Message":             "Transaction cancelled",
			"CancellationReasons": reasons,
		}
	}
	writeJSON(out, http.StatusBadRequest, answer)
}

// sendUnprocessed answers a batch with all of its keys unprocessed.
func sendUnprocessed(out http.ResponseWriter, c *call) {
	var asked struct{ RequestItems map[string]any }
	if json.Unmarshal(c.body, &asked) != nil {
		panic(http.ErrAbortHandler)
	}
	writeJSON(out, http.StatusOK, map[string]any{"Responses": map[string]any{}, "UnprocessedKeys": asked.RequestItems})
}

func writeJSON(out http.ResponseWriter, status int, what any) {
	out.Header().Set("Content-Type", "application/x-amz-json-1.0")
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(what)
}

package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// tries is how often a client sends a request before it gives up.
const maxTries = 4

// caller sends requests as a careful client does: what got no answer, or one that says so, is
// sent again as it was.
type caller struct {
	api   *seed.API
	proxy *Proxy
}

// do sends the call until it is answered for good, and reads the answer into v.
//
// Where the service was reached and could not do it now, it has to say when to try again; an
// answer that blames the client for what went wrong here is an error, and so is "internal".
func (c *caller) do(ctx context.Context, call seed.Call, v any) error {
	_, err := c.send(ctx, call, v)
	return err
}

func (c *caller) send(ctx context.Context, call seed.Call, v any) (*seed.Reply, error) {
	var last error
	for try := range maxTries {
		if try > 0 && c.proxy != nil {
			c.proxy.BeginRetry()
		}
		reply, err := c.api.Send(ctx, call)
		if err != nil {
			return nil, fmt.Errorf("the gateway did not answer: %w", err)
		}
		switch {
		case reply.Status < 300:
			if v == nil {
				return reply, nil
			}
			return reply, reply.Decode(v)
		case reply.Status != http.StatusServiceUnavailable:
			return reply, refusal(call, reply)
		}
		last = refusal(call, reply)
		if err := mayRetry(reply); err != nil {
			return reply, fmt.Errorf("%w: %w", last, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil, fmt.Errorf("given up after %d tries: %w", maxTries, last)
}

func refusal(call seed.Call, reply *seed.Reply) error {
	p := &client.Problem{}
	if err := reply.Decode(p); err != nil {
		return err
	}
	p.Status = reply.Status
	return fmt.Errorf("%s %s: %w", call.Method, call.Path, p)
}

// mayRetry checks that the service's own 503 says when to come back. The gateway's has no more
// than a message.
func mayRetry(reply *seed.Reply) error {
	if !strings.HasSuffix(strings.Split(reply.Header.Get("Content-Type"), ";")[0], "problem+json") {
		return nil
	}
	n, err := strconv.Atoi(reply.Header.Get("Retry-After"))
	if err != nil || n < 1 || n > 60 {
		return fmt.Errorf("Retry-After is %q", reply.Header.Get("Retry-After"))
	}
	return nil
}

// problemCode is the code of a refusal, or "".
func problemCode(err error) string {
	var p *client.Problem
	if errors.As(err, &p) {
		return string(p.Code)
	}
	return ""
}

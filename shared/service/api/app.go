package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// timeMargin is reserved from a function's time to write the answer, so that a caller still gets
// one if the handler's context has ended.
const timeMargin = 300 * time.Millisecond

// App answers the routes of one function. Use it by pointer.
type App struct {
	Server
	Name   string           // of the function, in the log
	Routes map[string]Route // by HTTP API route key

	warm atomic.Bool
}

// Server is what all functions need to answer requests. Package boot fills it in.
type Server struct {
	Now  func() time.Time
	Log  io.Writer // receives one JSON line a request
	Edge []string  // secrets, one of which the edge network must send with every request; none if there is no such network
}

// Handle answers one event. The error is always nil: every failure is an HTTP answer, so the
// gateway never has to make one up.
func (a *App) Handle(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	started := a.Now()
	cold := !a.warm.Swap(true)
	r, err := read(e, started, a.Edge)
	var res *Response
	if err == nil {
		res, err = a.serve(ctx, r)
	}
	out, code, cause := answer(r, res, err)
	a.record(r, out.StatusCode, code, cause, a.Now().Sub(started), cold)
	return out, nil
}

func (a *App) serve(ctx context.Context, r *Request) (res *Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			res, err = nil, &panicked{value: v, stack: string(debug.Stack())}
		}
	}()
	route, ok := a.Routes[r.Route]
	if !ok {
		return nil, problem.New(problem.NotFound)
	}
	if err := route.check(r); err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-timeMargin))
		defer cancel()
	}
	res, err = route.Handler(ctx, r)
	if err == nil && res == nil {
		err = errors.New("the handler answered nothing")
	}
	return res, err
}

// panicked is a panic as an error. Its text is the runtime's own message, or only the type of the
// value, because another value could contain a secret.
type panicked struct {
	value any
	stack string // for the log
}

func (p *panicked) Error() string {
	if err, ok := p.value.(runtime.Error); ok {
		return "panic: " + err.Error()
	}
	return fmt.Sprintf("panic: %T", p.value)
}

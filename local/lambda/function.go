// Package lambda runs functions as AWS Lambda does: the very bootstrap programs that
// get deployed, each in its own process, talking to the Lambda Runtime API
// (2018-06-01).
//
// A process works on one invocation at a time. It is kept for the next one, and a
// second is started only when all are busy, up to the function's concurrency. A
// process that crashes or overruns its time is thrown away with the invocation it
// was working on.
package lambda

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// MaxPayload is Lambda's limit for an event and for an answer: 6 MB.
const MaxPayload = 6 * 1024 * 1024

// What can go wrong with an invocation besides the function's own errors.
var (
	ErrThrottled = errors.New("all of the function's processes are busy")
	ErrTimeout   = errors.New("the function did not answer in time")
	ErrClosed    = errors.New("the function is being stopped")
)

// errStale says that a kept process had ended before it took the invocation up, so
// another process may have it.
var errStale = errors.New("the process had ended")

// Error is a failure of the function: an error it answered, a crash, a failed start.
type Error struct{ Type, Message string }

func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Settings describe a function.
type Settings struct {
	Name        string
	Program     string // absolute path of the bootstrap
	Handler     string
	Memory      int // MB; told to the function, not enforced
	Timeout     time.Duration
	Concurrency int               // processes at most
	Environment map[string]string // the whole environment except Lambda's own variables
	Log         io.Writer         // what the function writes, one line per Write
	ErrorLog    io.Writer         // what it writes to standard error, besides Log
}

// Function is a function that can be invoked.
type Function struct {
	settings Settings

	mu        sync.Mutex
	processes map[*environment]struct{}
	idle      []*environment // last used last
	count     int            // all, and those being started
	closed    bool
}

// New returns the function. Nothing is started before the first invocation.
func New(s Settings) *Function {
	return &Function{settings: s, processes: map[*environment]struct{}{}}
}

// Invoke hands event to a process of the function and returns what it answers. The
// error is one of this package's, or an *Error.
func (f *Function) Invoke(event []byte) ([]byte, error) {
	for {
		e, err := f.take()
		if err != nil {
			return nil, err
		}
		answer, err := e.invoke(event)
		e.used = true
		var failed *Error
		switch {
		case err == nil, errors.As(err, &failed) && !e.hasEnded():
			f.giveBack(e)
		default:
			f.discard(e)
		}
		if !errors.Is(err, errStale) {
			return answer, err
		}
	}
}

// take returns an idle process, or starts one.
func (f *Function) take() (*environment, error) {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return nil, ErrClosed
	}
	if n := len(f.idle); n > 0 {
		e := f.idle[n-1]
		f.idle = f.idle[:n-1]
		f.mu.Unlock()
		return e, nil
	}
	if f.count >= f.settings.Concurrency {
		f.mu.Unlock()
		return nil, ErrThrottled
	}
	f.count++
	f.mu.Unlock()
	return f.start()
}

func (f *Function) start() (*environment, error) {
	e, err := start(f.settings)
	if err != nil {
		f.mu.Lock()
		f.count--
		f.mu.Unlock()
		return nil, err
	}
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		e.stop()
		return nil, ErrClosed
	}
	f.processes[e] = struct{}{}
	f.mu.Unlock()
	if err := e.awaitInit(); err != nil {
		f.discard(e)
		return nil, err
	}
	return e, nil
}

func (f *Function) giveBack(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.idle = append(f.idle, e)
	}
}

func (f *Function) discard(e *environment) {
	e.stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.processes[e]; ok {
		delete(f.processes, e)
		f.count--
	}
}

// Close kills every process of the function and waits for them.
func (f *Function) Close() {
	f.mu.Lock()
	f.closed = true
	all := make([]*environment, 0, len(f.processes))
	for e := range f.processes {
		all = append(all, e)
	}
	f.mu.Unlock()
	for _, e := range all {
		e.stopping.Store(true)
		e.stop()
	}
}

// reportError writes an error to the function's log and to ErrorLog.
func (s Settings) reportError(format string, args ...any) {
	line := s.Name + ": " + fmt.Sprintf(format, args...) + "\n"
	_, _ = io.WriteString(s.Log, line)
	_, _ = io.WriteString(s.ErrorLog, line)
}

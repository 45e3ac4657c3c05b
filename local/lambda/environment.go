package lambda

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jiazhu/jiazhu/local/child"
)

// initWithin is Lambda's limit for a process to ask for its first invocation.
const initWithin = 10 * time.Second

// drainWithin is how long a dead process's output is read when something it started
// still holds the pipe.
const drainWithin = time.Second

// environment is one process of a function with the Runtime API it talks to. Each
// has its own address, as each of Lambda's machines has.
type environment struct {
	settings Settings
	child    *child.Child
	api      *http.Server
	waiting  chan *invocation // handed out by /next
	ready    chan struct{}    // closed by the first /next
	failed   chan *Error      // from /init/error
	once     sync.Once        // for ready
	current  atomic.Pointer[invocation]
	closing  sync.Once
	stopping atomic.Bool // stopped on purpose, so its end is no news
	used     bool        // has had an invocation before
	output   [2]*lines
}

// invocation is one event on its way through a process.
type invocation struct {
	id       string
	event    []byte
	deadline time.Time
	taken    atomic.Bool
	done     chan outcome // holds one
}

type outcome struct {
	answer []byte
	err    *Error
}

// start starts a process; initialised waits until it is ready.
func start(s Settings) (*environment, error) {
	if _, err := os.Stat(s.Program); errors.Is(err, fs.ErrNotExist) {
		s.reportError("%s is not there: run `make build`", s.Program)
		return nil, &Error{Type: "Runtime.InvalidEntrypoint", Message: s.Program + " is not there"}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a Runtime API for %s: %w", s.Name, err)
	}
	e := &environment{
		settings: s,
		waiting:  make(chan *invocation, 1),
		ready:    make(chan struct{}),
		failed:   make(chan *Error, 1),
	}
	e.api = &http.Server{Handler: e.runtimeAPI(), ReadHeaderTimeout: initWithin}
	go func() { _ = e.api.Serve(listener) }()
	if e.child, err = child.Start(e.command(listener.Addr().String())); err != nil {
		_ = e.api.Close()
		s.reportError("%v", err)
		return nil, &Error{Type: "Runtime.InvalidEntrypoint", Message: err.Error()}
	}
	return e, nil
}

func (e *environment) command(api string) *exec.Cmd {
	s := e.settings
	variables := map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          api,
		"AWS_LAMBDA_FUNCTION_NAME":        s.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(s.Memory),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + s.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      "local",
		"AWS_EXECUTION_ENV":               "AWS_Lambda_provided.al2023",
		"LAMBDA_TASK_ROOT":                filepath.Dir(s.Program),
		"LAMBDA_RUNTIME_DIR":              filepath.Dir(s.Program),
		"_HANDLER":                        s.Handler,
		"LANG":                            "en_US.UTF-8",
		"TZ":                              ":UTC",
		"PATH":                            "/usr/local/bin:/usr/bin:/bin",
	}
	maps.Copy(variables, s.Environment)
	cmd := exec.Command(s.Program)
	cmd.Dir = filepath.Dir(s.Program)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		cmd.Env = append(cmd.Env, name+"="+variables[name])
	}
	e.output = [2]*lines{{to: s.Log}, {to: s.Log, copy: s.ErrorLog, prefix: s.Name + ": "}}
	cmd.Stdout, cmd.Stderr = e.output[0], e.output[1]
	cmd.WaitDelay = drainWithin
	return cmd
}

// awaitInit waits until the process asks for its first invocation.
func (e *environment) awaitInit() error {
	timer := time.NewTimer(initWithin)
	defer timer.Stop()
	select {
	case <-e.ready:
		return nil
	case failed := <-e.failed:
		e.settings.reportError("could not start: %v", failed)
		return failed
	case <-e.child.Done():
		e.flush()
		e.settings.reportError("ended before it was ready (%v)", e.child.Err())
		return &Error{Type: "Runtime.ExitError", Message: "the function ended before it was ready"}
	case <-timer.C:
		e.settings.reportError("was not ready within %s", initWithin)
		return &Error{Type: "Sandbox.Timedout", Message: "the function was not ready in time"}
	}
}

// invoke hands the event to the process and waits for its answer, for the function's
// time limit at most.
func (e *environment) invoke(event []byte) ([]byte, error) {
	inv := &invocation{
		id:       requestID(),
		event:    event,
		deadline: time.Now().Add(e.settings.Timeout),
		done:     make(chan outcome, 1),
	}
	e.current.Store(inv)
	e.waiting <- inv
	timer := time.NewTimer(e.settings.Timeout)
	defer timer.Stop()
	select {
	case o := <-inv.done:
		return o.result()
	case <-timer.C:
		e.settings.reportError("did not answer within %s and was stopped", e.settings.Timeout)
		return nil, ErrTimeout
	case <-e.child.Done():
	}
	select {
	case o := <-inv.done: // it answered and ended right after
		return o.result()
	default:
	}
	e.flush()
	if e.stopping.Load() {
		return nil, ErrClosed
	}
	if e.used && !inv.taken.Load() {
		return nil, errStale
	}
	e.settings.reportError("crashed (%v)", e.child.Err())
	return nil, &Error{Type: "Runtime.ExitError", Message: fmt.Sprintf("the function crashed (%v)", e.child.Err())}
}

func (o outcome) result() ([]byte, error) {
	if o.err != nil {
		return nil, o.err
	}
	return o.answer, nil
}

// hasEnded says whether the process has ended.
func (e *environment) hasEnded() bool {
	select {
	case <-e.child.Done():
		return true
	default:
		return false
	}
}

// stop kills the process and closes its Runtime API.
func (e *environment) stop() {
	e.closing.Do(func() {
		e.child.Kill()
		_ = e.api.Close()
		e.flush()
	})
}

// flush writes out what a process that has ended left without an end of line.
func (e *environment) flush() {
	for _, l := range e.output {
		l.flush()
	}
}

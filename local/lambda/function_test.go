package lambda

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// obedient is the path of testdata/obedient, built once.
var buildTestProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "obedient-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", program, "./testdata/obedient")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return program, cmd.Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if program, err := buildTestProgram(); err == nil {
		_ = os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

type loggedFunction struct {
	*Function
	log, errors *buffer
}

func function(t *testing.T, change func(*Settings)) loggedFunction {
	t.Helper()
	program, err := buildTestProgram()
	if err != nil {
		t.Fatal(err)
	}
	w := loggedFunction{log: &buffer{}, errors: &buffer{}}
	s := Settings{
		Name: "obedient", Program: program, Handler: "bootstrap", Memory: 128,
		Timeout: 5 * time.Second, Concurrency: 2, Log: w.log, ErrorLog: w.errors,
		Environment: map[string]string{"AWS_REGION": "us-east-1"},
	}
	if change != nil {
		change(&s)
	}
	w.Function = New(s)
	t.Cleanup(w.Close)
	return w
}

type report struct {
	PID       int
	Text      string
	RequestID string
	Left      time.Duration
	Env       []string
}

func (w loggedFunction) do(t *testing.T, event string) (report, error) {
	t.Helper()
	var r report
	answer, err := w.Invoke([]byte(event))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(answer, &r); err != nil {
		t.Error(err)
	}
	return r, nil
}

func TestAFunctionAnswersAndItsProcessIsKeptForTheNextInvocation(t *testing.T) {
	f := function(t, nil)
	first, err := f.do(t, `{"text":"一"}`)
	if err != nil {
		t.Fatal(err)
	}
	second, err := f.do(t, `{"text":"二"}`)
	if err != nil {
		t.Fatal(err)
	}
	if first.Text != "一" || second.Text != "二" {
		t.Errorf("answered %q and %q", first.Text, second.Text)
	}
	if first.PID != second.PID {
		t.Error("a second process was started")
	}
	if first.RequestID == second.RequestID || len(first.RequestID) != 36 {
		t.Errorf("request ids %q and %q", first.RequestID, second.RequestID)
	}
	if first.Left <= 4*time.Second || first.Left > 5*time.Second {
		t.Errorf("%s left until the deadline", first.Left)
	}
	f.log.waitFor(t, "obeying \nobeying \n") // what a process writes comes through a pipe, later
}

func TestTwoInvocationsAtATimeHaveTwoProcessesAndAThirdIsRefused(t *testing.T) {
	f := function(t, nil)
	signal := filepath.Join(t.TempDir(), "go")
	pids := make(chan int, 2)
	for range 2 {
		go func() {
			r, err := f.do(t, `{"do":"wait for file","text":"`+signal+`"}`)
			if err != nil {
				t.Error(err)
			}
			pids <- r.PID
		}()
	}
	f.log.waitFor(t, "obeying wait for file\nobeying wait for file\n")
	if _, err := f.do(t, `{}`); !errors.Is(err, ErrThrottled) {
		t.Errorf("a third invocation gave %v", err)
	}
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if one, two := <-pids, <-pids; one == two {
		t.Error("both ran in one process")
	}
	if _, err := f.do(t, `{}`); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestWhatGoesWrongInAFunction(t *testing.T) {
	for name, c := range map[string]struct {
		event        string
		kind, says   string
		processStays bool
	}{
		"an error":                 {`{"do":"fail","text":"not today"}`, "errorString", "not today", true},
		"a panic":                  {`{"do":"panic","text":"oh no"}`, "string", "oh no", false},
		"an exit":                  {`{"do":"exit","text":"last words"}`, "Runtime.ExitError", "last words", false},
		"an answer of 7 MB":        {`{"do":"grow"}`, "Function.ResponseSizeTooLarge", "", false},
		"an event it cannot parse": {`{"do":1}`, "UnmarshalTypeError", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			f := function(t, nil)
			before, err := f.do(t, `{}`)
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.do(t, c.event)
			var failed *Error
			if !errors.As(err, &failed) || failed.Type != c.kind {
				t.Fatalf("got %v, want %s", err, c.kind)
			}
			if !strings.Contains(f.errors.String(), c.says) {
				t.Errorf("shown: %q, want something with %q", f.errors, c.says)
			}
			after, err := f.do(t, `{}`)
			if err != nil {
				t.Fatalf("afterwards: %v", err)
			}
			if stays := before.PID == after.PID; stays != c.processStays {
				t.Errorf("the process stays: %t", stays)
			}
		})
	}
}

func TestAFunctionThatTakesTooLongIsStopped(t *testing.T) {
	f := function(t, func(s *Settings) { s.Timeout = 100 * time.Millisecond; s.Concurrency = 1 })
	before, err := f.do(t, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.do(t, `{"do":"sleep","for":60000000000}`); !errors.Is(err, ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	after, err := f.do(t, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	if before.PID == after.PID {
		t.Error("the process was kept")
	}
}

func TestAProcessThatEndsWhileItIsIdleIsReplaced(t *testing.T) {
	f := function(t, func(s *Settings) { s.Concurrency = 1 })
	signal := filepath.Join(t.TempDir(), "go")
	before, err := f.do(t, `{"do":"exit on file","text":"`+signal+`"}`)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	idle := f.idle[0]
	f.mu.Unlock()
	<-idle.child.Done()
	after, err := f.do(t, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	if before.PID == after.PID {
		t.Error("the same process")
	}
}

func TestAFunctionThatDoesNotStart(t *testing.T) {
	for name, c := range map[string]struct {
		change     func(*Settings)
		kind, says string
	}{
		"exits":          {func(s *Settings) { s.Environment = map[string]string{"START": "exit"} }, "Runtime.ExitError", "no start today"},
		"panics":         {func(s *Settings) { s.Environment = map[string]string{"START": "panic"} }, "Runtime.ExitError", "no start today"},
		"is not there":   {func(s *Settings) { s.Program = "/nowhere/bootstrap" }, "Runtime.InvalidEntrypoint", "make build"},
		"is a directory": {func(s *Settings) { s.Program = "/" }, "Runtime.InvalidEntrypoint", "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			f := function(t, c.change)
			_, err := f.do(t, `{}`)
			var failed *Error
			if !errors.As(err, &failed) || failed.Type != c.kind {
				t.Fatalf("got %v, want %s", err, c.kind)
			}
			if !strings.Contains(f.errors.String(), c.says) {
				t.Errorf("shown: %q, want something with %q", f.errors, c.says)
			}
			if f.count != 0 {
				t.Errorf("%d processes are still counted", f.count)
			}
		})
	}
}

func TestAFunctionSeesOnlyItsOwnEnvironment(t *testing.T) {
	t.Setenv("SECRET_OF_THIS_MACHINE", "x")
	f := function(t, func(s *Settings) { s.Environment = map[string]string{"RECORDS_TABLE": "jiazhu-records"} })
	r, err := f.do(t, `{"do":"env"}`)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range r.Env {
		name, _, _ := strings.Cut(v, "=")
		names = append(names, name)
	}
	want := []string{
		"AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
		"AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
		"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
		"LANG", "PATH", "RECORDS_TABLE", "TZ", "_HANDLER", "_X_AMZN_TRACE_ID",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestCloseEndsABusyProcess(t *testing.T) {
	f := function(t, nil)
	ended := make(chan error, 1)
	go func() {
		_, err := f.Invoke([]byte(`{"do":"sleep","for":60000000000}`))
		ended <- err
	}()
	f.log.waitFor(t, "obeying sleep\n")
	f.Close()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("the invocation gave %v", err)
	}
	if _, err := f.do(t, `{}`); !errors.Is(err, ErrClosed) {
		t.Errorf("afterwards: %v", err)
	}
}

// buffer is a log that can be waited for.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func (b *buffer) waitFor(t *testing.T, want string) {
	t.Helper()
	late := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for b.String() != want {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the log is %q, want %q", b.String(), want)
		}
	}
}

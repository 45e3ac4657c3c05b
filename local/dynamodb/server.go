// Package dynamodb runs dynoxide, a DynamoDB-compatible server that keeps its data
// in one SQLite file, and makes the tables that template.yaml defines.
package dynamodb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/local/child"
)

// ErrMissing says that there is no dynoxide to run.
var ErrMissing = errors.New("dynoxide is missing")

const (
	readyWithin = 10 * time.Second
	stopWithin  = 5 * time.Second
	attempts    = 3 // another program may take the free port first
)

// Server is a running dynoxide.
type Server struct {
	Endpoint string // http://127.0.0.1:<port>
	child    *child.Child
}

// Start runs the program binary with its data in file and returns when it answers.
// It ends with Stop, or when this process ends, whichever way that happens.
func Start(ctx context.Context, binary, file string) (*Server, error) {
	if _, err := os.Stat(binary); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s is not there", ErrMissing, binary)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("make a directory for the tables: %w", err)
	}
	var last error
	for range attempts {
		port, err := child.FreePort()
		if err != nil {
			return nil, err
		}
		s, err := start(ctx, binary, file, port)
		if err == nil || ctx.Err() != nil {
			return s, err
		}
		last = err
	}
	return nil, last
}

// Command runs the program binary with its data in file, on a port of 127.0.0.1.
func Command(binary, file string, port int) *exec.Cmd {
	cmd := exec.Command(binary, "serve", "--host", "127.0.0.1", "-p", strconv.Itoa(port), "--db-path", file)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Dir(file)}
	return cmd
}

func start(ctx context.Context, binary, file string, port int) (*Server, error) {
	said := &tail{}
	cmd := Command(binary, file, port)
	cmd.Stdout, cmd.Stderr = said, said
	c, err := child.Start(cmd)
	if err != nil {
		return nil, err
	}
	s := &Server{Endpoint: "http://127.0.0.1:" + strconv.Itoa(port), child: c}
	if err := s.awaitReady(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("dynoxide: %w: %s", err, said)
	}
	return s, nil
}

// awaitReady waits until the server answers at all; any HTTP status will do.
func (s *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		if answers(ctx, s.Endpoint) {
			return nil
		}
		select {
		case <-s.child.Done():
			return fmt.Errorf("ended early (%v)", s.child.Err())
		case <-ctx.Done():
			return fmt.Errorf("does not answer: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil
}

// Done is closed when the server has ended, wanted or not.
func (s *Server) Done() <-chan struct{} { return s.child.Done() }

// Stop ends the server and waits for it.
func (s *Server) Stop() { s.child.Stop(stopWithin) }

// tail keeps the last thing a program said, for the error message.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.b.Len() > 4096 {
		t.b.Reset()
	}
	return t.b.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(strings.Fields(t.b.String()), " ")
}

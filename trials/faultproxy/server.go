package faultproxy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/local/child"
)

const (
	readyWithin = 20 * time.Second
	stopWithin  = 5 * time.Second
)

// Server is a program that serves HTTP on one port of 127.0.0.1, whenever it runs. It is safe for
// concurrent use.
type Server struct {
	Name    string
	URL     string
	command func() *exec.Cmd

	mu    sync.Mutex
	child *child.Child // nil while it does not run
}

// NewServer makes a server that a command runs on a free port. It does not run yet.
func NewServer(name string, command func(port int) *exec.Cmd) (*Server, error) {
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	return &Server{
		Name: name, URL: "http://127.0.0.1:" + strconv.Itoa(port), command: func() *exec.Cmd { return command(port) },
	}, nil
}

// Start runs it and returns when it answers.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child != nil {
		return nil
	}
	c, err := child.Start(s.command())
	if err != nil {
		return err
	}
	if err := s.waitUntilReady(ctx, c); err != nil {
		c.Kill()
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	s.child = c
	return nil
}

func (s *Server) waitUntilReady(ctx context.Context, c *child.Child) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, http.NoBody)
		if err != nil {
			return err
		}
		if response, err := client.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case <-c.Done():
			return fmt.Errorf("ended early (%w)", c.Err())
		case <-ctx.Done():
			return errors.New("does not answer")
		case <-tick.C:
		}
	}
}

// PID is the process that runs it, 0 when none does.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil {
		return 0
	}
	return s.child.PID()
}

// Kill ends it with SIGKILL: nothing it had in its memory is written.
func (s *Server) Kill() { s.end((*child.Child).Kill) }

// Stop asks it to end.
func (s *Server) Stop() { s.end(func(c *child.Child) { c.Stop(stopWithin) }) }

func (s *Server) end(how func(*child.Child)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child != nil {
		how(s.child)
		s.child = nil
	}
}

package stack

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/lambda"
	"github.com/jiazhu/jiazhu/local/template"
)

// FunctionSet says how a set of functions differs from the stack's own. The zero value is the same.
type FunctionSet struct {
	Functions   string            // <name>/bootstrap of each function; "" = the stack's
	Environment map[string]string // overrides what the stack sets
	Timeout     time.Duration     // instead of the template's; 0 = the template's
}

// NewGateway returns the HTTP API once more, with functions of its own over the same storage, keys
// and settings. They end with the stack. Queues deliver to the stack's own functions only.
func (s *Stack) NewGateway(set FunctionSet) (*gateway.Gateway, error) {
	functions, err := s.functions(set)
	if err != nil {
		return nil, err
	}
	return gateway.New(s.template, functions, s.options.Output), nil
}

// StartGateway serves the HTTP API as NewGateway does, at an address of its own, until end is called. All its
// processes are new and have no memory of limits.
func (s *Stack) StartGateway(set FunctionSet) (url string, end func(), err error) {
	listener, err := listen(0)
	if err != nil {
		return "", nil, err
	}
	functions, undo, err := s.prepare(set)
	if err != nil {
		runInOrder(undo)
		return "", nil, errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: loopback(gateway.New(s.template, functions, s.options.Output)), MaxHeaderBytes: maxHeader, ReadHeaderTimeout: headerWithin}
	go func() { _ = server.Serve(listener) }()
	end = sync.OnceFunc(func() {
		_ = server.Close()
		runInOrder(undo)
	})
	s.addUndo(end)
	return "http://" + listener.Addr().String(), end, nil
}

// NewTransport starts functions as NewGateway does and returns a transport that sends requests for the API's
// routes at the stack's URL to them, so that its users sign and check the stack's address.
func (s *Stack) NewTransport(set FunctionSet) (http.RoundTripper, error) {
	api, err := s.NewGateway(set)
	if err != nil {
		return nil, err
	}
	listener, err := listen(0)
	if err != nil {
		return nil, err
	}
	s.serve(listener, api)
	return hostRewriter{from: s.URL, to: listener.Addr().String(), api: api}, nil
}

// hostRewriter sends requests for the API at one origin to another host.
type hostRewriter struct {
	from, to string
	api      *gateway.Gateway
}

func (d hostRewriter) RoundTrip(r *http.Request) (*http.Response, error) {
	if "http://"+r.URL.Host == d.from && d.api.Has(r.Method, r.URL.EscapedPath()) {
		r = r.Clone(r.Context())
		r.URL.Host = d.to
	}
	return http.DefaultTransport.RoundTrip(r)
}

// functions prepares the functions; none is started before it is called, and all end with the stack.
func (s *Stack) functions(set FunctionSet) (map[string]gateway.Function, error) {
	all, undo, err := s.prepare(set)
	s.addUndo(func() { runInOrder(undo) })
	return all, err
}

func runInOrder(undo []func()) {
	for _, stop := range undo {
		stop()
	}
}

// prepare prepares the functions. It returns what ends them, in this order.
func (s *Stack) prepare(set FunctionSet) (all map[string]gateway.Function, undo []func(), err error) {
	all = map[string]gateway.Function{}
	for _, settings := range s.Settings(set) {
		log, err := os.OpenFile(filepath.Join(s.Data, "logs", settings.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, undo, fmt.Errorf("open the log of %s: %w", settings.Name, err)
		}
		settings.Log, settings.ErrorLog = log, s.options.Output
		function := lambda.New(settings)
		undo = append([]func(){function.Close, func() { _ = log.Close() }}, undo...)
		all[settings.Name] = function
	}
	return all, undo, nil
}

// Settings describes a set of functions, in the template's order. Their output is discarded.
func (s *Stack) Settings(set FunctionSet) (all []lambda.Settings) {
	dir := set.Functions
	if dir == "" {
		dir = s.options.Functions
	}
	for _, f := range s.template.Functions {
		environment := s.Storage.Environment()
		if s.Roles != nil {
			environment["AWS_ENDPOINT_URL_DYNAMODB"] = s.enforcerURL + "/" + f.Name
			if objects := s.objects[f.Name]; objects != "" {
				environment["AWS_ENDPOINT_URL_S3"] = objects
			}
		}
		maps.Copy(environment, f.Environment)
		maps.Copy(environment, set.Environment)
		timeout := f.Timeout
		if set.Timeout > 0 {
			timeout = set.Timeout
		}
		all = append(all, lambda.Settings{
			Name: f.Name, Program: bootstrap(dir, f.Name), Handler: f.Handler, Memory: f.Memory,
			Timeout: timeout, Concurrency: processes(f), Environment: environment, Log: io.Discard, ErrorLog: io.Discard,
		})
	}
	return all
}

func processes(f template.Function) int {
	if f.Concurrency > 0 {
		return min(f.Concurrency, concurrency)
	}
	return concurrency
}

func bootstrap(dir, function string) string { return filepath.Join(dir, function, "bootstrap") }

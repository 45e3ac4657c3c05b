package stack

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/lambda"
	"github.com/jiazhu/jiazhu/local/template"
)

// Set says how a set of functions differs from the stack's own. The zero value does not.
type Set struct {
	Functions   string            // <name>/bootstrap of each function; "" = the stack's
	Environment map[string]string // over what the stack gives every function
	Timeout     time.Duration     // instead of the template's; 0 = the template's
}

// Beside returns the HTTP API once more, with functions of its own over the same storage, keys
// and settings. They end with the stack. Queues wake the stack's own functions only.
func (s *Stack) Beside(set Set) (*gateway.Gateway, error) {
	functions, err := s.functions(set)
	if err != nil {
		return nil, err
	}
	return gateway.New(s.template, functions, s.options.Output), nil
}

// functions prepares the functions; none is started before it is called.
func (s *Stack) functions(set Set) (map[string]gateway.Function, error) {
	folder := set.Functions
	if folder == "" {
		folder = s.options.Functions
	}
	all := map[string]gateway.Function{}
	for _, f := range s.template.Functions {
		log, err := os.OpenFile(filepath.Join(s.Data, "logs", f.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open the log of %s: %w", f.Name, err)
		}
		s.later(func() { _ = log.Close() })
		environment := s.Storage.Environment()
		maps.Copy(environment, f.Environment)
		maps.Copy(environment, set.Environment)
		timeout := f.Timeout
		if set.Timeout > 0 {
			timeout = set.Timeout
		}
		function := lambda.New(lambda.Settings{
			Name: f.Name, Program: bootstrap(folder, f.Name), Handler: f.Handler, Memory: f.Memory,
			Timeout: timeout, Concurrency: processes(f), Environment: environment, Log: log, Trouble: s.options.Output,
		})
		s.later(function.Close)
		all[f.Name] = function
	}
	return all, nil
}

func processes(f template.Function) int {
	if f.Concurrency > 0 {
		return min(f.Concurrency, concurrency)
	}
	return concurrency
}

func bootstrap(folder, function string) string { return filepath.Join(folder, function, "bootstrap") }

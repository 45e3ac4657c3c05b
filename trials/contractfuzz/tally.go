package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// contract is openapi.yaml as far as the tally needs it.
type contract struct{ routes []route }

// route is one operation of it.
type route struct {
	id, method string
	path       []string // its parts; "{certificate}" stands for any
	literals   int      // how many stand for themselves
}

func (r route) String() string { return r.method + " " + strings.Join(r.path, "/") }

func readContract(path string) (*contract, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var document struct {
		Paths map[string]map[string]struct {
			ID string `yaml:"operationId"`
		}
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c := &contract{}
	for path, methods := range document.Paths {
		parts := strings.Split(path, "/")
		fixed := 0
		for _, part := range parts {
			if !strings.HasPrefix(part, "{") {
				fixed++
			}
		}
		for method, operation := range methods {
			c.routes = append(c.routes, route{operation.ID, strings.ToUpper(method), parts, fixed})
		}
	}
	slices.SortFunc(c.routes, func(a, b route) int {
		return strings.Compare(strings.Join(a.path, "/")+a.method, strings.Join(b.path, "/")+b.method)
	})
	return c, nil
}

// operation is the id of the operation that a request is for; "" is none. Of two, it is the one
// with fewer parts that stand for any, as HTTP API has it.
func (c *contract) operation(method, path string) string {
	parts := strings.Split(path, "/")
	best := route{literals: -1}
	for _, r := range c.routes {
		if r.method == method && r.literals > best.literals && fits(r.path, parts) {
			best = r
		}
	}
	return best.id
}

func fits(pattern, parts []string) bool {
	return slices.EqualFunc(pattern, parts, func(want, got string) bool {
		return want == got || strings.HasPrefix(want, "{") && got != ""
	})
}

// tally counts the answers of every operation by status.
type tally struct {
	contract *contract

	mu         sync.Mutex
	answers    map[string]map[int]int
	violations map[string]int
}

func newTally(c *contract) *tally {
	t := &tally{contract: c, answers: map[string]map[int]int{}, violations: map[string]int{}}
	for _, r := range c.routes {
		t.answers[r.id] = map[int]int{}
	}
	return t
}

func (t *tally) count(method, path string, status int) {
	id := t.contract.operation(method, path)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.answers[id] == nil {
		t.answers[id] = map[int]int{}
	}
	t.answers[id][status]++
}

// addViolation records an error of the proxy itself.
func (t *tally) addViolation(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.violations[err.Error()]++
}

// print writes a line an operation and the figures, and returns how many operations failed:
// findings are by operation, "POST /v1/login".
func (t *tally) print(w io.Writer, findings map[string][]string) (failed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	requests, reached, passed := 0, 0, len(t.contract.routes)
	for _, r := range t.contract.routes {
		mark, line, ok, n := "✓", "", false, 0
		for _, status := range slices.Sorted(maps.Keys(t.answers[r.id])) {
			count := t.answers[r.id][status]
			line += fmt.Sprintf("  %d×%d", status, count)
			ok = ok || status < 400
			n += count
		}
		if len(findings[r.String()]) > 0 || n == 0 {
			mark = "✗"
			failed++
			passed--
		}
		if ok {
			reached++
		}
		requests += n
		fmt.Fprintf(w, "  %s %-95s%s\n", mark, r, line)
		for _, finding := range findings[r.String()] {
			fmt.Fprintf(w, "      %s\n", strings.ReplaceAll(finding, "\n", "\n      "))
		}
	}
	for _, operation := range slices.Sorted(maps.Keys(findings)) {
		if !slices.ContainsFunc(t.contract.routes, func(r route) bool { return r.String() == operation }) {
			failed++
			fmt.Fprintf(w, "  ✗ %s\n      %s\n", operation, strings.Join(findings[operation], "\n      "))
		}
	}
	for _, trouble := range slices.Sorted(maps.Keys(t.violations)) {
		fmt.Fprintf(w, "  the proxy, %d times: %s\n", t.violations[trouble], trouble)
	}
	fmt.Fprintf(w, "\n%d requests to %d operations, %d of them with a success\n", requests, len(t.contract.routes), reached)
	fmt.Fprintf(w, "contract-fuzz: %d passed, %d failed\n", passed, failed)
	return failed
}

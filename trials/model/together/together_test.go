package together

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/dynamodb"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/processes"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const (
	clientCount         = 5
	operationsPerClient = 7
)

// fixture is a running service with one holder.
type fixture struct {
	*testservice.Service
	holder  seed.Holder
	session *seed.Session
}

func open(t *testing.T) *fixture {
	t.Helper()
	service, err := testservice.Start(t.Context(), stack.Options{Output: io.Discard})
	if errors.Is(err, stack.ErrNotBuilt) || errors.Is(err, dynamodb.ErrMissing) {
		t.Fatalf("%v; run `make build`", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Stop)
	w := &fixture{Service: service, holder: seed.EndorsableHolder(400, service.Today)}
	if err := w.OpenAccounts(t.Context(), w.holder); err != nil {
		t.Fatal(err)
	}
	w.login(t)
	return w
}

func (w *fixture) login(t *testing.T) {
	t.Helper()
	var err error
	if w.session, err = w.LogIn(t.Context(), seed.Ministry, w.holder); err != nil {
		t.Fatal(err)
	}
}

// begin reports a new certificate.
func (w *fixture) begin(t *testing.T, n int) *clientHistory {
	t.Helper()
	r := &clientHistory{session: w.session, startedAt: time.Now()}
	var err error
	if r.row, err = w.holder.WithSerial(n + 1).Row(); err != nil {
		t.Fatal(err)
	}
	if r.token, err = w.Token(t.Context(), seed.Registry, "report"); err != nil {
		t.Fatal(err)
	}
	r.row.Employer.Name = "示例建设集团有限公司"
	r.id = w.reportUntilAnswered(t, r.row)
	return r
}

// reportUntilAnswered reports a row and returns its certificate. A function that was killed for the history before may
// have taken the report with it; a row that is reported again is the same certificate.
func (w *fixture) reportUntilAnswered(t *testing.T, row client.ReportRow) string {
	t.Helper()
	for {
		done, err := w.Target.Report(t.Context(), row)
		var p *client.Problem
		if err == nil {
			return done.Rows[0].Certificate
		}
		if !errors.As(err, &p) || p.Status < 500 {
			t.Fatal(err)
		}
	}
}

func TestSeveralClientsAtOnceAreToldWhatCouldBeToldInTurn(t *testing.T) {
	w := open(t)
	seed := uint64(20261123)
	var lost, asked, killed, passed, failed int
	for n := range rounds() {
		if n%20 == 19 {
			w.login(t)
		}
		r := w.begin(t, n)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		stop := make(chan struct{})
		var working, killing sync.WaitGroup
		if n%2 == 1 {
			killing.Go(func() { killed += kill(stop, rand.New(rand.NewPCG(seed, uint64(n)))) })
		}
		for c := range clientCount {
			working.Go(func() { r.client(ctx, c, operationsPerClient, rand.New(rand.NewPCG(seed+uint64(n), uint64(c)))) })
		}
		working.Wait()
		close(stop)
		killing.Wait()
		cancel()
		if r.err != nil {
			t.Fatal(r.err)
		}
		asked, lost = asked+len(r.events), lost+len(r.pending)
		if w.check(t, n, r.history()) {
			passed++
		} else {
			failed++
		}
	}
	fmt.Printf("together: %d histories of %d clients, %d acts, %d without an answer, %d functions killed: %d passed, %d failed\n",
		rounds(), clientCount, asked, lost, killed, passed, failed)
}

// check looks for an order, and where there is none draws what was tried.
func (w *fixture) check(t *testing.T, n int, history []porcupine.Operation) bool {
	t.Helper()
	model := sequentialModel()
	result, info := porcupine.CheckOperationsVerbose(model, history, time.Minute)
	if result == porcupine.Ok {
		return true
	}
	file := filepath.Join(w.Root, "out", "model", fmt.Sprintf("history-%d.html", n))
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = porcupine.VisualizePath(model, info, file)
	}
	t.Errorf("history %d is %s: see %s (%v)", n, result, file, err)
	return false
}

// kill kills processes of the functions that write, at random moments, until it is told to stop. It
// returns how many.
func kill(stop <-chan struct{}, dice *rand.Rand) (killed int) {
	for {
		select {
		case <-stop:
			return killed
		case <-time.After(time.Duration(10+dice.IntN(50)) * time.Millisecond):
		}
		pids := processes.Functions(os.Getpid())[[]string{"endorse", "report"}[dice.IntN(2)]]
		if len(pids) > 0 && processes.Kill(pids[dice.IntN(len(pids))]) {
			killed++
		}
	}
}

// rounds is how many histories are made: ROUNDS, or as many as a test of every day can take.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("ROUNDS")); err == nil && n > 0 {
		return n
	}
	return 12
}

func TestTheSequentialModelRefusesWhatCannotBe(t *testing.T) {
	endorsed := func(call, answer int64, key, id string) porcupine.Operation {
		return porcupine.Operation{Input: Input{Act: Endorse, Key: key}, Output: Output{Copy: id}, Call: call, Return: answer}
	}
	for name, history := range map[string][]porcupine.Operation{
		"two copies of one key": {endorsed(0, 1, "k", "a"), endorsed(2, 3, "k", "b")},
		"a copy that the history does not show": {
			endorsed(0, 1, "k", "a"),
			{Input: Input{Act: History}, Output: Output{Copies: map[string]bool{}}, Call: 2, Return: 3},
		},
		"a withdrawn copy that is valid": {
			endorsed(0, 1, "k", "a"),
			{Input: Input{Act: Withdraw, Copy: "a"}, Output: Output{}, Call: 2, Return: 3},
			{Input: Input{Act: Verify, Copy: "a"}, Output: Output{Verdict: "valid"}, Call: 4, Return: 5},
		},
		"a copy of a cancelled certificate": {
			{Input: Input{Act: Report, State: "04"}, Output: Output{Version: "001"}, Call: 0, Return: 1},
			endorsed(2, 3, "k", "a"),
		},
		"a report that nobody's version counts": {
			{Input: Input{Act: Report, State: "04"}, Output: Output{Version: "003"}, Call: 0, Return: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if porcupine.CheckOperations(sequentialModel(), history) {
				t.Error("the model finds an order for it")
			}
		})
	}
}

// Command upgrade shows that what an earlier version stored goes on working. It builds that version in a
// worktree of its own, runs its service with its demo, and has holders make and end things on it; then
// today's version starts on the same data, migrates as docs/operations.md says, and is asked for everything
// again. At last the demo runs on it. With -back the earlier version is gone back to before that.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/demo/scenario"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

func main() {
	d := &upgrade{Steps: checks.Steps{Out: os.Stdout}}
	flag.StringVar(&d.from, "from", "", "the commit of the earlier version")
	flag.BoolVar(&d.back, "back", false, "in between, run today's version with FormerItems and go back to the earlier one")
	flag.StringVar(&d.log, "log", "out/upgrade", "directory for the output of the programs of both versions, and the demo's documents")
	flag.Parse()
	checks.Run("upgrade-drill", func(ctx context.Context) (int, error) {
		must.Do(d.run(ctx))
		fmt.Printf("\nupgrade-drill: %d passed, %d failed\n", d.Passed, d.Failed)
		return d.Failed, nil
	})
}

// upgrade is one run.
type upgrade struct {
	checks.Steps
	from, log string
	back      bool

	root, old, data string // today's repository, the earlier version's, what both keep
	port            int
	fixture         *fixture
}

func (d *upgrade) run(ctx context.Context) (err error) {
	defer must.Catch(&err)
	d.root = must.Get(testservice.FindRoot())
	d.log = must.Get(filepath.Abs(d.log))
	must.Do(os.MkdirAll(d.log, 0o755))
	d.data = must.Get(os.MkdirTemp("", "jiazhu-upgrade-"))
	defer os.RemoveAll(d.data)
	d.port = must.Get(child.FreePort())
	d.old = filepath.Join(d.data, "version")
	defer d.removeWorktree()
	fmt.Fprintf(d.Out, "%s\n", d.from)
	if !d.Step("the earlier version is built in a worktree of its own", func() error { return d.build(ctx) }) || !d.runEarlierVersion(ctx) {
		return nil
	}
	if d.back && !d.goBack(ctx) {
		return nil
	}
	return d.runCurrentVersion(ctx)
}

// build builds the earlier version, with what has been fetched already.
func (d *upgrade) build(ctx context.Context) error {
	must.Do(d.do(ctx, d.root, nil, "git", "worktree", "add", "--detach", d.old, d.from))
	font := d.findDirectory("shared/document/font/data", "shared/render/font/data")
	for fetched, to := range map[string]string{".cache": ".cache", "shared/document/font/data": font} {
		must.Do(d.do(ctx, d.root, nil, "cp", "-rn", filepath.Join(d.root, fetched)+"/.", filepath.Join(d.old, to)))
	}
	return d.do(ctx, d.old, nil, "make", "build")
}

// findDirectory returns the directory that the earlier version has: as it is called now, or as it was called.
func (d *upgrade) findDirectory(now, former string) string {
	if _, err := os.Stat(filepath.Join(d.old, now)); err == nil {
		return now
	}
	return former
}

// removeWorktree removes the worktree.
func (d *upgrade) removeWorktree() {
	_ = exec.Command("git", "-C", d.root, "worktree", "remove", "--force", d.old).Run()
}

// do runs a program to its end. Its output goes to the log, and its end into the error.
func (d *upgrade) do(ctx context.Context, dir string, env []string, name string, args ...string) error {
	output, err := d.ask(ctx, dir, env, name, args...)
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, lastLines(output))
	}
	return nil
}

func (d *upgrade) ask(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	output, err := cmd.CombinedOutput()
	log, failure := os.OpenFile(filepath.Join(d.log, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if failure != nil {
		return string(output), failure
	}
	defer log.Close()
	fmt.Fprintf(log, "$ %s %s\n%s\n", name, strings.Join(args, " "), output)
	return string(output), err
}

// lastLines is the end of a program's output.
func lastLines(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}

// startEarlierVersion starts the earlier version's service, and returns what stops it.
func (d *upgrade) startEarlierVersion() (stop func(), err error) {
	defer must.Catch(&err)
	log := must.Get(os.OpenFile(filepath.Join(d.log, "earlier.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644))
	ready := &wordWaiter{to: log, word: "ready: ", found: make(chan struct{})}
	cmd := exec.Command(filepath.Join(d.old, "build", "jiazhu-local"), "run", "-port", fmt.Sprint(d.port), "-data", d.keptDirectory())
	cmd.Dir, cmd.Stdout, cmd.Stderr = d.old, ready, log
	service := must.Get(child.Start(cmd))
	stop = func() {
		service.Stop(20 * time.Second)
		_ = log.Close()
	}
	select {
	case <-ready.found:
		return stop, nil
	case <-service.Done():
		err = fmt.Errorf("it ended: %w; see %s", service.Err(), log.Name())
	case <-time.After(2 * time.Minute):
		err = fmt.Errorf("it is not ready after two minutes; see %s", log.Name())
	}
	stop()
	return nil, err
}

// runEarlierVersion starts the earlier version's service, runs its demo on it, and has holders make and end things.
func (d *upgrade) runEarlierVersion(ctx context.Context) bool {
	stop := func() {}
	defer func() { stop() }()
	return d.Step("the earlier version starts, with its demo data", func() (err error) {
		started, err := d.startEarlierVersion()
		if err == nil {
			stop = started
		}
		return err
	}) && d.Step("its own demo runs on it", func() error {
		sources := filepath.Join(d.old, d.findDirectory("trials/demo", "local/cmd/demo"))
		must.Do(d.do(ctx, sources, nil, "go", "build", "-trimpath", "-o", filepath.Join(d.old, "build", "jiazhu-demo"), "."))
		return d.do(ctx, d.old, nil, filepath.Join(d.old, "build", "jiazhu-demo"), "-url", d.url(), "-keys", filepath.Join(d.keptDirectory(), "keys"), "-out", filepath.Join(d.log, "earlier"))
	}) && d.Step("holders endorse, withdraw and consent, are verified, and one number comes to another holder", func() (err error) {
		before := passportBefore
		if d.back { // one can go back to programs alone that store a number in today's form
			before = passport
		}
		d.fixture, err = newFixture(ctx, seed.Target{URL: d.url(), Keys: filepath.Join(d.keptDirectory(), "keys"), Phone: d.url()}, before)
		return err
	}) && d.Step("what the service says of all of it is recorded", func() error { return d.fixture.record(ctx) })
}

// goBack runs today's version as in the days after an upgrade, in which it writes items as the version before reads
// them, and then the earlier version again, which must have all that both made.
func (d *upgrade) goBack(ctx context.Context) bool {
	return d.Step("today's version, told to write former items, starts on the same data; a holder endorses and is verified", func() (err error) {
		defer must.Catch(&err)
		log := must.Get(os.Create(filepath.Join(d.log, "between.log")))
		defer log.Close()
		s := must.Get(stack.Start(ctx, stack.Options{
			Root: d.root, Data: d.keptDirectory(), Port: d.port, Output: log, Parameters: map[string]string{"FormerItems": "true"},
		}))
		defer s.Stop()
		must.Do(d.fixture.checkUnchanged(ctx))
		d.fixture.between = d.fixture.makeCopy(ctx, seed.EndorsableHolder(betweenOrder, d.fixture.today))
		return d.fixture.checkBetween(ctx)
	}) && d.Step("the earlier version starts again: nothing of its own is lost, and nothing of what today's made", func() (err error) {
		defer must.Catch(&err)
		stop := must.Get(d.startEarlierVersion())
		defer stop()
		must.Do(d.fixture.checkUnchanged(ctx))
		return d.fixture.checkBetween(ctx)
	})
}

func (d *upgrade) url() string           { return fmt.Sprintf("http://127.0.0.1:%d", d.port) }
func (d *upgrade) keptDirectory() string { return filepath.Join(d.data, "kept") }

// runCurrentVersion starts today's version on the data, migrates, and asks for everything.
func (d *upgrade) runCurrentVersion(ctx context.Context) error {
	var s *stack.Stack
	log := must.Get(os.Create(filepath.Join(d.log, "later.log")))
	defer log.Close()
	if !d.Step("today's version starts on the same data", func() (err error) {
		s, err = stack.Start(ctx, stack.Options{Root: d.root, Data: d.keptDirectory(), Port: d.port, Output: log})
		return err
	}) {
		return nil
	}
	defer s.Stop()
	operator := func(args ...string) func() error {
		return func() error { return d.jiazhu(ctx, s, args...) }
	}
	d.Step("jiazhu migrate counts what is to be moved", operator("migrate"))
	d.Step("jiazhu migrate -keep -yes writes the new items beside the old ones", operator("migrate", "-keep", "-yes"))
	d.Step("jiazhu migrate -yes moves the rest", operator("migrate", "-yes"))
	d.Step("and once more: there is nothing left to move", func() error { return d.checkNothingLeft(ctx, s) })
	d.Step("jiazhu check finds every item as the service wrote it", operator("check"))
	d.checkEarlierData(ctx)
	if d.back {
		d.Step("what was made before going back is there", func() error { return d.fixture.checkBetween(ctx) })
	}
	d.Step("today's demo runs on it", func() error { return d.runDemo(ctx) })
	d.Step("after that, too, all of it is as before", func() error { return d.fixture.checkUnchanged(ctx) })
	d.Step("and jiazhu check finds nothing wrong", operator("check"))
	return nil
}

func (d *upgrade) operator(s *stack.Stack) (env []string) {
	for name, value := range s.Operator() {
		env = append(env, name+"="+value)
	}
	return env
}

func (d *upgrade) jiazhu(ctx context.Context, s *stack.Stack, args ...string) error {
	return d.do(ctx, d.root, d.operator(s), filepath.Join(d.root, "build", "jiazhu"), args...)
}

// checkNothingLeft checks that every count of another run is 0.
func (d *upgrade) checkNothingLeft(ctx context.Context, s *stack.Stack) error {
	output, err := d.ask(ctx, d.root, d.operator(s), filepath.Join(d.root, "build", "jiazhu"), "migrate", "-yes", "-json")
	if err != nil {
		return fmt.Errorf("%w: %s", err, lastLines(output))
	}
	for line := range strings.Lines(output) {
		name, count, ok := strings.Cut(strings.Trim(line, " ,\n"), ": ")
		if ok && count != "0" && !strings.HasPrefix(count, "{") {
			return fmt.Errorf("%s is %s", name, count)
		}
	}
	return nil
}

// runDemo runs the demo.
func (d *upgrade) runDemo(ctx context.Context) error {
	log := must.Get(os.Create(filepath.Join(d.log, "demo.log")))
	defer log.Close()
	w := &scenario.Runner{Steps: checks.Steps{Out: log}, Target: d.fixture.target, Dir: filepath.Join(d.log, "later")}
	must.Do(w.Run(ctx))
	if w.Failed > 0 || w.Passed == 0 {
		return fmt.Errorf("%d steps passed and %d failed; see %s", w.Passed, w.Failed, log.Name())
	}
	return nil
}

// wordWaiter passes on what is written, and closes found when a word has been written.
type wordWaiter struct {
	to       io.Writer
	word     string
	text     string
	found    chan struct{}
	hasFound bool
}

func (a *wordWaiter) Write(p []byte) (int, error) {
	if a.text += string(p); !a.hasFound && strings.Contains(a.text, a.word) {
		a.hasFound = true
		close(a.found)
	}
	return a.to.Write(p)
}

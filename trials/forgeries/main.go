// Command forgeries has forged files and codes judged by everybody who judges: the API, the page
// in a browser, the offline checker without and with the registry, and once more as the receipts
// of their own answers. It starts the whole service on this machine, with an authority of its own;
// makes one genuine copy, with its PDF, OFD, code, receipt and photograph, by the public API; and
// from these what package forgery makes of them. None may be called valid by anybody.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/chrome"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// atLeast is how many forgeries there have to be.
const minForgeries = 400

type settings struct {
	verify  string // the offline checker's program
	out     string // folder for forgeries that somebody called valid
	all     bool   // keep the others there too
	chrome  string
	workers int
}

func main() {
	var s settings
	flag.StringVar(&s.verify, "verify", "build/verify", "the offline checker")
	flag.StringVar(&s.out, "out", "out/forgeries", "folder for forgeries that were called valid, with how they were made")
	flag.BoolVar(&s.all, "all", false, "keep every forgery there, with what was said of it")
	flag.StringVar(&s.chrome, "chrome", os.Getenv("CHROME"), "the browser; empty = the one on the PATH")
	flag.IntVar(&s.workers, "workers", 3, "how many forgeries are judged at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, s, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "forgeries:", err)
		failed = 1
	}
	os.Exit(min(failed, 1))
}

// run returns how many forgeries and controls failed.
func run(ctx context.Context, s settings, out io.Writer) (failed int, err error) {
	for _, path := range []*string{&s.verify, &s.out} { // the working directory changes with the stack
		if *path, err = filepath.Abs(*path); err != nil {
			return 0, err
		}
	}
	if err := os.RemoveAll(s.out); err != nil {
		return 0, err
	}
	r, err := prepare(ctx, s)
	if r != nil {
		defer r.stop()
	}
	if err != nil {
		return 0, err
	}
	start := time.Now()
	scene, err := r.service.makeSources(ctx)
	if err != nil {
		return 0, fmt.Errorf("the genuine copies: %w", err)
	}
	fmt.Fprintf(out, "genuine copies and their histories: %.1f s\n", time.Since(start).Seconds())
	start = time.Now()
	all, err := r.forge(ctx, scene)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(out, "%d forgeries: %.1f s\n", len(all), time.Since(start).Seconds())
	return r.judge(ctx, scene, all, out)
}

// forgeryRun is one run.
type forgeryRun struct {
	settings
	service *testService
	ca      *testca.Authority
	browser context.Context // nil without one
	undo    []func()
}

func (r *forgeryRun) stop() {
	for i := len(r.undo) - 1; i >= 0; i-- {
		r.undo[i]()
	}
}

func prepare(ctx context.Context, s settings) (*forgeryRun, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		return nil, err
	}
	r := &forgeryRun{settings: s}
	data, err := os.MkdirTemp("", "jiazhu-forgeries-")
	if err != nil {
		return nil, err
	}
	r.undo = append(r.undo, func() { _ = os.RemoveAll(data) })
	port, err := child.FreePort()
	if err != nil {
		return r, err
	}
	if _, r.ca, err = testkeys.New(filepath.Join(data, "keys"), fmt.Sprintf("http://127.0.0.1:%d", port)); err != nil {
		return r, err
	}
	running, err := stack.Start(ctx, stack.Options{Root: root, Data: data, Port: port, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")})
	if err != nil {
		return r, err
	}
	r.undo = append(r.undo, running.Stop)
	if r.service, err = openTestService(root, running); err != nil {
		return r, err
	}
	program, err := chrome.Find(s.chrome)
	if errors.Is(err, chrome.ErrMissing) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	browser, quit, err := chrome.Start(ctx, program)
	if err != nil {
		return r, err
	}
	r.browser, r.undo = browser, append(r.undo, quit)
	return r, nil
}

// forge makes everybody's forgeries.
func (r *forgeryRun) forge(ctx context.Context, s sources) (all []forgery.Forgery, err error) {
	press, err := forgery.NewRenderer()
	if err != nil {
		return nil, err
	}
	stolen, err := forgery.OpenServiceKeys(testkeys.Location(r.service.stack.Paths.Sign), r.service.stack.URL, s.genuine.Copy.Seal)
	if err != nil {
		return nil, err
	}
	foreign, err := testca.New(time.Now())
	if err != nil {
		return nil, err
	}
	for _, make := range []func() ([]forgery.Forgery, error){
		func() ([]forgery.Forgery, error) {
			return forgery.ByOutsider(ctx, s.genuine, press, foreign, s.invalid, s.number)
		},
		func() ([]forgery.Forgery, error) { return forgery.ByHolder(s.genuine, press, s.holderCopies) },
		func() ([]forgery.Forgery, error) { return forgery.BySubscriber(ctx, s.genuine, press, r.ca) },
		func() ([]forgery.Forgery, error) { return forgery.ByStolenKeys(ctx, s.genuine, press, stolen) },
	} {
		some, err := make()
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// newWorker is a worker's own, with a folder and a tab.
func (r *forgeryRun) newWorker(ctx context.Context, s sources, keys string) (*judgeWorker, error) {
	machine, err := r.service.target.Machine("demo-agency")
	if err != nil {
		return nil, err
	}
	b := &judgeWorker{stack: r.service.stack, imitating: s.imitating, today: r.service.today.String()}
	if b.agency, err = machine.Token(ctx, "verify"); err != nil {
		return nil, err
	}
	b.checker = checker{program: r.verify, keys: keys}
	if b.checker.dir, err = os.MkdirTemp(r.service.stack.Data, "given-"); err != nil {
		return nil, err
	}
	if r.browser != nil {
		p, quit, err := newPage(r.browser)
		if err != nil {
			return nil, err
		}
		b.page, r.undo = p, append(r.undo, quit)
	}
	return b, b.renew()
}

// judge has everything judged, and prints what was found.
func (r *forgeryRun) judge(ctx context.Context, s sources, all []forgery.Forgery, out io.Writer) (failed int, err error) {
	keys, err := r.fetchKeys(ctx)
	if err != nil {
		return 0, err
	}
	benches := make([]*judgeWorker, r.workers)
	for i := range benches {
		if benches[i], err = r.newWorker(ctx, s, keys); err != nil {
			return 0, err
		}
		defer benches[i].close()
	}
	list := []checks.Check{
		{Name: fmt.Sprintf("there are at least %d forgeries: %d", minForgeries, len(all)), OK: len(all) >= minForgeries, Got: fmt.Sprint(len(all))},
		checkDistinct(all, s.genuine),
	}
	list = append(list, benches[0].controls(ctx, "before", s.genuine)...)
	start := time.Now()
	results, err := judgeAll(ctx, benches, all)
	if err != nil {
		return 0, err
	}
	took := time.Since(start)
	list = append(list, runProbes(ctx, s.probes, benches[0].api)...)
	list = append(list, benches[0].controls(ctx, "after", s.genuine)...)
	fmt.Fprintln(out)
	printTable(out, results)
	bad, err := r.failures(out, results)
	if err != nil {
		return 0, err
	}
	for _, c := range list {
		if !c.OK {
			fmt.Fprintf(out, "  ✗ %s\n      %s\n", c.Name, c.Got)
			failed++
		}
	}
	failed += bad
	if r.browser == nil {
		fmt.Fprintf(out, "\n===== THE PAGE DID NOT JUDGE: %v =====\n", chrome.ErrMissing)
	}
	fmt.Fprintf(out, "\n%s\n%s\njudged in %.1f s; each forgery and each of %d controls is one\n", answers(results), times(results), took.Seconds(), len(list))
	fmt.Fprintf(out, "forgeries: %d passed, %d failed\n", len(results)+len(list)-failed, failed)
	return failed, nil
}

// fetchKeys saves the keys that the service publishes.
func (r *forgeryRun) fetchKeys(ctx context.Context) (string, error) {
	reply, err := r.service.api.Send(ctx, seed.Call{Method: "GET", Path: "/.well-known/jiazhu-trust.json"})
	if err != nil {
		return "", err
	}
	at := filepath.Join(r.service.stack.Data, "jiazhu-trust.json")
	return at, os.WriteFile(at, reply.Body, 0o600)
}

// judgeAll shares the forgeries out among the benches. The results are in the order of the forgeries.
func judgeAll(ctx context.Context, benches []*judgeWorker, all []forgery.Forgery) ([]result, error) {
	results := make([]result, len(all))
	next := make(chan int)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(next)
		for i := range all {
			select {
			case next <- i:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	var unjudged atomic.Int32
	for _, b := range benches {
		group.Go(func() error {
			for i := range next {
				results[i] = result{all[i], b.judge(ctx, all[i])}
				if f, ok := results[i].unjudgedFinding(); ok && unjudged.Add(1) > maxUnjudged {
					return fmt.Errorf("%d forgeries were not judged; the last: %s: %s", maxUnjudged+1, all[i].Path(), f)
				}
			}
			return nil
		})
	}
	return results, group.Wait()
}

// mostUnjudged is how many forgeries may remain without the answer of a judge before there is no use
// in going on. Each is a failure.
const maxUnjudged = 10

// runProbes demands that nobody sees what belongs to another.
func runProbes(ctx context.Context, all []probe, api *seed.API) (list []checks.Check) {
	for _, p := range all {
		saw, err := p.try(ctx, api)
		if err != nil {
			saw = err.Error()
		}
		list = append(list, checks.Check{Name: "nothing is shown: " + p.name, OK: saw == "", Got: saw})
	}
	return list
}

// most is how many failures are printed whole; all are kept.
const maxListed = 30

// failures prints and keeps the forgeries that somebody called valid, or did not judge.
func (r *forgeryRun) failures(out io.Writer, results []result) (failed int, err error) {
	for _, one := range results {
		wrong := one.failures()
		if len(wrong) > 0 || r.all {
			if err := writeForgery(r.out, one); err != nil {
				return failed, err
			}
		}
		if len(wrong) == 0 {
			continue
		}
		if failed++; failed <= maxListed {
			fmt.Fprintf(out, "  ✗ %s\n", one.forgery.Path())
			for _, f := range wrong {
				fmt.Fprintf(out, "      %.200s\n", f)
			}
		}
	}
	if failed > maxListed {
		fmt.Fprintf(out, "  and %d more; all are in %s\n", failed-maxListed, r.out)
	}
	return failed, nil
}

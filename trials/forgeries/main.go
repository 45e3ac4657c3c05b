// Command forgeries has forged files and codes verified by every verifier: the API, the page in a browser, the offline
// checker without and with the registry; the receipts of the API's answers are verified too. It starts the whole
// service on this machine, with a certificate authority of its own, makes genuine copies by the public API, and makes
// forgeries from them with package forgery. No verifier may call any of them valid.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/chrome"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// minForgeries is the least number of forgeries.
const minForgeries = 400

type settings struct {
	verify  string // the offline checker's program
	out     string // directory for forgeries that were called valid
	all     bool   // keep the others there too
	chrome  string
	workers int
}

func main() {
	var s settings
	flag.StringVar(&s.verify, "verify", "build/verify", "the offline checker")
	flag.StringVar(&s.out, "out", "out/forgeries", "directory for forgeries that were called valid, with how they were made")
	flag.BoolVar(&s.all, "all", false, "keep every forgery there, with what was said of it")
	flag.StringVar(&s.chrome, "chrome", os.Getenv("CHROME"), "the browser; empty = the one on the PATH")
	flag.IntVar(&s.workers, "workers", 3, "how many forgeries are judged at the same time")
	flag.Parse()
	checks.Run("forgeries", func(ctx context.Context) (int, error) { return run(ctx, s, os.Stdout) })
}

// run returns how many forgeries and controls failed.
func run(ctx context.Context, s settings, out io.Writer) (failed int, err error) {
	defer must.Catch(&err)
	for _, path := range []*string{&s.verify, &s.out} { // the working directory changes with the stack
		*path = must.Get(filepath.Abs(*path))
	}
	must.Do(os.RemoveAll(s.out))
	r := &forgeryRun{settings: s}
	r.start(ctx)
	defer r.service.Stop()
	start := time.Now()
	made, err := makeSources(ctx, r.service)
	if err != nil {
		return 0, fmt.Errorf("the genuine copies: %w", err)
	}
	fmt.Fprintf(out, "genuine copies and their histories: %.1f s\n", time.Since(start).Seconds())
	start = time.Now()
	all := r.forge(ctx, made)
	fmt.Fprintf(out, "%d forgeries: %.1f s\n", len(all), time.Since(start).Seconds())
	return r.judge(ctx, made, all, out), nil
}

// forgeryRun is one run. Its steps stop at an error (package must).
type forgeryRun struct {
	settings
	service *testservice.Service
	ca      *testca.Authority
	browser context.Context // nil without one
}

// start starts the browser, where there is one, and the service, whose Stop ends both.
func (r *forgeryRun) start(ctx context.Context) {
	data := must.Get(os.MkdirTemp("", "jiazhu-forgeries-"))
	quit := func() {}
	if program, err := chrome.Find(r.chrome); !errors.Is(err, chrome.ErrMissing) {
		must.Do(err)
		r.browser, quit = must.Get2(chrome.Start(ctx, program))
	}
	port := must.Get(child.FreePort())
	_, r.ca = must.Get2(testkeys.New(filepath.Join(data, "keys"), fmt.Sprintf("http://127.0.0.1:%d", port), must.Get(scheme.Load())))
	r.service = must.Get(testservice.Start(ctx, stack.Options{
		Data: data, Port: port, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
	}))
	r.service.AddCleanup(func() { quit(); _ = os.RemoveAll(data) })
}

// forge makes the forgeries of all attackers.
func (r *forgeryRun) forge(ctx context.Context, s sources) []forgery.Forgery {
	renderer := must.Get(forgery.NewRenderer())
	stolen := must.Get(forgery.OpenServiceKeys(testkeys.Location(r.service.Paths.Sign), r.service.URL, s.genuine.Copy.Seal))
	foreign := must.Get(testca.New(time.Now()))
	return slices.Concat(
		must.Get(forgery.ByOutsider(ctx, s.genuine, renderer, foreign, s.invalid, s.number)),
		must.Get(forgery.ByHolder(s.genuine, renderer, s.holderCopies)),
		must.Get(forgery.BySubscriber(ctx, s.genuine, renderer, r.ca)),
		must.Get(forgery.ByStolenKeys(ctx, s.genuine, renderer, stolen)),
	)
}

// newWorker is a worker with a directory and a tab of its own.
func (r *forgeryRun) newWorker(ctx context.Context, s sources, keys string) *judgeWorker {
	b := &judgeWorker{service: r.service, imitating: s.imitating}
	b.agency = must.Get(r.service.Token(ctx, "demo-agency", "verify"))
	b.checker = checker{program: r.verify, keys: keys, dir: must.Get(os.MkdirTemp(r.service.Data, "given-"))}
	if r.browser != nil {
		p, quit := must.Get2(newPage(r.browser))
		b.page = p
		r.service.AddCleanup(quit)
	}
	must.Do(b.renew())
	return b
}

// judge has everything judged, and prints what was found.
func (r *forgeryRun) judge(ctx context.Context, s sources, all []forgery.Forgery, out io.Writer) (failed int) {
	keys := r.fetchKeys(ctx)
	workers := make([]*judgeWorker, r.workers)
	for i := range workers {
		workers[i] = r.newWorker(ctx, s, keys)
		defer workers[i].close()
	}
	list := []checks.Check{
		{Name: fmt.Sprintf("there are at least %d forgeries: %d", minForgeries, len(all)), OK: len(all) >= minForgeries, Got: fmt.Sprint(len(all))},
		checkDistinct(all, s.genuine),
	}
	list = append(list, workers[0].controls(ctx, "before", s.genuine)...)
	start := time.Now()
	results := must.Get(judgeAll(ctx, workers, all))
	took := time.Since(start)
	for _, p := range s.probes { // nothing of another holder is shown
		saw, err := p.try(ctx, workers[0].api)
		if err != nil {
			saw = err.Error()
		}
		list = append(list, checks.Check{Name: "nothing is shown: " + p.name, OK: saw == "", Got: saw})
	}
	list = append(list, workers[0].controls(ctx, "after", s.genuine)...)
	fmt.Fprintln(out)
	printTable(out, results)
	failed = must.Get(r.failures(out, results))
	for _, c := range list {
		if !c.OK {
			fmt.Fprintf(out, "  ✗ %s\n      %s\n", c.Name, c.Got)
			failed++
		}
	}
	if r.browser == nil {
		fmt.Fprintf(out, "\n===== THE PAGE DID NOT JUDGE: %v =====\n", chrome.ErrMissing)
	}
	fmt.Fprintf(out, "\n%s\njudged in %.1f s; each forgery and each of %d controls is one\n", answers(results), took.Seconds(), len(list))
	fmt.Fprintf(out, "forgeries: %d passed, %d failed\n", len(results)+len(list)-failed, failed)
	return failed
}

// fetchKeys saves the keys that the service publishes.
func (r *forgeryRun) fetchKeys(ctx context.Context) string {
	reply := must.Get(r.service.API.Send(ctx, seed.Call{Method: "GET", Path: "/.well-known/jiazhu-trust.json"}))
	at := filepath.Join(r.service.Data, "jiazhu-trust.json")
	must.Do(os.WriteFile(at, reply.Body, 0o600))
	return at
}

// judgeAll shares the forgeries among the workers. The results are in the order of the forgeries.
func judgeAll(ctx context.Context, workers []*judgeWorker, all []forgery.Forgery) ([]result, error) {
	results := make([]result, len(all))
	var next, unjudged atomic.Int32
	group, ctx := errgroup.WithContext(ctx)
	for _, b := range workers {
		group.Go(func() error {
			for i := int(next.Add(1)) - 1; i < len(all) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				results[i] = result{all[i], b.judge(ctx, all[i])}
				if f, ok := results[i].unjudgedFinding(); ok && unjudged.Add(1) > maxUnjudged {
					return fmt.Errorf("%d forgeries were not judged; the last: %s: %s", maxUnjudged+1, all[i].Path(), f)
				}
			}
			return ctx.Err()
		})
	}
	return results, group.Wait()
}

// maxUnjudged is how many forgeries may stay without a judge's answer before the run ends. Each is a failure.
const maxUnjudged = 10

// maxListed is how many failures are printed whole; all are kept.
const maxListed = 30

// failures prints and keeps the forgeries that somebody called valid, or did not judge.
func (r *forgeryRun) failures(out io.Writer, results []result) (failed int, err error) {
	for _, one := range results {
		wrong := one.failures()
		if len(wrong) > 0 || r.all {
			must.Do(writeForgery(r.out, one))
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

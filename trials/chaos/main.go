// Command chaos makes a whole local service fail while people use it, and then checks whether anything was lost.
//
//	make chaos CHAOS_SECONDS=600
//
// Visitors arrive at a steady rate, whether or not those before them were served. Each logs in on one
// of the portals, proves who they are with the test phone, endorses their certificate under an
// Idempotency-Key, downloads the files, has them verified, and one in four withdraws the copy. They
// repeat what got no answer, a 5xx or a 429, as a client should. An organisation announces archives of what they downloaded,
// with altered files and hostile ones among them, uploads them, and asks how far they are judged. Meanwhile functions are killed with
// SIGKILL, DynamoDB and S3 are killed and started again on their data, and calls to them are delayed,
// throttled, cut, or lose their answers. What happens when follows from the seed; how the processes
// interleave does not.
//
// Then the faults end, and everything is compared with what was acknowledged: by the public API, and in the table, the
// bucket and the journal. Every archive is judged by then, and its manifest is held against its files.
//
// How to read the figures: offered is how many endorsements were asked for; each is acknowledged or
// refused by a rule in the end, and lost and duplicated are 0 in a service that can be relied on.
// "retried" is what clients repeated. "unavailable answers" are the service's own 5xx, which say who
// must do what. "gateway answers" are API Gateway's own, {"message": …} on AWS too: a 500
// where a function died with the call, of which there are never more than processes killed, and a
// 503 where all its processes were busy. "turned away" and the latter say that the machine is too slow
// for the rate, and nothing about the service. A verdict without the register is 无法确认 and says so. A
// verdict whose entry in the ledger could not be made is counted as "verdicts not noted", and each is
// in the function's log with its request's id. "archives left to the audit" are those whose caller gave up. "runs of archives
// that died" wrote no record, or the answer to their beginning was lost; an entry is passed over after six of them in a row.
//
// Killing a process loses what it had in memory, not what it had handed to the system: dynoxide
// (SQLite, WAL, no fsync at a commit) and S3's directory may lose their last writes when the machine
// itself fails, which is not tried here and is DynamoDB's and S3's own promise on AWS.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

type settings struct {
	duration time.Duration // of the faults
	rate     float64       // visitors a second
	holders  int
	seed     uint64

	functions string // directory of their programs; "" = build/local
}

func main() {
	var s settings
	seconds := flag.Int("seconds", 600, "how long there are faults, 5 to 86400")
	flag.Float64Var(&s.rate, "rate", 2, "visitors a second, at most 50")
	flag.IntVar(&s.holders, "holders", 24, "people who visit, at most 200")
	flag.Uint64Var(&s.seed, "seed", 1, "decides who comes when and what fails when")
	flag.StringVar(&s.functions, "functions", "", "directory with <name>/bootstrap of each function; empty = build/local")
	flag.Parse()
	s.duration = time.Duration(min(max(*seconds, 5), 86400)) * time.Second
	s.rate, s.holders = min(max(s.rate, 0.1), 50), min(max(s.holders, 2), 200)
	checks.Run("chaos", func(ctx context.Context) (int, error) {
		if isS3, err := faultproxy.ServeS3(ctx, flag.Args()); isS3 {
			return 0, err
		}
		return run(ctx, s)
	})
}

// run returns how many checks failed.
func run(ctx context.Context, s settings) (int, error) {
	b := newOutcomeLog()
	p := must.Get(open(ctx, s, b))
	defer p.close()
	began := time.Now()
	fmt.Printf("%d holders on both portals, %.1f visitors a second, %s of faults, seed %d\n", s.holders, s.rate, s.duration, s.seed)
	t := newFaultSchedule(p, s)
	visits := p.startVisitors(ctx, s)
	archives := p.startSubmissions(ctx, s)
	t.run(ctx, s.duration)
	visits.finish()
	archives.finish(ctx)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	fmt.Printf("the faults end after %s; checking everything that was acknowledged\n", time.Since(began).Round(time.Second))
	a := &auditor{harness: p, outcomes: b, nextName: 1000}
	a.run(ctx)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return report(os.Stdout, s, b, t, a), nil
}

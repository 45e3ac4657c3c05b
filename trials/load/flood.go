package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
	"github.com/jiazhu/jiazhu/trials/processes"
)

const (
	floodRate            = 100 // wrong log-ins a second: as many as template.yaml lets through to the function
	floodFrom            = 2   // addresses
	goodEvery            = 250 * time.Millisecond
	calmTries            = 20 // one at a time, to see what one costs
	goodPause            = 100 * time.Millisecond
	goodWithin           = 15 * time.Second // a right log-in, repeated where the answer is "not now"
	memoryBound          = 256 << 20        // of one process of the function; the template gives it 1769 MB
	maxFunctionProcesses = 32 + 1           // of a function here, at most, and one whose calls were recorded
)

// flood sends wrong passwords for one account from a few addresses, at many times what the limits
// allow, while the account's own person logs in from another.
func (p *harness) flood(ctx context.Context, length time.Duration) (found []checks.Check, err error) {
	defer must.Catch(&err)
	victim := p.loggers()[0]
	attackers := faultproxy.NewPooledClient(5000, floodFrom, connections)
	defer attackers.CloseIdleConnections()
	calm, quiet := must.Get2(p.measureLogin(ctx, victim))
	good, answers := must.Get2(p.loginUnderFlood(ctx, attackers, victim, length))
	each, refused := must.Get2(p.measureRefusals(ctx, attackers, victim))
	pids := processes.Functions(p.gateway)["login"]
	var memory int64
	for _, pid := range pids {
		memory = max(memory, processes.Peak(pid))
	}
	sent := answers[http.StatusUnauthorized] + answers[http.StatusTooManyRequests] + answers[0]
	hashed := answers[http.StatusUnauthorized]
	fmt.Printf("flood: %d wrong log-ins a second for one account from %d addresses, for %s\n", floodRate, floodFrom, length)
	fmt.Printf("  %d answered 401 (a password was hashed), %d answered 429, %d otherwise\n",
		hashed, answers[http.StatusTooManyRequests], answers[0])
	fmt.Printf("  the account's person: %d log-ins, %d not let in, %d repeated; p50 %.0f ms, p99 %.0f ms (in calm %.0f and %.0f)\n",
		len(good.times), good.failed, good.repeated, good.times.quantile(0.5), good.times.quantile(0.99),
		quiet.times.quantile(0.5), quiet.times.quantile(0.99))
	fmt.Printf("  CPU of the function: %.2f ms for a right log-in in calm, %.2f ms for a refusal after the flood\n", milliseconds(calm), milliseconds(each))
	fmt.Printf("  %d processes of login, at most %d MB in one\n\n", len(pids), memory>>20)
	check := func(name string, ok bool, format string, got ...any) {
		found = append(found, checks.Check{Name: name, OK: ok, Got: fmt.Sprintf(format, got...)})
	}
	check("the flood goes beyond the limits", sent >= 5*floodFrom*allowedTries(length), "%d answers", sent)
	check("the flood is refused by the limits", hashed <= floodFrom*allowedTries(length), "%d passwords hashed", hashed)
	check("the account's person logs in", good.failed == 0 && len(good.times) > 0, "%d of %d were not let in, the last with %v", good.failed, len(good.times), good.last)
	check("the flood's addresses are still refused", refused >= calmTries, "%d answers of 429", refused)
	check("a refusal is made before hashing", each < calm/2, "%v, a right log-in takes %v", each, calm)
	check("the function's memory", memory < memoryBound, "%d MB", memory>>20)
	check("the function's processes", len(pids) <= maxFunctionProcesses, "%d processes", len(pids))
	return found, nil
}

// allowedTries is how many passwords one address may try at an account in a time.
func allowedTries(length time.Duration) int {
	own := identity.UnknownNetworkTries("", "", "").Own
	return own.Burst + int(length/own.Every) + 1
}

// measureLogin is the function's processor time for a right log-in when nothing else goes on.
func (p *harness) measureLogin(ctx context.Context, h seed.Holder) (each time.Duration, g goodLogins, err error) {
	api := &seed.API{URL: p.URL, HTTP: faultproxy.Client(faultproxy.Address(6000))}
	before := p.measureCPU().function
	for range calmTries {
		if err := g.login(ctx, api, h); err != nil {
			return 0, g, err
		}
	}
	return (p.measureCPU().function - before) / calmTries, g, nil
}

// measureRefusals is the function's processor time for a wrong log-in from an address that has tried too
// often, one at a time, and how many were refused for that.
func (p *harness) measureRefusals(ctx context.Context, from *http.Client, victim seed.Holder) (each time.Duration, refused int, err error) {
	before := p.measureCPU().function
	for i := range calmTries {
		reply, _, err := p.send(ctx, from, p.wrongPasswordLogin(victim, -i))
		if err != nil {
			return 0, 0, err
		}
		if reply.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	return (p.measureCPU().function - before) / calmTries, refused, nil
}

// wrongPasswordLogin is a log-in with a password that is not the account's.
func (p *harness) wrongPasswordLogin(victim seed.Holder, i int) vegeta.Target {
	return post(p.URL+"/v1/login", "", map[string]string{
		"portal": seed.Ministry, "username": victim.Username, "password": fmt.Sprintf("not-the-password-%d", i),
	})
}

// loginUnderFlood keeps the flood up and has the person log in meanwhile. Answers are counted by status; 0 is
// any other.
func (p *harness) loginUnderFlood(ctx context.Context, attackers *http.Client, victim seed.Holder, length time.Duration) (goodLogins, map[int]int, error) {
	attacker := vegeta.NewAttacker(vegeta.Client(attackers), vegeta.MaxWorkers(inFlight))
	stop := context.AfterFunc(ctx, func() { attacker.Stop() })
	defer stop()
	var n atomic.Int64
	wrong := func(t *vegeta.Target) error {
		*t = p.wrongPasswordLogin(victim, int(n.Add(1)))
		return nil
	}
	results := attacker.Attack(wrong, vegeta.Rate{Freq: floodRate, Per: time.Second}, length, "")
	var good goodLogins
	over, done := make(chan struct{}), sync.WaitGroup{}
	done.Go(func() {
		api := &seed.API{URL: p.URL, HTTP: faultproxy.Client(faultproxy.Address(6001))}
		tick := time.NewTicker(goodEvery)
		defer tick.Stop()
		for {
			_ = good.login(ctx, api, victim) // counted as refused
			select {
			case <-tick.C:
			case <-over:
				return
			}
		}
	})
	answers := map[int]int{}
	for res := range results {
		switch code := int(res.Code); code {
		case http.StatusUnauthorized, http.StatusTooManyRequests:
			answers[code]++
		default:
			answers[0]++
		}
	}
	close(over)
	done.Wait()
	return good, answers, ctx.Err()
}

// goodLogins are the log-ins of somebody who knows the password.
type goodLogins struct {
	times    durations // until they were let in
	repeated int
	failed   int
	last     error
}

// login logs in, and again where the answer is a 5xx, as a client does.
func (g *goodLogins) login(ctx context.Context, api *seed.API, h seed.Holder) error {
	ctx, cancel := context.WithTimeout(ctx, goodWithin)
	defer cancel()
	start := time.Now()
	for {
		_, err := api.Login(ctx, seed.Ministry, h)
		var p *client.Problem
		if errors.As(err, &p) && p.Status >= http.StatusInternalServerError && ctx.Err() == nil {
			g.repeated++
			time.Sleep(goodPause)
			continue
		}
		g.times = append(g.times, time.Since(start))
		if err != nil {
			g.failed++
			g.last = err
		}
		return err
	}
}

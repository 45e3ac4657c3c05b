// Package scenario runs every scenario that a holder can have, on both portals, through the public API of a
// running service, and every failure for which the manual has a message (使用手册 三, 常见问题). It compares the
// answers word for word with what is expected, and keeps documents and answers.
package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Runner runs the scenarios. Use it by pointer, once.
type Runner struct {
	seed.Target
	Dir string    // where documents and answers are kept
	Log io.Writer // receives one line a step

	// Own says that nobody else uses the service, so that the demo's holders may be changed.
	Own bool

	// ChallengeLife is how long a challenge is valid, if that is short enough to wait for; else zero.
	ChallengeLife time.Duration

	passed, failed int
	holders        map[string]seed.Holder // by situation
	signer         *client.Signer         // of the identity app
}

// Run runs all scenarios, and returns how many steps passed and failed.
func (r *Runner) Run(ctx context.Context) (passed, failed int, err error) {
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return 0, 0, err
	}
	if r.signer, err = r.AppSigner(); err != nil {
		return 0, 0, err
	}
	if !r.seed(ctx) {
		return r.passed, r.failed, nil
	}
	pending := r.openPendingChallenge(ctx)
	for _, portal := range []string{seed.Ministry, seed.National} {
		r.runPortal(ctx, portal)
	}
	r.identityFailures(ctx)
	r.runSituations(ctx)
	r.tryWindows(ctx)
	r.trySecondScheme(ctx)
	r.fixBlockers(ctx)
	r.checkChallengeExpired(ctx, pending)
	return r.passed, r.failed, nil
}

func (r *Runner) seed(ctx context.Context) bool {
	r.printHeading("演示数据 · demo data, through the public API")
	var first []seed.Holder
	ok := r.step("the registry reports, the portals open accounts, the holders set their passwords", func() (err error) {
		first, err = seed.Seed(ctx, r.Target)
		return err
	})
	r.holders = map[string]seed.Holder{}
	for _, h := range first {
		r.holders[h.Meaning] = h
	}
	return ok && r.step("the same again changes nothing", func() error {
		_, err := seed.Seed(ctx, r.Target)
		return err
	})
}

// step runs one step, prints its result and duration, and counts it.
func (r *Runner) step(name string, do func() error) bool {
	start := time.Now()
	err := do()
	took := float64(time.Since(start).Microseconds()) / 1000
	if err != nil {
		r.failed++
		fmt.Fprintf(r.Log, "  ✗ %7.1f ms  %s\n               %v\n", took, name, err)
		return false
	}
	r.passed++
	fmt.Fprintf(r.Log, "  ✓ %7.1f ms  %s\n", took, name)
	return true
}

func (r *Runner) printHeading(text string) { fmt.Fprintf(r.Log, "\n%s\n", text) }

// keep writes a file into the runner's directory.
func (r *Runner) keep(name string, data []byte) error {
	return os.WriteFile(filepath.Join(r.Dir, name), data, 0o644)
}

// keepJSON writes indented JSON into the runner's directory.
func (r *Runner) keepJSON(name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return err
	}
	return r.keep(name+".json", append(out.Bytes(), '\n'))
}

// checkRefusal checks that err is the problem with this code and, unless it is empty, this title.
func checkRefusal(err error, code client.ProblemCode, title string) error {
	var p *client.Problem
	switch {
	case err == nil:
		return fmt.Errorf("accepted, but %s was expected", code)
	case !errors.As(err, &p):
		return err
	case p.Code != code:
		return fmt.Errorf("%w, but %s was expected", err, code)
	case title != "" && p.Title != title:
		return fmt.Errorf("the title is %q, but the manual has %q", p.Title, title)
	}
	return nil
}

// checkVerdict checks the verdict and the result of one check.
func checkVerdict(v client.Verdict, verdict client.VerdictVerdict, check client.RowCheck, result client.RowResult) error {
	got, text := v.Result(check)
	if v.Verdict != verdict || got != result {
		return fmt.Errorf("the verdict is %s (%s: %s %s), want %s (%s: %s): %+v",
			v.Verdict, check, got, text, verdict, check, result, v.Checks)
	}
	return nil
}

func today() civil.Date { return civil.Of(time.Now()) }

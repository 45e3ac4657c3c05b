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
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/checks"
)

// Runner runs the scenarios. Use it by pointer, once.
type Runner struct {
	checks.Steps
	seed.Target
	Dir string // where documents and answers are kept

	// Own says that nobody else uses the service, so that the demo's holders may be changed.
	Own bool

	// ChallengeLife is how long a challenge is valid, if that is short enough to wait for; else zero.
	ChallengeLife time.Duration

	holders map[string]seed.Holder // by situation
	signer  *client.Signer         // of the identity app
}

// Run runs all scenarios.
func (r *Runner) Run(ctx context.Context) (err error) {
	defer must.Catch(&err)
	must.Do(os.MkdirAll(r.Dir, 0o755))
	r.signer = must.Get(r.AppSigner())
	if !r.seed(ctx) {
		return nil
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
	return nil
}

func (r *Runner) seed(ctx context.Context) bool {
	r.Heading("演示数据 · demo data, through the public API")
	var first []seed.Holder
	ok := r.Step("the registry reports, the portals open accounts, the holders set their passwords", func() (err error) {
		first = must.Get(seed.Seed(ctx, r.Target))
		return nil
	})
	r.holders = map[string]seed.Holder{}
	for _, h := range first {
		r.holders[h.Meaning] = h
	}
	return ok && r.Step("the same again changes nothing", func() error {
		_, err := seed.Seed(ctx, r.Target)
		return err
	})
}

// keep writes a file into the runner's directory.
func (r *Runner) keep(name string, data []byte) error {
	return os.WriteFile(filepath.Join(r.Dir, name), data, 0o644)
}

// keepJSON writes indented JSON into the runner's directory.
func (r *Runner) keepJSON(name string, value any) error {
	var out bytes.Buffer
	must.Do(json.Indent(&out, must.Get(json.Marshal(value)), "", "  "))
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

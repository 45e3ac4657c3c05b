package seed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// ScenarioRunner goes every way a holder can go, on both portals, and every way the manual says ends in a
// message. Use it by pointer, once.
type ScenarioRunner struct {
	Target
	Folder string    // where documents and answers are kept
	Log    io.Writer // receives one line a step

	// Own says that the service is there for this walk alone, so that it may change what a
	// demo's visitors would miss.
	Own bool

	// Short is the life of a challenge, when it is short enough to be waited for; else zero.
	Short time.Duration

	passed, failed int
	holders        map[string]Holder // by situation
	signer         *Signer           // of the identity app
}

// Run walks, and returns how many steps did what they should and how many did not.
func (w *ScenarioRunner) Run(ctx context.Context) (passed, failed int, err error) {
	if err := os.MkdirAll(w.Folder, 0o755); err != nil {
		return 0, 0, err
	}
	if w.signer, err = OpenSigner(filepath.Join(w.Keys, "app", "app.key.pem")); err != nil {
		return 0, 0, err
	}
	if !w.seed(ctx) {
		return w.passed, w.failed, nil
	}
	late := w.openPendingChallenge(ctx)
	for _, portal := range []string{Ministry, National} {
		w.runPortal(ctx, portal)
	}
	w.identityFailures(ctx)
	w.situations(ctx)
	w.windows(ctx)
	w.schemeTwo(ctx)
	w.fixBlockers(ctx)
	w.checkChallengeExpired(ctx, late)
	return w.passed, w.failed, nil
}

func (w *ScenarioRunner) seed(ctx context.Context) bool {
	w.printHeading("演示数据 · demo data, through the public API")
	var first []Holder
	ok := w.step("the registry reports, the portals open accounts, the holders set their passwords", func() (err error) {
		first, err = Seed(ctx, w.Target)
		return err
	})
	w.holders = map[string]Holder{}
	for _, h := range first {
		w.holders[h.Meaning] = h
	}
	return ok && w.step("the same again changes nothing", func() error {
		_, err := Seed(ctx, w.Target)
		return err
	})
}

// step does one thing, prints how it went and how long it took, and counts it.
func (w *ScenarioRunner) step(name string, do func() error) bool {
	start := time.Now()
	err := do()
	took := float64(time.Since(start).Microseconds()) / 1000
	if err != nil {
		w.failed++
		fmt.Fprintf(w.Log, "  ✗ %7.1f ms  %s\n               %v\n", took, name, err)
		return false
	}
	w.passed++
	fmt.Fprintf(w.Log, "  ✓ %7.1f ms  %s\n", took, name)
	return true
}

func (w *ScenarioRunner) printHeading(text string) { fmt.Fprintf(w.Log, "\n%s\n", text) }

// keep writes a file into the walk's folder.
func (w *ScenarioRunner) keep(name string, data []byte) error {
	return os.WriteFile(filepath.Join(w.Folder, name), data, 0o644)
}

// app is the identity app with somebody's face before it.
func (w *ScenarioRunner) app(p Person) App {
	return App{Signer: w.signer, Audience: w.URL, Device: "phone-of-" + p.Phone, Person: p}
}

// refusal checks that err is the problem with this code and, unless title is "", this title.
func refusal(err error, code, title string) error {
	var p *Problem
	switch {
	case err == nil:
		return fmt.Errorf("went through, where %s was expected", code)
	case !errors.As(err, &p):
		return err
	case p.Code != code:
		return fmt.Errorf("%w, where %s was expected", err, code)
	case title != "" && p.Title != title:
		return fmt.Errorf("says %q, where the manual says %q", p.Title, title)
	}
	return nil
}

// expect reports a difference.
func expect[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v, want %v", what, got, want)
	}
	return nil
}

func today() civil.Date { return civil.Of(time.Now()) }

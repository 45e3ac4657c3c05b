package browser

import (
	"testing"

	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// steeredWaits keeps the page's waits of some seconds in window.waits until a test ends them, and hides the page while
// window.unseen is set.
const steeredWaits = `
	window.waits = [];
	const set = window.setTimeout, clear = window.clearTimeout;
	window.setTimeout = (run, ms, ...rest) => {
		if (!(ms >= 2000 && ms < 10000)) return set(run, ms, ...rest);
		const wait = {id: 1e9 + Math.random(), run, ms};
		waits.push(wait);
		return wait.id;
	};
	window.clearTimeout = id => { window.waits = waits.filter(wait => wait.id !== id); if (!(id >= 1e9)) clear(id); };
	Object.defineProperty(document, "hidden", {get: () => Boolean(window.unseen)});`

// polls is how often the page has asked how an identification stands.
func (p *tab) polls() int {
	p.Helper()
	return js[int](p, `performance.getEntriesByType("resource").filter(e => e.name.includes("/v1/identity/challenges/")).length`)
}

// show hides the page, or shows it again.
func (p *tab) show(seen bool) {
	p.Helper()
	js[bool](p, map[bool]string{true: `(window.unseen = false, `, false: `(window.unseen = true, `}[seen]+lookNow+`)`)
}

// TestAnIdentificationIsAskedForTenTimes: one as docs/capacity.md assumes it, whose code is scanned after 14 s and whose
// face is shown after 32 s.
func TestAnIdentificationIsAskedForTenTimes(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p := open(t, desktopSize)
	p.prepare(steeredWaits)
	p.logIn(seed.Ministry, h, "/certificates")
	code, number := p.code()
	at, scanned, done := 0, false, false
	for {
		p.waitUntil(`waits.length === 1 || !document.querySelector("dialog.identify")`)
		if js[bool](p, `!document.querySelector("dialog.identify")`) {
			break
		}
		at += js[int](p, `waits[0].ms`)
		if !scanned && at >= 14_000 {
			scanned = true
			if err := api().Scan(t.Context(), app(h), code); err != nil {
				t.Fatal(err)
			}
		}
		if !done && at >= 32_000 {
			done = true
			if err := api().Assert(t.Context(), app(h), code, identityapp.Input{Number: number, Result: "pass"}); err != nil {
				t.Fatal(err)
			}
		}
		js[bool](p, `(waits.shift().run(), true)`)
	}
	if n := p.polls(); n != 10 || at > 34_500 {
		t.Errorf("the page asked %d times and went on after %d ms", n, at)
	}
	p.waitForText(h.Number)
}

// TestAPageThatNobodySeesDoesNotAsk until it is seen again, and then asks at once.
func TestAPageThatNobodySeesDoesNotAsk(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p := open(t, phoneSize)
	p.prepare(steeredWaits)
	p.logIn(seed.Ministry, h, "/certificates")
	code, number := p.code()
	p.waitUntil(`waits.length === 1`)
	p.show(false)
	p.waitUntil(`waits.length === 0`)
	if err := api().Scan(t.Context(), app(h), code); err != nil {
		t.Fatal(err)
	}
	p.show(true)
	p.waitUntil(`waits.length === 1 && document.querySelector(".qr[data-state=scanned]")`)
	js[bool](p, `(window.unseen = true, waits.shift().run(), true)`) // the answer finds the page hidden
	p.waitUntil(`performance.getEntriesByType("resource").filter(e => e.name.includes("/v1/identity/challenges/")).length === 2`)
	if err := api().Assert(t.Context(), app(h), code, identityapp.Input{Number: number, Result: "pass"}); err != nil {
		t.Fatal(err)
	}
	p.show(true)
	p.waitForText(h.Number)
	if n := p.polls(); n != 3 {
		t.Errorf("the page asked %d times", n)
	}
}

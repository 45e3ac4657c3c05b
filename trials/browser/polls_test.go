package browser

import (
	"strings"
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

// steeredAnswers answers the page's questions how an identification stands with what window.answers holds, in its
// order and from then on as the service does: a status, or 0 for no answer, and a body. The page's clock is window.skew milliseconds fast; the
// steered answers have its time, and that of the service its own.
const steeredAnswers = `
	window.skew = 0, window.answers = [], window.asked = 0;
	const clock = Date.now, send = window.fetch;
	Date.now = () => clock() + skew;
	window.fetch = (address, init) => {
		if (!String(address).includes("/v1/identity/challenges/")) return send(address, init);
		asked++;
		if (!answers.length) return send(address, init);
		const {status, body} = answers.shift();
		if (!status) return Promise.reject(new TypeError("no network"));
		const headers = {date: new Date(Date.now()).toUTCString()};
		return Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), {status, headers}));
	};`

// steer adds answers to those that the page gets, in JavaScript.
func (p *tab) steer(answers string) {
	p.Helper()
	js[bool](p, `(answers.push(`+answers+`), true)`)
}

// endWait ends the page's wait before its next question, which is of some milliseconds.
func (p *tab) endWait(ms int) {
	p.Helper()
	p.waitUntil(`waits.length === 1`)
	if got := js[int](p, `(wait => (wait.run(), wait.ms))(waits.shift())`); got != ms {
		p.Errorf("the page waited %d ms, want %d", got, ms)
	}
}

// assert is the face on the phone that scanned a code.
func (p *tab) assert(h seed.Holder, code identityapp.Code, number string) {
	p.Helper()
	if err := api().Assert(p.Context(), app(h), code, identityapp.Input{Number: number, Result: "pass"}); err != nil {
		p.Fatal(err)
	}
}

// reachSteered opens the dialog of an identification that a test steers, and has its code scanned.
func reachSteered(t *testing.T, h seed.Holder) (p *tab, code identityapp.Code, number string) {
	t.Helper()
	p = open(t, phoneSize)
	p.prepare(steeredWaits + steeredAnswers)
	p.logIn(seed.Ministry, h, "/certificates")
	code, number = p.code()
	if err := api().Scan(p.Context(), app(h), code); err != nil {
		t.Fatal(err)
	}
	return p, code, number
}

// seconds is how the dialog says how long it lasts.
const seconds = `document.querySelector(".qr [role=timer]").textContent`

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

// TestAClockThatIsSetRightIsBelieved: it was some minutes slow at first, which the page had made up for.
func TestAClockThatIsSetRightIsBelieved(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p := open(t, phoneSize)
	p.prepare(steeredWaits + steeredAnswers + `window.skew = -300_000;`)
	p.logIn(seed.Ministry, h, "/certificates")
	p.code()
	p.waitUntil(seconds)
	js[bool](p, `(window.skew = 0, true)`)
	p.waitUntil(`asked === 1`) // the clock says that the time is over; the service does not
	p.waitUntil(seconds + ` && waits.length === 1`)
}

// TestACodeWhoseTimeIsOverIsAskedForWhenItIsSeen: the last answer was that it is pending, and found the page hidden.
func TestACodeWhoseTimeIsOverIsAskedForWhenItIsSeen(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p, code, number := reachSteered(t, h)
	p.waitUntil(`waits.length === 1`)
	p.show(false)
	p.steer(`{status: 200, body: {state: "pending", pollAfterMs: 4000}}`)
	js[bool](p, `(window.skew = 121_000, true)`)
	p.waitUntil(`asked === 1 && !answers.length && !` + seconds)
	p.assert(h, code, number)
	p.show(true)
	p.waitForText(h.Number)
}

// TestAProblemThatPassesDoesNotEndAnIdentification: of the limit, of the service, of what stands before it, and of the network.
func TestAProblemThatPassesDoesNotEndAnIdentification(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p, code, number := reachSteered(t, h)
	p.steer(`{status: 429, body: {code: "rate-limited", title: "x", status: 429, retryAfter: 7}}, {status: 503, body: "busy"},
		{status: 500, body: {code: "internal", title: "x", status: 500}}`)
	for _, ms := range []int{5000, 7000, 5000} {
		p.endWait(ms)
		p.waitUntil(`waits.length === 1 && document.querySelector(".qr[data-state=pending]") && ` + seconds)
	}
	p.steer(strings.Repeat(`{status: 0},`, 5)) // each question is repeated four times
	p.endWait(5000)
	for _, ms := range []int{2000, 4000, 8000} {
		p.endWait(ms)
	}
	p.waitUntil(`waits.length === 1 && document.querySelector(".qr[data-state=failed] [data-code=network]")`)
	p.endWait(5000)
	p.waitUntil(`document.querySelector(".qr[data-state=scanned]") && !document.querySelector(".qr [data-code]") && ` + seconds)

	p.assert(h, code, number)
	p.endWait(2500)
	p.waitForText(h.Number)
}

// TestADefiniteAnswerEndsAnIdentification, which is not asked for again and not kept.
func TestADefiniteAnswerEndsAnIdentification(t *testing.T) {
	t.Parallel()
	p, _, _ := reachSteered(t, newHolder(t, func(*seed.Holder) {}))
	p.steer(`{status: 404, body: {code: "challenge-not-found", title: "x", status: 404}}`)
	p.endWait(5000)
	p.waitUntil(`document.querySelector(".qr[data-state=failed] [data-code=challenge-not-found]")`)
	p.show(true)
	if js[int](p, `asked + waits.length`) != 1 || js[bool](p, `Object.values(sessionStorage).some(kept => JSON.parse(kept).challenge)`) {
		t.Error("the identification goes on")
	}
}

// TestAProblemAfterTheEndIsShown, and the page goes on asking.
func TestAProblemAfterTheEndIsShown(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p, code, number := reachSteered(t, h)
	p.steer(`{status: 503, body: {code: "overloaded", title: "x", status: 503, retryAfter: 3}}`)
	p.waitUntil(`waits.length === 1`)
	js[bool](p, `(window.skew = 121_000, true)`)
	p.waitUntil(`waits.length === 1 && document.querySelector(".qr[data-state=failed] [data-code=overloaded]")`)
	p.assert(h, code, number)
	p.endWait(3000)
	p.waitForText(h.Number)
}

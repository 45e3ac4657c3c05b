package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take for one step. Only a page that never finishes takes this long.
const patience = 4 * time.Minute

// tab is one tab of a browser profile of its own.
type tab struct {
	*testing.T
	ctx       context.Context
	downloads string
	touch     bool // it is a phone that is used by touch, and has the app too

	mu         sync.Mutex
	errors     []string
	fetched    map[string]int64 // bytes by address
	downloaded chan string      // names of finished downloads
}

// size is a window.
type size struct{ width, height int64 }

func (s size) String() string { return fmt.Sprint(s.width) }

// The two sizes in which everything is tested.
var (
	desktopSize = size{1280, 900}
	phoneSize   = size{360, 740}
)

// handSize is a phone that is all that somebody has at hand.
var handSize = size{390, 844}

// open opens a tab of this size. The test fails if its pages write errors
// to the console.
func open(t *testing.T, s size) *tab {
	t.Helper()
	return start(t, s, service.browser, chromedp.WithNewBrowserContext())
}

func start(t *testing.T, s size, parent context.Context, option chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, option)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx, touch: s == handSize, downloads: t.TempDir(), fetched: map[string]int64{}, downloaded: make(chan string, 16)}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(s.width, s.height))
	if s == phoneSize || s == handSize {
		p.do(chromedp.EmulateViewport(s.width, s.height, chromedp.EmulateMobile, chromedp.EmulateTouch))
	}
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, network.Enable, network.EnableParams{})
		return err
	})
	p.keepDownloads()
	t.Cleanup(p.checkConsole)
	return p
}

func (p *tab) keepDownloads() {
	yes := true
	c := chromedp.FromContext(p.ctx)
	if _, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: c.BrowserContextID,
		DownloadPath: p.downloads, EventsEnabled: &yes,
	}); err != nil {
		p.Fatal(err)
	}
	if err := chromedp.ListenBrowser(p.ctx, func(event any) {
		e, ok := event.(*browser.EventDownloadProgress)
		if !ok || e.State != browser.DownloadProgressStateCompleted {
			return
		}
		if _, err := os.Stat(filepath.Join(p.downloads, e.GUID)); err == nil { // not another tab's
			p.downloaded <- e.GUID
		}
	}); err != nil {
		p.Fatal(err)
	}
}

// listen collects what the console says and what the network carries.
func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		p.errors = append(p.errors, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			for _, a := range e.Args {
				p.errors = append(p.errors, fmt.Sprintf("console.%s: %s", e.Type, a.Value))
			}
		}
	case *log.EventEntryAdded:
		// The browser itself notes every answer of 400 and above, and every lost request:
		// those are the service's and the test's, not the page's.
		if e.Entry.Level == log.EntryLevelError && !(e.Entry.Source == log.EntrySourceNetwork && strings.Contains(e.Entry.URL, "/v1/")) {
			p.errors = append(p.errors, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventResponseReceived:
		p.fetched[string(e.RequestID)+" "+e.Response.URL] = 0
	case *network.EventLoadingFinished:
		for key := range p.fetched {
			if strings.HasPrefix(key, string(e.RequestID)+" ") {
				p.fetched[key] = int64(e.EncodedDataLength)
			}
		}
	}
}

// checkConsole fails the test for what its pages said to the console.
func (p *tab) checkConsole() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.errors {
		p.Errorf("the console says: %s", e)
	}
}

// expectConsoleError expects errors with this text on the console and ignores them.
func (p *tab) expectConsoleError(text string) {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.errors)
	p.errors = slices.DeleteFunc(p.errors, func(e string) bool { return strings.Contains(e, text) })
	if len(p.errors) == before {
		p.Errorf("the console said nothing of %q", text)
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.snap("failed-" + strings.ReplaceAll(p.Name(), "/", "-"))
		p.Fatalf("%v\n%s", err, p.text())
	}
}

func (p *tab) call(f func(context.Context, *chromedp.Target) error) {
	p.Helper()
	p.do(chromedp.Func(f))
}

// js evaluates an expression in the page.
func js[T any](p *tab, expression string) T {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return v
}

// waitUntil waits for an expression to become true. The page itself looks; now and then it says that
// the expression is not true yet.
func (p *tab) waitUntil(expression string) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	look := `new Promise(done => {
		const end = performance.now() + 1000;
		const is = () => { try { return Boolean(` + expression + `); } catch { return false; } };
		const look = () => (is() ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 25));
		look();
	})`
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[bool](look, chromedp.EvalAwaitPromise))
		if err == nil && v {
			return
		}
		if p.hasUncaughtError() {
			p.Fatalf("the page threw something before this came true: %s", expression)
		}
		if ctx.Err() != nil {
			p.snap("failed-" + strings.ReplaceAll(p.Name(), "/", "-"))
			p.Fatalf("never came true: %s (%v)\n%s", expression, err, p.text())
		}
		if err != nil { // the page went elsewhere meanwhile
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// hasUncaughtError says whether a page threw something that it did not catch.
func (p *tab) hasUncaughtError() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.errors, func(e string) bool { return strings.HasPrefix(e, "Uncaught") })
}

func (p *tab) text() string {
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body?.innerText`))
	if err != nil {
		return err.Error()
	}
	return v
}

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always is JSON
	}
	return string(text)
}

// visit opens an address of the service in the tab.
func (p *tab) visit(path string) {
	p.Helper()
	p.goTo(service.URL + path)
}

// goTo opens an address in the tab.
func (p *tab) goTo(address string) {
	p.Helper()
	p.do(chromedp.Navigate(address))
	p.waitUntilSettled()
}

// waitUntilSettled waits for the page to be done with what it is showing, or to ask something.
func (p *tab) waitUntilSettled() {
	p.Helper()
	p.waitUntil(`document.readyState === "complete" && (!document.querySelector("main[aria-busy]") || document.querySelector("dialog[open]"))`)
}

// topDialog is what is visible: the page, or the dialog before it.
const topDialog = `([...document.querySelectorAll("dialog[open]")].slice(-1)[0] ?? document.body)`

// waitForText waits for a text.
func (p *tab) waitForText(text string) {
	p.Helper()
	p.waitUntil(topDialog + `.innerText.includes(` + quote(text) + `)`)
}

// waitForPath is where the tab is, without the origin.
func (p *tab) waitForPath(path string) {
	p.Helper()
	p.waitUntil(`location.pathname === ` + quote(path))
	p.waitUntilSettled()
}

// elementByName finds the visible button, link or input of a name, below what is shown.
func elementByName(name string) string {
	return `(() => {
		const root = ` + topDialog + `;
		const named = e => (e.getAttribute("aria-label") ?? e.innerText).trim() === ` + quote(name) + `;
		const seen = e => e.checkVisibility({visibilityProperty: true});
		const label = [...root.querySelectorAll("label")].filter(seen).find(named);
		return label ? document.getElementById(label.htmlFor) : [...root.querySelectorAll("button, a[href], summary")].filter(seen).find(named);
	})()`
}

// clickByName presses a button or link by its name, with the mouse or a finger.
func (p *tab) clickByName(name string) {
	p.Helper()
	p.clickElement(elementByName(name))
}

// clickElement presses what an expression finds, once it is there and not disabled.
func (p *tab) clickElement(element string) {
	p.Helper()
	p.waitUntil(`(e => e && !e.disabled && e.getAttribute("aria-busy") !== "true")(` + element + `)`)
	point := js[[]float64](p, `(e => { e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })(`+element+`)`)
	if p.touch {
		p.do(chromedp.TapXY(point[0], point[1]))
		return
	}
	p.do(chromedp.MouseClickXY(point[0], point[1]))
}

// longestTyped is how many characters are typed key by key; a longer text is pasted.
const longestTyped = 40

// fill types into the input of a label, instead of what is there.
func (p *tab) fill(label, value string) {
	p.Helper()
	p.waitUntil(elementByName(label))
	kind := js[string](p, `(e => { e.scrollIntoView({block: "center"}); e.focus(); e.select?.(); return e.type; })(`+elementByName(label)+`)`)
	switch {
	case kind == "date", kind == "select-one": // what their pickers do
		js[bool](p, `(e => { e.value = `+quote(value)+`; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return true; })(`+elementByName(label)+`)`)
	case len(value) > longestTyped:
		p.call(func(ctx context.Context, at *chromedp.Target) error {
			_, err := cdp.Call(ctx, at, input.InsertText, input.InsertTextParams{Text: value})
			return err
		})
	default:
		p.do(chromedp.KeyEvent(value))
	}
	if got := js[string](p, elementByName(label)+".value"); got != value {
		p.Fatalf("%s holds %q, want %q", label, got, value)
	}
}

// pressKeys presses keys on the keyboard.
func (p *tab) pressKeys(keys string) {
	p.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// download returns the next file that arrives.
func (p *tab) download() []byte {
	p.Helper()
	select {
	case name := <-p.downloaded:
		data, err := os.ReadFile(filepath.Join(p.downloads, name))
		if err != nil {
			p.Fatal(err)
		}
		return data
	case <-time.After(patience):
		p.Fatalf("nothing was downloaded\n%s", p.text())
		return nil
	}
}

// snap keeps a picture of the whole page, or of the dialog before it.
func (p *tab) snap(name string) {
	p.Helper()
	data, err := chromedp.Run(p.ctx, picture)
	if err != nil {
		p.Logf("no picture: %v", err)
		return
	}
	if err := os.WriteFile(filepath.Join(service.pictureDir, name+".png"), data, 0o644); err != nil {
		p.Error(err)
	}
}

// picture is of the whole page, except where a dialog stands before it.
func picture(ctx context.Context, at *chromedp.Target) ([]byte, error) {
	dialog, err := chromedp.Evaluate[bool](`Boolean(document.querySelector("dialog[open]"))`)(ctx, at)
	if err != nil {
		return nil, err
	}
	if dialog {
		return chromedp.CaptureScreenshot()(ctx, at)
	}
	return chromedp.FullScreenshot(100)(ctx, at)
}

// setColorScheme makes the tab prefer light or dark.
func (p *tab) setColorScheme(scheme string) {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	})
}

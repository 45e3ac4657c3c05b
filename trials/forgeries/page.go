package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// page is the page /v in a tab of a browser profile of its own.
type page struct {
	tab context.Context
}

// newPage opens a tab of the browser.
func newPage(browser context.Context) (*page, func(), error) {
	tab, quit := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		quit()
		return nil, nil, err
	}
	return &page{tab}, quit, nil
}

// open opens the page of the service at an address.
func (p *page) open(url string) error {
	ctx, cancel := context.WithTimeout(p.tab, pageTimeout)
	defer cancel()
	return chromedp.Do(ctx, chromedp.Navigate(url+"/v"))
}

// pagePatience is how long the page may take for one thing.
const pageTimeout = 60 * time.Second

// pageAnswer is what the page shows when it has an answer.
type pageAnswer struct {
	Heard                          bool
	Tone, Word, Mark, Line, Status string
}

// hand puts something into the page as a person does, and waits for the service's answer: then the
// page offers a receipt, or shows one, or says why there is no answer.
const uploadScript = `(async (given) => {
	const at = (id) => document.getElementById(id);
	for (let i = 0; document.readyState !== "complete" && i < 1000; i++) await new Promise((r) => setTimeout(r, 10));
	at("more").hidden = at("receipts").hidden = at("result").hidden = at("status").hidden = at("sending").hidden = true;
	at("status").textContent = "";
	at("asOf").value = given.asOf;
	if (given.file !== undefined) {
		const list = new DataTransfer();
		list.items.add(new File([Uint8Array.from(atob(given.file), (c) => c.charCodeAt(0))], given.name));
		at("pick").files = list.files;
		at("pick").dispatchEvent(new Event("change"));
	} else if (given.code !== undefined) {
		history.replaceState(null, "", "/v");
		location.hash = given.code;
	} else {
		at("content").value = given.text;
		at("paste").requestSubmit();
	}
	const seen = () => {
		if (!at("sending").hidden) { // only the service judges it
			at("upload").click();
			return false;
		}
		if (!at("status").hidden && at("status").classList.contains("trouble")) return true;
		return !at("result").hidden && (!at("receipts").hidden || at("word").classList.contains("long"));
	};
	let heard = false;
	for (let i = 0; !(heard = seen()) && i < 2000; i++) await new Promise((r) => setTimeout(r, 10));
	const result = at("result"), text = (id) => (result.hidden ? "" : at(id).textContent);
	return {
		heard, tone: result.hidden ? "" : result.className, word: text("word"), mark: text("mark"), line: text("line"),
		status: at("status").hidden ? "" : at("status").textContent,
	};
})`

// codeLetters are what a camera's link may hold without being escaped.
var codeLetters = regexp.MustCompile(`^[\w.-]+$`)

// pageInput is a forgery as the page takes it: a file is chosen, a code is scanned, any other text is
// pasted.
func pageInput(f forgery.Forgery) map[string]string {
	g := map[string]string{"asOf": f.AsOf.String()}
	switch {
	case f.Form == forgery.Token && codeLetters.Match(f.Data):
		g["code"] = string(f.Data)
	case f.Form == forgery.Token, f.Form == forgery.Receipt:
		g["text"] = string(f.Data)
	default:
		g["file"], g["name"] = base64.StdEncoding.EncodeToString(f.Data), "certificate."+string(f.Form)
	}
	return g
}

// judge hands a forgery to the page and reads what it shows.
func (p *page) judge(ctx context.Context, f forgery.Forgery) (finding, error) {
	if err := ctx.Err(); err != nil {
		return finding{}, err
	}
	input, err := json.Marshal(pageInput(f))
	if err != nil {
		return finding{}, err
	}
	tab, cancel := context.WithTimeout(p.tab, pageTimeout)
	defer cancel()
	s, err := chromedp.Run(tab, chromedp.Evaluate[pageAnswer](uploadScript+"("+string(input)+")", chromedp.EvalAwaitPromise))
	if err != nil {
		return finding{}, fmt.Errorf("the page: %w", err)
	}
	said := strings.TrimSpace(strings.Join([]string{s.Mark, s.Word, s.Line, s.Status}, " "))
	switch {
	case strings.Contains(s.Status, "频繁") || strings.Contains(s.Status, "稍后"):
		return finding{}, busyError{said}
	case !s.Heard:
		return finding{}, fmt.Errorf("the page shows no answer, but: %s", said)
	}
	tones := strings.Fields(s.Tone)
	green := slices.Contains(tones, "valid") || s.Word == "有效" || s.Mark == "✓" && !f.Signed
	return finding{valid: green || slices.Contains(tones, "receipt") && !f.Signed, message: said}, nil
}

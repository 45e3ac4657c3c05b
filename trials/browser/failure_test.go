package browser

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// answerWith answers requests to addresses of a pattern in the service's place.
func (p *tab) answerWith(pattern string, status int64, media, body string) {
	p.Helper()
	p.interceptRequests(pattern, fetch.RequestStageRequest, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
		_, err := cdp.Call(ctx, at, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: e.RequestID, ResponseCode: status, Body: []byte(body),
			ResponseHeaders: []*fetch.HeaderEntry{{Name: "content-type", Value: media}},
		})
		return err == nil
	})
}

// expectFailure expects what the page says of its own failure, and that it can be closed.
func (p *tab) expectFailure(texts ...string) {
	p.Helper()
	p.waitUntil(`document.querySelector(".failure[role=alert]")?.checkVisibility()`)
	for _, text := range texts {
		p.waitUntil(`document.querySelector(".failure").innerText.includes(` + quote(text) + `)`)
	}
	p.clickElement(`[...document.querySelectorAll(".failure button")].slice(-1)[0]`)
	p.waitUntil(`!document.querySelector(".failure")`)
}

func TestWhatNothingCatchesIsSaid(t *testing.T) {
	t.Parallel()
	h := holder(t, "ready")
	p := open(t, phoneSize)
	p.prepare(`crypto.getRandomValues = () => { throw new TypeError("no random values here"); };`)
	p.logIn(seed.Ministry, h, "/certificates")
	p.identify(h)
	p.waitUntil(`document.getElementById("endorse")`)
	p.clickByName("证照加注")
	p.waitForText("使用有效期截止日期")
	p.clickByName("加注")
	p.waitUntil(`document.querySelector("dialog .failure")`) // in front of the dialog
	p.snap("failure-360")
	p.expectFailure("本页出错", "no random values here", "请刷新页面重试")
	p.expectConsoleError("no random values here")

	// What an app puts into every page is not the page's.
	js[bool](p, `(error => {
		error.stack = "Error: of an app\n at app://script:1:1";
		dispatchEvent(new ErrorEvent("error", {message: error.message, filename: "app://script", error}));
		return dispatchEvent(new PromiseRejectionEvent("unhandledrejection", {promise: Promise.resolve(), reason: error}));
	})(new Error("of an app"))`)
	js[bool](p, `(script => {
		document.head.append(script);
		return script.dispatchEvent(new Event("error"));
	})(document.createElement("script"))`)
	if js[bool](p, `Boolean(document.querySelector(".failure"))`) {
		t.Error("an error of an app's script is the page's")
	}

	// A text that cannot be read is no script that cannot.
	js[bool](p, `dispatchEvent(new ErrorEvent("error", {message: "no JSON here", filename: location.origin + "/static/service.js", error: new SyntaxError("no JSON here")}))`)
	p.expectFailure("本页出错", "no JSON here")
}

func TestAViewThatFailsSaysHow(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.prepare(`URLSearchParams.prototype.has = () => { throw new TypeError("no members here"); };`)
	p.visit("/mohurd/login")
	p.waitForText("本页出错")
	p.waitForText("no members here")
	p.expectConsoleError("no members here")
}

func TestAScriptThatDoesNotLoadOrRunIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ page, script, body, says string }{
		{"/mohurd", "*/static/mohurd-*.js", "export const router = a => a |> b;", "本浏览器版本过旧"},
		{"/password", "*/static/password-*.js", "export const a = b |> c;", "本浏览器版本过旧"},
	} {
		p := open(t, phoneSize)
		p.answerWith(c.script, 200, "text/javascript", c.body)
		p.do(chromedp.Navigate(service.URL + c.page))
		p.expectFailure(c.says, "iOS 13.4")
		p.expectConsoleError("SyntaxError")
	}
	for page, script := range map[string]string{"/gjzwfw": "*/static/gjzwfw-*.js", "/v": "*/v/verify-*.js", "/password": "*/static/password-*.js"} {
		p := open(t, phoneSize)
		p.interceptRequests(script, fetch.RequestStageRequest, failRequest)
		p.do(chromedp.Navigate(service.URL + page))
		p.expectFailure("没有完整载入", "请检查网络")
		p.expectConsoleError("net::ERR")
	}
}

// TestAPageOfAnotherVersionIsLoadedAgain: while a version replaces another, the page may be of one and what answers for its
// script of the other.
func TestAPageOfAnotherVersionIsLoadedAgain(t *testing.T) {
	t.Parallel()
	for path, script := range map[string]string{"/v": "*/v/verify-*.js", "/mohurd": "*/static/mohurd-*.js"} {
		p := open(t, phoneSize)
		var asked atomic.Int32
		p.interceptRequests(script, fetch.RequestStageRequest, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
			if asked.Add(1) > 4 { // the script and whether it is there, twice
				return false
			}
			_, err := cdp.Call(ctx, at, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: 404})
			return err == nil
		})
		p.do(chromedp.Navigate(service.URL + path))
		p.waitUntil(`document.title && !document.querySelector(".failure") && !document.querySelector("main[aria-busy]") && sessionStorage.getItem("renewed") === "2"`)
		p.expectConsoleError("404")
	}
}

// TestAPageWithoutItsScriptIsNotLoadedForEver: after some times it stays with what it says.
func TestAPageWithoutItsScriptIsNotLoadedForEver(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.answerWith("*/v/verify-*.js", 404, "text/plain", "")
	p.do(chromedp.Navigate(service.URL + "/v"))
	p.waitUntil(`sessionStorage.getItem("renewed") === "6"`)
	p.expectFailure("没有完整载入", "请检查网络")
	p.expectConsoleError("404")
}

// TestOnlyALostNetworkIsOffline: an answer that is none, and an error of the page itself, are said as
// what they are.
func TestOnlyALostNetworkIsOffline(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	for name, c := range map[string]struct {
		prepare func(*tab)
		says    string
	}{
		"no JSON":        {func(p *tab) { p.answerWith("*/v1/verifications", 502, "text/html", "<h1>Bad Gateway</h1>") }, "核验服务的答复无法识别（HTTP 502）"},
		"an empty 200":   {func(p *tab) { p.answerWith("*/v1/verifications", 200, "application/json", "") }, "核验服务的答复无法识别（HTTP 200）"},
		"the page's own": {func(p *tab) { p.prepare(`window.Request = function () { throw new TypeError("no requests here"); }`) }, "no requests here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, phoneSize)
			c.prepare(p)
			p.visit("/v#" + e.Token())
			p.waitForText(c.says)
			p.waitUntilSettled()
			if text := p.text(); strings.Contains(text, "离线") || strings.Contains(text, "没有网络") || strings.Contains(text, "密钥未知") {
				t.Errorf("it says: %s", text)
			}
			if name == "the page's own" {
				p.expectConsoleError("no requests here")
			}
		})
	}
	t.Run("the network", func(t *testing.T) {
		t.Parallel()
		p := open(t, phoneSize)
		p.prepare(`Object.defineProperty(window, "caches", {value: undefined}); delete Navigator.prototype.serviceWorker`)
		p.visit("/v")
		p.interceptRequests(service.URL+"/*", fetch.RequestStageRequest, failRequest)
		js[bool](p, `(location.hash = "`+e.Token()+`", true)`)
		p.waitForAnswer("无法确认", "?")
		p.waitForText("离线，且本机没有保存过公钥")
		if text := p.text(); strings.Contains(text, "密钥未知") {
			t.Errorf("a published key is called unknown: %s", text)
		}
		js[bool](p, `(location.hash = "hello", true)`)
		p.waitUntil(`document.querySelector("#checks li.unknown")`)
		if js[bool](p, `document.getElementById("share").checkVisibility()`) {
			t.Error("what is no code can be shared")
		}
		p.expectConsoleError("net::ERR")
	})
	t.Run("in a portal", func(t *testing.T) {
		t.Parallel()
		p := open(t, phoneSize)
		p.logIn(seed.National, holder(t, "ready"), "/center")
		p.waitForText("四级实名")
		js[bool](p, `(window.Request = function () { throw new TypeError("no requests here"); }, true)`)
		p.clickByName("账户设置")
		p.waitForText("no requests here")
		if text := p.text(); strings.Contains(text, "网络") {
			t.Errorf("it says: %s", text)
		}
		p.expectConsoleError("no requests here")
	})
}

// TestAFailedPartLeavesTheRestOfTheView lets each part of a certificate's page fail.
func TestAFailedPartLeavesTheRestOfTheView(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p := open(t, desktopSize)
	p.enter(seed.Ministry, h)
	address := js[string](p, "location.pathname")
	var failing atomic.Bool
	failing.Store(true)
	const broken = `{"type":"urn:jiazhu:problem:unavailable","title":"系统繁忙","status":503,"detail":"暂时不可用","code":"unavailable"}`
	p.interceptRequests("*/v1/certificates/*/*", fetch.RequestStageRequest, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
		if !failing.Load() {
			return false
		}
		_, err := cdp.Call(ctx, at, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: e.RequestID, ResponseCode: 503, Body: []byte(broken),
			ResponseHeaders: []*fetch.HeaderEntry{{Name: "content-type", Value: "application/problem+json"}},
		})
		return err == nil
	})
	p.visit(address)
	p.waitForText(h.Number)
	p.waitUntil(`document.querySelectorAll("main .problem").length === 3`)
	failing.Store(false)
	for range 3 {
		left := js[int](p, `document.querySelectorAll("main .problem").length`)
		p.clickElement(`document.querySelector("main .problem button.main")`)
		p.waitUntil(`document.querySelectorAll("main .problem").length < ` + strconv.Itoa(left))
	}
	p.waitForText("还没有加注记录")
	p.waitForText("还没有人核验过")
}

// TestTheCentreIsShownWithoutItsCertificates is the same for the other portal's 用户中心.
func TestTheCentreIsShownWithoutItsCertificates(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.answerWith("*/v1/certificates", 502, "text/html", "<h1>Bad Gateway</h1>")
	p.logIn(seed.National, holder(t, "ready"), "/center")
	p.waitForText("四级实名")
	p.waitForText("系统繁忙")
	p.waitForText("居民身份证")
}

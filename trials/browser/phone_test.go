package browser

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// openApp follows the link to the app, which opens in a tab of its own.
func (p *tab) openApp() *tab {
	p.Helper()
	p.clickByName("在本机打开国家政务服务平台 APP")
	here := chromedp.FromContext(p.ctx).BrowserContextID
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		targets, err := chromedp.Targets(ctx)
		if err != nil {
			p.Fatal(err)
		}
		for _, at := range targets {
			if at.Type == "page" && at.BrowserContextID == here && strings.HasPrefix(at.URL, service.URL+"/i#") && !at.Attached {
				return start(p.T, handSize, p.ctx, chromedp.WithTargetID(at.TargetID))
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// comeBack brings a tab to the front again.
func (p *tab) comeBack() {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, page.BringToFront, cdp.Empty{})
		return err
	})
}

// TestTheManualOnAPhoneAlone goes through both portals with one phone, by touch.
func TestTheManualOnAPhoneAlone(t *testing.T) {
	t.Parallel()
	for _, portal := range []string{seed.Ministry, seed.National} {
		t.Run(portal, func(t *testing.T) {
			t.Parallel()
			runPortalScenario(t, portal, handSize)
		})
	}
}

// TestOnAPhoneTheAppComesFirst: its link is the main button, in sight, and the code follows it.
func TestOnAPhoneTheAppComesFirst(t *testing.T) {
	t.Parallel()
	p := open(t, handSize)
	p.logIn(seed.Ministry, holder(t, "ready"), "/certificates")
	p.code()
	if order := js[string](p, `[...document.querySelectorAll(".qr .number, .qr a, .qr img")].map(e => e.tagName).join(" ")`); order != "STRONG A IMG" {
		t.Errorf("the order is %s", order)
	}
	if !js[bool](p, `(e => e.matches(".button.main") && e.getBoundingClientRect().bottom < innerHeight)(document.querySelector(".qr a"))`) {
		t.Error("the link is no main button in sight")
	}
	p.waitForText("截屏")
	p.waitForText("从相册识别")
	if strings.Contains(p.text(), "电脑") {
		t.Errorf("it speaks of a computer: %s", p.text())
	}
	if page := portalFiles(t)["i.html"]; strings.Contains(page, "电脑") || !strings.Contains(page, "从相册识别") {
		t.Errorf("without the app the code leads to: %s", page)
	}
	p.inside("the app first")
	p.checkAccessibility("the app first")
	p.snap("qr-phone-alone-390")
	computer := open(t, desktopSize)
	computer.logIn(seed.Ministry, holder(t, "ready"), "/certificates")
	computer.code()
	if order := js[string](computer, `[...document.querySelectorAll(".qr .number, .qr a, .qr img")].map(e => e.tagName).join(" ")`); order != "IMG STRONG A" {
		t.Errorf("on a computer the order is %s", order)
	}
}

// TestASiteNamesTheLinkThatOpensTheApp: iOS opens an app only by a link to another host.
func TestASiteNamesTheLinkThatOpensTheApp(t *testing.T) {
	t.Parallel()
	p := open(t, handSize)
	p.answerWith("*/site.json", 200, "application/json", `{"app":"https://app.example/scan?code={code}"}`)
	p.logIn(seed.Ministry, holder(t, "ready"), "/certificates")
	p.waitUntil(`document.querySelector(".qr[data-state=pending]")`)
	p.waitUntil(`document.querySelector(".qr a.main").href.startsWith("https://app.example/scan?code=" + encodeURIComponent(location.origin + "/i#"))`)
}

// reachChallenge logs a holder in on a phone and goes to where the face is asked for.
func (p *tab) reachChallenge(portal string, h seed.Holder) {
	p.Helper()
	p.logIn(portal, h, "/certificates")
	if portal == seed.National {
		p.waitUntilSettled()
		p.clickByName("查看详情")
	}
	p.code()
}

// TestComingBackFromTheAppContinues: the page may have been loaded again meanwhile, or left in the same
// tab, as in the browsers of apps.
func TestComingBackFromTheAppContinues(t *testing.T) {
	t.Parallel()
	for _, portal := range []string{seed.Ministry, seed.National} {
		t.Run(portal+", loaded again", func(t *testing.T) {
			t.Parallel()
			h := newHolder(t, func(*seed.Holder) {})
			p := open(t, handSize)
			p.reachChallenge(portal, h)
			code, number := p.code()
			p.do(chromedp.Reload())
			if c, n := p.code(); c != code || n != number {
				t.Error("there is another code")
			}
			p.scan(h)
			p.do(chromedp.Reload())
			p.waitForText("已扫码")
			if n := js[string](p, `document.querySelector(".qr .number").textContent`); n != number {
				t.Errorf("the number is %s, was %s", n, number)
			}
			if err := api().Assert(t.Context(), app(h), code, identityapp.Input{Number: number, Result: "pass"}); err != nil {
				t.Fatal(err)
			}
			p.waitUntil(`!document.querySelector("dialog")`)
			p.waitForText(h.Number)
		})
		t.Run(portal+", without a network meanwhile", func(t *testing.T) {
			t.Parallel()
			h := newHolder(t, func(*seed.Holder) {})
			p := open(t, handSize)
			p.reachChallenge(portal, h)
			code, number := p.scan(h)
			var lost atomic.Bool
			lost.Store(true)
			p.interceptRequests("*/v1/identity/challenges/*", fetch.RequestStageRequest, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
				return lost.Load() && failRequest(ctx, at, e)
			})
			p.waitUntil(`(dispatchEvent(new Event("online")), document.querySelector(".qr[data-state=failed]"))`) // it does not wait for each try
			if err := api().Assert(t.Context(), app(h), code, identityapp.Input{Number: number, Result: "pass"}); err != nil {
				t.Fatal(err)
			}
			lost.Store(false)
			js[bool](p, `document.dispatchEvent(new Event("visibilitychange"))`)
			p.waitUntil(`!document.querySelector("dialog")`)
			p.waitForText(h.Number)
		})
		t.Run(portal+", in the same tab", func(t *testing.T) {
			t.Parallel()
			h := holder(t, "ready")
			p := open(t, handSize)
			p.reachChallenge(portal, h)
			address := js[string](p, "location.pathname")
			_, number := p.code()
			p.goTo(js[string](p, `document.querySelector(".qr a").href`))
			p.fill("页面上显示的两位数字", number)
			p.clickByName("完成")
			p.waitForText("认证通过")
			p.waitForText("请回到办理页面继续")
			js[bool](p, `(history.back(), true)`)
			p.waitUntil(`location.pathname.startsWith(` + quote(address) + `)`)
			p.waitForText(h.Number)
			p.waitUntil(`!document.querySelector("dialog")`)
		})
	}
}

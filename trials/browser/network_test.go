package browser

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// interceptRequests intercepts requests to the addresses of a pattern, before they are sent or before
// their answer arrives. What handle does not deal with goes on.
func (p *tab) interceptRequests(pattern string, stage fetch.RequestStage, handle func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool) {
	p.Helper()
	c := chromedp.FromContext(p.ctx)
	if err := chromedp.Listen(p.ctx, func(event any) {
		e, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() {
			if handle(p.ctx, c.Target, e) {
				return
			}
			if _, err := cdp.Call(p.ctx, c.Target, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID}); err != nil && p.ctx.Err() == nil {
				p.Error(err)
			}
		}()
	}); err != nil {
		p.Fatal(err)
	}
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: pattern, RequestStage: stage}}})
		return err
	})
}

// failRequest drops the request or its answer.
func failRequest(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
	_, err := cdp.Call(ctx, at, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonConnectionReset})
	return err == nil
}

// checkSingleCopy checks that the page shows one endorsement for a purpose, and not two.
func (p *tab) checkSingleCopy(purpose string) {
	p.Helper()
	p.waitUntil(`document.querySelector(".copy.new")`)
	if n := js[int](p, `[...document.querySelectorAll(".copy")].filter(c => c.innerText.includes(`+quote(purpose)+`)).length`); n != 1 {
		p.Errorf("%d copies were made for %s", n, purpose)
	}
}

func TestAnAnswerThatIsLostDoesNotMakeTwoCopies(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.enter(seed.Ministry, holder(t, "65 within the next months"))
	keys := make(chan string, 8)
	var asked atomic.Int32
	p.interceptRequests("*/endorsements", fetch.RequestStageResponse, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
		if e.Request.Method != "POST" {
			return false
		}
		for name, value := range e.Request.Headers {
			if strings.EqualFold(name, "idempotency-key") {
				keys <- fmt.Sprint(value)
			}
		}
		return asked.Add(1) <= 2 && failRequest(ctx, at, e)
	})
	p.clickByName("证照加注")
	p.clickByName("用途与接收单位（选填）")
	p.fill("事由说明", "断网示例")
	p.clickByName("加注")
	p.waitForText("网络已断开，正在重试")
	p.snap("network-retry-1280")
	p.waitForText("加注成功！")
	if asked.Load() != 3 {
		t.Errorf("asked %d times", asked.Load())
	}
	if one, two, three := <-keys, <-keys, <-keys; one == "" || one != two || two != three {
		t.Errorf("the keys were %s, %s, %s", one, two, three)
	}
	p.clickByName("完成")
	p.checkSingleCopy("断网示例")
}

func TestADoubleClickMakesOneCopy(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.enter(seed.National, holder(t, "several specialties, one ending soon"))
	p.clickByName("证照加注")
	p.clickByName("用途与接收单位（选填）")
	p.fill("事由说明", "双击示例")
	js[bool](p, `(b => { b.click(); b.click(); b.form.requestSubmit(); return true; })(`+elementByName("加注")+`)`)
	p.waitForText("加注成功！")
	p.clickByName("完成")
	p.checkSingleCopy("双击示例")
}

func TestThePreviewSurvivesABrokenLine(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.enter(seed.Ministry, holder(t, "rare characters in the name"))
	p.clickByName("证照加注")
	p.clickByName("加注")
	p.waitForText("加注成功！")
	var asked atomic.Int32
	p.interceptRequests("*/preview", fetch.RequestStageRequest, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
		return asked.Add(1) == 1 && failRequest(ctx, at, e)
	})
	p.clickByName("预览")
	p.waitUntil(`document.querySelector("img.preview")?.naturalWidth > 100`)
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestALostNetworkIsSaidAndWaitedFor(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.logIn(seed.National, holder(t, "several specialties, one ending soon"), "/center")
	p.waitForText("四级实名")
	var asked atomic.Int32
	p.interceptRequests("*/v1/account", fetch.RequestStageRequest, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
		return asked.Add(1) <= 5 && failRequest(ctx, at, e)
	})
	p.clickByName("账户设置")
	p.waitForText("网络已断开，正在重试")
	p.waitForText("网络连接中断")
	p.waitForText("请检查网络后重试")
	p.snap("network-lost-360")
	p.clickByName("重试")
	p.waitForText("身份证有效开始日期")
}

package browser

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// lacking is what a browser that the pages serve may lack, by its name in docs/browsers.md: a script
// takes it away before the page loads.
var lacking = map[string]string{
	"AbortSignal.timeout":        `delete AbortSignal.timeout`,
	"Array.prototype.at":         `delete Array.prototype.at; delete String.prototype.at`,
	"Blob.prototype.arrayBuffer": `for (const name of ["arrayBuffer", "stream", "text", "bytes"]) delete Blob.prototype[name]`,
	"caches":                     `Object.defineProperty(window, "caches", {value: undefined})`,
	"crypto.randomUUID":          `delete Crypto.prototype.randomUUID`,
	"dialog":                     `for (const name of ["show", "showModal", "close", "requestClose", "open", "returnValue"]) delete HTMLDialogElement.prototype[name]`,
	"navigator.clipboard":        `delete Navigator.prototype.clipboard`,
	"navigator.serviceWorker":    `delete Navigator.prototype.serviceWorker`,
	"replaceAll":                 `delete String.prototype.replaceAll`,
	"replaceChildren":            `for (const c of [Element, Document, DocumentFragment]) delete c.prototype.replaceChildren`,
	"reportError":                `delete window.reportError`,
	"requestSubmit":              `delete HTMLFormElement.prototype.requestSubmit`,
	"structuredClone":            `delete window.structuredClone`,
	"URLSearchParams.size":       `delete URLSearchParams.prototype.size`,
	"sessionStorage":             `Object.defineProperty(window, "sessionStorage", {value: null})`,
	"storage":                    `for (const name of ["localStorage", "caches"]) Object.defineProperty(window, name, {get() { throw new DOMException("denied", "SecurityError"); }})`,
	"newer methods": `
		for (const name of ["findLast", "findLastIndex", "toReversed", "toSorted", "toSpliced", "with"]) delete Array.prototype[name];
		for (const name of ["hasOwn", "groupBy"]) delete Object[name];
		for (const name of ["any", "withResolvers", "try"]) delete Promise[name];
		for (const name of ["inert", "popover", "showPopover", "checkVisibility"]) if (name !== "checkVisibility") delete HTMLElement.prototype[name];
		delete AbortSignal.any; delete URL.canParse; delete URL.parse; delete window.queueMicrotask; delete String.prototype.isWellFormed;
		delete MediaQueryList.prototype.addEventListener; delete EventTarget.prototype.when;`,
}

// prepare runs a script in every page of the tab, before the page's own.
func (p *tab) prepare(script string) {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: "(() => {" + script + "})()"})
		return err
	})
}

// runInOlderBrowsers runs a test in a browser without each of some things, and in one without any.
func runInOlderBrowsers(t *testing.T, names []string, test func(*testing.T, *tab)) {
	t.Helper()
	run := func(name, script string) {
		t.Run("without "+name, func(t *testing.T) {
			t.Parallel()
			p := open(t, phoneSize)
			p.prepare(script)
			test(t, p)
		})
	}
	all := maps.Clone(lacking)
	delete(all, "caches")         // "storage" takes these, too
	delete(all, "sessionStorage") // without it a session does not outlive its page
	run("any", strings.Join(slices.Collect(maps.Values(all)), ";\n"))
	for _, name := range names {
		run(name, lacking[name])
	}
}

// TestAHolderWithAnOlderBrowser goes through the ministry's portal, each dialog included.
func TestAHolderWithAnOlderBrowser(t *testing.T) {
	t.Parallel()
	runInOlderBrowsers(t, []string{"dialog", "replaceChildren", "crypto.randomUUID", "navigator.clipboard", "sessionStorage"}, func(t *testing.T, p *tab) {
		h := newHolder(t, func(*seed.Holder) {})
		p.enter(seed.Ministry, h)
		fillEndorseDialog(p, func(string) {})
		getFiles(p, h)
		p.clickByName("预览")
		p.waitUntil(`document.querySelector("img.preview")?.naturalWidth > 100`)
		p.pressKeys("\x1b")
		p.waitUntil(`document.querySelectorAll("dialog").length === 1 && document.activeElement.innerText === "预览"`)
		p.clickByName("完成")
		p.waitUntil(`document.activeElement.matches(".copy.new")`)
		today := js[string](p, `document.querySelector(".copy time").dateTime.slice(0, 10)`)
		p.fill("开始日期", today)
		p.clickByName("查询")
		p.waitUntil(`location.search.includes(` + quote(today) + `) && document.querySelectorAll(".copy").length === 1`)
		p.waitUntilSettled()
		p.clickByName("授权查看")
		p.clickByName("姓名全称")
		p.fill("授权给", "示例单位")
		p.clickByName("生成授权链接")
		p.waitForText("已授权给示例单位")
		p.clickToCopy("复制链接", func() {})
		p.clickByName("关闭")
		p.clickByName("撤回")
		p.waitForText("撤回不能取消")
		p.clickByName("撤回")
		p.waitForText("已撤回")
		p.clickByName("登出")
		p.waitForPath("/mohurd")
	})
}

// TestTheOtherPortalInAnOlderBrowser binds, unbinds and shows what the first portal has not.
func TestTheOtherPortalInAnOlderBrowser(t *testing.T) {
	t.Parallel()
	runInOlderBrowsers(t, nil, func(t *testing.T, p *tab) {
		p.tour(seed.National, func(string) {})
	})
}

// TestAVerifierWithAnOlderBrowser verifies a genuine copy: what the browser lacks is never a finding
// about it.
func TestAVerifierWithAnOlderBrowser(t *testing.T) {
	t.Parallel()
	s, e := makeBidCopy(t)
	pdf := downloadFile(t, s, e, "pdf")
	runInOlderBrowsers(t, []string{"AbortSignal.timeout", "caches", "navigator.serviceWorker", "storage"}, func(t *testing.T, p *tab) {
		p.visit("/v#" + e.Token())
		p.waitForAnswer("有效", "✓")
		p.visit("/v")
		p.submit("copy.pdf", pdf)
		p.waitForAnswer("有效", "✓")
		p.clickByName("下载核验回执")
		receipt := p.download()
		p.waitForText("回执已交给浏览器下载")
		p.submit("receipt.pdf", receipt)
		p.clickByName("上传核验")
		p.waitForAnswer("核验回执 · 真实", "i")
	})
}

// TestWhatADialogOfAnOlderBrowserCovers: the page behind cannot be reached by keyboard or finger.
func TestWhatADialogOfAnOlderBrowserCovers(t *testing.T) {
	t.Parallel()
	h := holder(t, "ready")
	p := open(t, desktopSize)
	p.prepare(lacking["dialog"])
	p.logIn(seed.Ministry, h, "/account")
	p.clickByName("修改密码")
	p.waitUntil(`document.activeElement.innerText === "修改密码" && document.activeElement.matches("h2")`)
	for range maxTabPresses {
		p.pressKeys("\t")
		if !js[bool](p, `document.activeElement === document.body || Boolean(document.activeElement.closest("dialog"))`) {
			t.Fatalf("the focus left the dialog for %s", js[string](p, "document.activeElement.outerHTML"))
		}
	}
	if behind := js[string](p, `[...document.body.children].filter(e => e.matches("header, main, footer") && (e.getAttribute("aria-hidden") !== "true" || getComputedStyle(e).pointerEvents !== "none")).map(e => e.tagName).join()`); behind != "" {
		t.Errorf("one reaches %s", behind)
	}
	p.checkAccessibility("a dialog of an older browser")
	p.snap("older-dialog-1280")
	p.pressKeys("\x1b")
	p.waitUntil(`!document.querySelector("dialog") && document.activeElement.id === "password" && !document.querySelector(".behind, [aria-hidden=true]:not(.face)")`)
}

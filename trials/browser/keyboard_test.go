package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// maxTabPresses is how many presses of the Tab key anything may be away.
const maxTabPresses = 40

// reach goes to a control with the Tab key alone, and checks that the focus is visible.
func (p *tab) reach(name string) {
	p.Helper()
	p.waitUntil(elementByName(name))
	for range maxTabPresses {
		p.pressKeys(kb.Tab)
		if js[bool](p, "document.activeElement === "+elementByName(name)) {
			if js[string](p, "getComputedStyle(document.activeElement).outlineStyle") == "none" {
				p.Errorf("one cannot see that %s has the focus", name)
			}
			return
		}
	}
	p.Fatalf("%s cannot be reached with the keyboard; the focus is on %s", name, js[string](p, "document.activeElement.outerHTML.slice(0, 200)"))
}

// TestTheMainWayWithoutAMouse goes from 登录 to the files, and back out of every dialog,
// with the keyboard alone.
func TestTheMainWayWithoutAMouse(t *testing.T) {
	t.Parallel()
	h := holder(t, "65 within the next months")
	p := open(t, desktopSize)
	p.visit("/mohurd/login?return=/mohurd/center")
	p.pressKeys(kb.Tab)
	if got := js[string](p, "document.activeElement.innerText"); got != "跳到正文" {
		t.Errorf("the first stop is %q", got)
	}
	p.pressKeys(kb.Enter)
	p.reach("用户名")
	p.pressKeys(h.Username)
	p.reach("密码")
	p.pressKeys(seed.Password + kb.Enter)
	p.waitForText("实名等级提升")
	p.waitUntil(`document.activeElement.matches("h1")`)
	p.reach("实名等级提升")
	p.pressKeys(kb.Enter)
	p.waitForText("您已是最高的实名等级")
	p.pressKeys(kb.Escape)
	p.waitUntil(`document.activeElement.innerText === "实名等级提升"`)
	p.reach("我的证照")
	p.pressKeys(kb.Enter)
	p.identify(h)
	p.reach("证照加注")
	p.pressKeys(kb.Enter)
	p.waitForText("持证人年满65周岁")
	for range maxTabPresses { // the focus stays inside
		p.pressKeys(kb.Tab)
		if !js[bool](p, `document.activeElement === document.body || Boolean(document.activeElement.closest("dialog"))`) {
			t.Fatalf("the focus left the dialog for %s", js[string](p, "document.activeElement.outerHTML"))
		}
	}
	p.reach("用途与接收单位（选填）")
	p.pressKeys(kb.Enter)
	p.reach("事由说明")
	p.pressKeys("示例项目")
	p.reach("加注")
	p.pressKeys(kb.Enter)
	p.waitForText("加注成功！")
	p.waitUntil(`document.activeElement.innerText === "加注成功！"`)
	p.reach("预览")
	p.pressKeys(kb.Enter)
	p.waitUntil(`document.querySelector("img.preview")?.naturalWidth > 100`)
	p.pressKeys(kb.Escape)
	p.waitUntil(`document.activeElement.innerText === "预览"`)
	p.reach("pdf下载")
	p.pressKeys(" ")
	p.waitForText(".pdf")
	examine(t, p.download(), verdict.PDF, h)
	p.reach("OFD下载")
	p.pressKeys(" ")
	p.waitForText(".ofd")
	examine(t, p.download(), verdict.OFD, h)
	p.pressKeys(kb.Escape)
	p.waitUntil(`document.activeElement.matches(".copy.new")`)
	p.reach("登出")
	p.pressKeys(kb.Enter)
	p.waitForPath("/mohurd")
}

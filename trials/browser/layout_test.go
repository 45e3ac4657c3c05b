package browser

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// Windows in which there is little room: a small screen with the browser's own bars, the same at a zoom of
// 200 %, and a common window at 400 % (WCAG 2.2, 1.4.10).
var (
	lowSize    = size{1366, 625}
	zoomedSize = size{683, 312}
	tinySize   = size{320, 256}
)

// checkInSight checks that all of an element can be seen and pressed without scrolling.
func (p *tab) checkInSight(what, element string) {
	p.Helper()
	if !js[bool](p, `(e => {
		const r = e.getBoundingClientRect();
		const there = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		return r.top >= 0 && r.bottom <= innerHeight && (e === there || e.contains(there));
	})(`+element+`)`) {
		p.Errorf("%s is out of sight in a window of %v", what, js[[]int](p, "[innerWidth, innerHeight]"))
		p.snap("out-of-sight-" + strings.ReplaceAll(p.Name(), "/", "-"))
	}
}

// checkNothingIsCut checks that no text is cut by the box that holds it.
func (p *tab) checkNothingIsCut(where string) {
	p.Helper()
	if cut := js[[]string](p, `[...document.querySelectorAll("body *")].filter(e => {
		const style = getComputedStyle(e);
		if (!e.checkVisibility() || !e.innerText?.trim() || e.matches("option, .unseen, .unseen *")) return false;
		const hides = o => o === "hidden" || o === "clip";
		return (hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1) || (hides(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
	}).map(e => e.outerHTML.slice(0, 200))`); len(cut) > 0 {
		p.Errorf("%s: cut off: %s", where, strings.Join(cut, "\n"))
	}
}

func TestTheButtonAndTheNumberAreAlwaysInSight(t *testing.T) {
	t.Parallel()
	for _, s := range []size{lowSize, zoomedSize, tinySize, phoneSize} {
		for _, portal := range []string{seed.Ministry, seed.National} {
			t.Run(fmt.Sprint(portal, s), func(t *testing.T) {
				t.Parallel()
				h := newHolder(t, endOneSpecialtySoon)
				p := open(t, s)
				p.logIn(portal, h, "/certificates")
				if portal == seed.National {
					p.clickByName("查看详情")
				}
				p.code()
				p.checkInSight("the number", `document.querySelector(".number")`)
				p.identify(h)
				if portal == seed.National {
					p.clickByName("证照加注服务")
				}
				p.clickByName("证照加注")
				p.waitForText("使用有效期截止日期")
				p.checkInSight("加注", elementByName("加注"))
				p.clickByName("用途与接收单位（选填）")
				p.fill("接收单位", "示例单位")
				p.checkInSight("加注", elementByName("加注"))
				p.fill("统一社会信用代码", "1")
				p.clickByName("用途与接收单位（选填）")
				p.clickByName("加注")
				p.waitUntil(`document.activeElement === ` + elementByName("统一社会信用代码")) // a rejected value is unfolded
				p.checkInSight("the rejected value", elementByName("统一社会信用代码"))
				p.fill("统一社会信用代码", "91110000MA00000152")
				p.clickByName("加注")
				p.waitForText("加注成功！")
				p.checkInSight("完成", elementByName("完成"))
			})
		}
	}
}

func TestNothingIsLostAtHighZoom(t *testing.T) {
	t.Parallel()
	for _, s := range []size{zoomedSize, tinySize} {
		for _, portal := range []string{seed.Ministry, seed.National} {
			for _, mode := range []string{"标准版", "适老版"} {
				t.Run(fmt.Sprint(portal, s, mode), func(t *testing.T) {
					t.Parallel()
					p := open(t, s)
					p.visit("/")
					if mode == "适老版" {
						p.clickByName(mode)
					}
					for _, path := range []string{"/", "/password#x", "/v", "/nothing"} {
						p.visit(path)
						p.inside(path)
						p.checkNothingIsCut(path)
					}
					p.expectConsoleError("/nothing")
					p.tour(portal, func(name string) {
						p.inside(name)
						p.checkNothingIsCut(name)
						p.snap("zoom-" + mode + "-" + s.String() + "-" + name)
					})
				})
			}
		}
	}
}

// TestTheHeadIsOneRow holds on the narrowest phones, logged in or not.
func TestTheHeadIsOneRow(t *testing.T) {
	t.Parallel()
	for _, s := range []size{{360, 740}, {390, 844}} {
		p := open(t, s)
		check := func(where string) {
			t.Helper()
			if !js[bool](p, `(() => {
				const middle = e => { const r = e.getBoundingClientRect(); return (r.top + r.bottom) / 2; };
				const parts = [document.querySelector(".brand"), ...document.querySelectorAll("header .who .button, header .who button")].filter(e => e.checkVisibility()).map(middle);
				return parts.length >= 3 && Math.max(...parts) - Math.min(...parts) < 4;
			})()`) {
				t.Errorf("the head of %s has more than one row at %s", where, s)
			}
		}
		for _, path := range []string{"/", "/mohurd", "/gjzwfw"} {
			p.visit(path)
			check(path)
		}
		for _, portal := range []string{seed.Ministry, seed.National} {
			p.logIn(portal, holder(t, "ready"), "/center")
			p.waitForText("四级实名")
			check(portal + ", logged in")
		}
		p.visit("/mohurd")
		p.clickByName("English")
		p.waitForText("Large type")
		check("/mohurd, in English")
		p.inside("/mohurd, in English")
		p.visit("/v")
		p.inside("/v")
	}
}

// TestAVerdictIsReadableAtHighZoom is for the verify page with its answer.
func TestAVerdictIsReadableAtHighZoom(t *testing.T) {
	t.Parallel()
	h := newHolder(t, endOneSpecialtySoon)
	first := open(t, desktopSize)
	first.enter(seed.Ministry, h)
	made, err := first.session(seed.Ministry, h).Endorse(t.Context(), js[string](first, `location.pathname.split("/").pop()`), client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []size{zoomedSize, tinySize, {390, 844}} {
		p := open(t, s)
		for _, mode := range []string{"适老版", "标准版"} {
			p.visit("/v")
			p.clickByName(mode)
			p.goTo("about:blank")
			p.goTo(made.VerifyURL)
			p.waitUntil(`document.querySelector("#result.valid")`)
			p.inside("a verdict, " + mode)
			p.checkNothingIsCut("a verdict, " + mode)
			p.checkReading("a verdict, " + mode)
			p.snap("verdict-" + mode + "-" + s.String())
		}
	}
}

// TestTheHistoryShowsEachPictureOnce: a preview is fetched when its card comes into view, and not again.
func TestTheHistoryShowsEachPictureOnce(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p := open(t, lowSize)
	p.enter(seed.Ministry, h)
	p.waitForText("还没有加注记录。点击上方[证照加注]")
	id := js[string](p, `location.pathname.split("/").at(-1)`)
	session := p.session(seed.Ministry, h)
	for range 9 {
		if _, err := session.Endorse(t.Context(), id, client.EndorsementAsk{}); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	asked := map[string]int{}
	p.interceptRequests("*/preview", fetch.RequestStageRequest, func(_ context.Context, _ *chromedp.Target, e *fetch.EventRequestPaused) bool {
		mu.Lock()
		defer mu.Unlock()
		if e.Request.Method == "GET" {
			asked[e.Request.URL]++
		}
		return false
	})
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		for address, n := range asked {
			if n > 1 {
				t.Errorf("%s was asked %d times", address, n)
			}
		}
		return len(asked)
	}
	shown := `[...document.querySelectorAll(".thumbnail img")].filter(i => i.naturalWidth > 0).length`
	p.visit("/mohurd/certificates/" + id)
	p.waitUntil(`document.querySelectorAll(".copy").length === 9`)
	kept := "文件保存至" + service.Today.AddDays(180+90).InText()
	if n := js[int](p, `[...document.querySelectorAll(".copy")].filter(c => c.textContent.includes(`+quote(kept)+`)).length`); n != 9 {
		t.Errorf("%d cards say %s", n, kept)
	}
	p.clickElement(`document.querySelector("#history")`) // scrolls there
	p.waitUntil(shown + " > 0")
	if n := count(); n == 0 || n > 6 {
		t.Errorf("%d pictures were fetched for one screen", n)
	}
	js[bool](p, `[...document.querySelectorAll(".copy")].at(-1).scrollIntoView(), true`)
	p.waitUntil(`[...document.querySelectorAll(".thumbnail img")].at(-1).naturalWidth > 0`)
	p.snap("history-nine-1366")
	p.clickByName("账户设置")
	p.waitForText("账户信息")
	p.do(chromedp.NavigateBack())
	p.waitUntil(`document.querySelectorAll(".copy").length === 9`)
	p.clickElement(`document.querySelector("#history")`)
	p.waitUntil(shown + " > 0")
	p.clickByName("预览") // the picture is there already
	p.waitUntil(`document.querySelector("img.preview")?.naturalWidth > 100`)
	count()
	p.clickByName("关闭")
	newest := js[[]string](p, `[...document.querySelectorAll(".copy time")].map(t => t.dateTime)`)
	for i := 1; i < len(newest); i++ {
		if newest[i] > newest[i-1] {
			t.Errorf("%s stands before %s", newest[i-1], newest[i])
		}
	}
}

// TestLargeTypeIsRemembered on every page of the service, with less to choose from.
func TestLargeTypeIsRemembered(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.visit("/mohurd")
	choices := `[...document.querySelectorAll("a, button")].filter(e => e.checkVisibility()).length`
	before := js[int](p, choices)
	p.clickByName("适老版")
	if after := js[int](p, choices); after >= before {
		t.Errorf("%d things to choose from, and %d in 适老版", before, after)
	}
	for _, path := range []string{"/mohurd", "/gjzwfw/questions", "/", "/v", "/password"} {
		p.visit(path)
		p.waitUntil(`document.documentElement.classList.contains("large")`)
		if small := js[[]string](p, `[...document.querySelectorAll("main p, main a, main button, main label, main li")].filter(e => e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < 18).map(e => e.outerHTML.slice(0, 120))`); len(small) > 0 {
			t.Errorf("%s: smaller than 18 px: %v", path, small)
		}
		p.checkAccessibility(path + ", 适老版")
		p.snap("large-" + strings.Trim(strings.ReplaceAll(path, "/", "-"), "-") + "-1280")
	}
	p.visit("/v")
	p.waitForText("其他方式请切换到标准版")
	p.clickByName("标准版")
	p.waitUntil(`document.querySelector("#paste").checkVisibility()`)
	p.visit("/mohurd")
	if js[bool](p, `document.documentElement.classList.contains("large")`) {
		t.Error("标准版 is not remembered")
	}
}

func TestNothingMovesWhereThatIsNotWanted(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.setColorScheme("light") // and prefers-reduced-motion
	for _, path := range []string{"/mohurd/login", "/v"} {
		p.visit(path)
		if moving := js[[]string](p, `(() => {
			document.querySelector("main button").setAttribute("aria-busy", "true");
			return [...document.querySelectorAll("*")].flatMap(e => ["", "::before", "::after"].map(part => [e, getComputedStyle(e, part || null)]))
				.filter(([, s]) => s.animationName !== "none" || s.scrollBehavior === "smooth" || parseFloat(s.transitionDuration) > 0).map(([e]) => e.outerHTML.slice(0, 80));
		})()`); len(moving) > 0 {
			t.Errorf("%s: moving: %v", path, moving)
		}
	}
}

// TestAnAddressThatLeadsNowhereLeadsOn: another try would find nothing either.
func TestAnAddressThatLeadsNowhereLeadsOn(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.visit("/mohurd")
	p.visit("/nothing")
	p.waitForText("页面不存在")
	p.expectConsoleError("/nothing")
	p.clickByName("返回上一页")
	p.waitForPath("/mohurd")
	p.enter(seed.Ministry, holder(t, "ready"))
	for _, path := range []string{"/mohurd/nothing", "/mohurd/certificates/01ARZ3NDEKTSV4RRFFQ69G5FAV"} {
		p.visit(path)
		p.waitForText("暂时无法显示")
		if js[bool](p, `[...document.querySelectorAll("main button")].some(b => b.innerText === "重试")`) {
			t.Errorf("%s offers another try", path)
		}
		p.clickByName("首页")
		p.waitForPath("/mohurd")
	}
}

// TestANameIsNotCutWithinACharacter covers characters beyond the first plane and marks that combine.
func TestANameIsNotCutWithinACharacter(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.serveSources()
	p.visit("/")
	for name, want := range map[string]string{"张三": "张", "𬱖某": "𬱖", "𠮷\U000e0100田": "𠮷\U000e0100", "E\u0301mile": "E\u0301", " 李四": "李", "\u0301": "", "": "", "Zhang San": "Z"} {
		if got := js[string](p, `import("/v/source/element.js").then(m => m.initial(`+quote(name)+`))`); got != want {
			t.Errorf("the initial of %q is %q, want %q", name, got, want)
		}
	}
}

func TestSentencesArePrintedWithFullWidthMarks(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.serveSources()
	p.visit("/")
	for sentence, want := range map[string]string{
		"加注成功!":         "加注成功！",
		`正在生成证照,请耐心等待!`: "正在生成证照，请耐心等待！",
		`请前往"国家政务服务平台"检查手机号码是否绑定,如果未绑定,按照提示。`:   "请前往“国家政务服务平台”检查手机号码是否绑定，如果未绑定，按照提示。",
		"请申请办理[延续注册]业务,等待审核通过后再加注。":             "请申请办理[延续注册]业务，等待审核通过后再加注。",
		"1.使用有效截止日期必须在注册有效期内;":                  "1.使用有效截止日期必须在注册有效期内；",
		"等待1-2天,见 https://example.com/?a=b:c,d": "等待1-2天，见 https://example.com/?a=b:c,d",
		"Log in with [登录], then scan.":          "Log in with [登录], then scan.",
	} {
		if got := js[string](p, `import("/v/source/element.js").then(m => m.fullWidth(`+quote(sentence)+`))`); got != want {
			t.Errorf("%q is printed %q, want %q", sentence, got, want)
		}
	}
}

// TestTheFactsOfARegistrationStandWhereItIsChosen: a holder of two certificates sees what each is for, with
// whom and until when.
func TestTheFactsOfARegistrationStandWhereItIsChosen(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	second := h.WithSerial(int(service.newHolders.Load()))
	report(t, second, func(r *client.ReportRow) {
		r.Employer.Name = "示例第二工程局有限公司"
		r.Specialties = []client.Specialty{
			{Name: "铁路工程", From: service.Today.AddDays(-800).String(), To: service.Today.AddDays(-1).String()},
			{Name: "机电工程", From: service.Today.AddDays(-800).String(), To: service.Today.AddDays(3).String()},
		}
	})
	for _, s := range []size{desktopSize, {390, 844}} {
		p := open(t, s)
		p.logIn(seed.Ministry, h, "/certificates")
		p.identify(h)
		p.waitUntil(`document.querySelectorAll(".cards > li").length === 2`)
		for _, text := range []string{"示例第二工程局有限公司", "铁路工程", "不在有效期内", "机电工程", "还有 3 天", second.Number} {
			p.waitForText(text)
		}
		p.inside("two certificates")
		p.checkAccessibility("two certificates")
		p.snap("two-certificates-" + s.String())
	}
}

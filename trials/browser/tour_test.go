package browser

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// tour leads past every page and every dialog of one portal and calls stop at each.
func (p *tab) tour(portal string, stop func(name string)) {
	p.Helper()
	h := newHolder(p.T, endOneSpecialtySoon)
	base := "/" + portal
	for _, path := range []string{"", "/login", "/questions"} {
		p.visit(base + path)
		stop(portal + strings.ReplaceAll(path, "/", "-"))
	}
	p.logIn(portal, h, "/center")
	p.waitForText("四级实名")
	stop(portal + "-center")
	few := js[bool](p, `document.documentElement.classList.contains("large")`) // fewer choices
	if few {
		p.visit(base + "/account")
	} else {
		p.clickByName("账户设置")
	}
	p.waitForText("身份证有效开始日期")
	stop(portal + "-account")
	p.dialog("更换手机号码", portal+"-phone", stop)
	p.dialog("修改密码", portal+"-change", stop)
	p.dialog("实名等级提升", portal+"-level", stop)
	p.visit(base + "/certificates")
	if portal == seed.National {
		stop(portal + "-certificates")
		p.dialog("绑定证照", portal+"-bind", stop)
		p.dialog("解除绑定", portal+"-unbind", stop)
		p.clickByName("查看详情")
	}
	p.code()
	stop(portal + "-qr")
	p.identify(h)
	if portal == seed.National {
		p.waitForText("证照相关服务")
		stop(portal + "-detail")
		p.clickByName("证照加注服务")
	}
	p.waitUntil(`document.getElementById("endorse")`)
	p.waitUntilSettled()
	p.clickByName("证照加注")
	p.waitForText("使用有效期截止日期")
	stop(portal + "-endorse")
	p.clickByName("加注")
	p.waitForText("加注成功！")
	stop(portal + "-success")
	p.clickByName("预览")
	p.waitUntil(`document.querySelector("img.preview")?.naturalWidth > 100`)
	stop(portal + "-preview")
	p.clickByName("关闭")
	p.clickByName("完成")
	p.waitUntil(`document.querySelector(".copy.new")`)
	if !few {
		p.waitForText("还没有人核验过。")
	}
	stop(portal + "-history")
	if !few {
		p.dialog("授权查看", portal+"-consent", stop)
	}
	p.dialog("撤回", portal+"-withdraw", stop)
	p.visit(base + "/nothing")
	stop(portal + "-nothing")
	p.clickByName("首页")
	p.waitForPath(base)
	p.visit(base + "/manual")
	stop(portal + "-manual")
}

// dialog opens a dialog, stops there, and closes it.
func (p *tab) dialog(button, name string, stop func(string)) {
	p.Helper()
	p.clickByName(button)
	p.waitUntil(`document.querySelector("dialog[open]")`)
	if title := js[string](p, topDialog+`.querySelector("h2").innerText`); !strings.HasPrefix(title, button) {
		p.Errorf("%s opens a dialog called %s", button, title)
	}
	stop(name)
	p.clickByName("关闭")
	p.waitUntil(`!document.querySelector("dialog")`)
}

// inside checks that nothing is wider than the window.
func (p *tab) inside(where string) {
	p.Helper()
	if over := js[[]string](p, `(() => {
		const wide = document.documentElement.scrollWidth > innerWidth ? ["the page is " + document.documentElement.scrollWidth + " wide"] : [];
		const scrolls = e => e && (getComputedStyle(e).overflowX === "auto" || scrolls(e.parentElement));
		const out = [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && !e.closest(".skip") && !scrolls(e.parentElement))
			.filter(e => { const r = e.getBoundingClientRect(); return r.width > 1 && r.right > innerWidth + 1; });
		return [...wide, ...out.slice(0, 3).map(e => e.outerHTML.slice(0, 120))];
	})()`); len(over) > 0 {
		p.Errorf("%s at %s: sticks out: %s", where, p.Name(), strings.Join(over, "\n"))
	}
}

func TestEveryPageIsAccessibleAndFits(t *testing.T) {
	t.Parallel()
	runAtEverySize(t, func(t *testing.T, portal string, s size) {
		p := open(t, s)
		p.tour(portal, func(name string) {
			p.inside(name)
			for _, scheme := range []string{"dark", "light"} {
				if s == phoneSize && scheme == "dark" {
					continue // the colours are those of the other size
				}
				p.setColorScheme(scheme)
				p.checkAccessibility(name + ", " + scheme)
				p.snap("page-" + name + "-" + s.String() + "-" + scheme)
			}
		})
	})
	t.Run("without a login", func(t *testing.T) {
		t.Parallel()
		for _, s := range []size{desktopSize, phoneSize} {
			p := open(t, s)
			for _, path := range []string{"/", "/password#x", "/password", "/phone", "/messages"} {
				p.visit(path)
				p.inside(path)
				for _, scheme := range []string{"dark", "light"} {
					p.setColorScheme(scheme)
					p.checkAccessibility(path + ", " + scheme)
					p.snap("page-" + strings.Trim(strings.NewReplacer("/", "start", "#", "-").Replace(path), "-") + "-" + s.String() + "-" + scheme)
				}
			}
		}
	})
}

// TestEveryAddress goes once more through each portal, in a wide window: everything fits,
// nobody else is asked, little is transferred, and each address can be reloaded.
func TestEveryAddress(t *testing.T) {
	t.Parallel()
	for _, portal := range []string{seed.Ministry, seed.National} {
		t.Run(portal, func(t *testing.T) {
			t.Parallel()
			p := open(t, size{1920, 1080})
			addresses := map[string]bool{}
			p.tour(portal, func(name string) {
				p.inside(name)
				addresses[js[string](p, "location.pathname + location.search")] = true
			})
			if len(addresses) < 7 {
				t.Errorf("only %d addresses", len(addresses))
			}
			p.weigh(portal)
			for address := range addresses {
				p.reload(address)
			}
		})
	}
}

// reload opens an address, reloads it without a cache, and expects the same page.
func (p *tab) reload(address string) {
	p.Helper()
	p.do(chromedp.Navigate("about:blank"))
	p.visit(address)
	before := js[string](p, `document.querySelector("main").innerText`)
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		fresh := true
		_, err := cdp.Call(ctx, at, page.Reload, page.ReloadParams{IgnoreCache: &fresh})
		return err
	})
	p.waitUntil(`performance.getEntriesByType("navigation")[0].type === "reload"`)
	p.waitUntilSettled()
	if after := js[string](p, `document.querySelector("main").innerText`); after != before || len(after) < 20 {
		p.Errorf("%s shows\n%s\nand reloaded\n%s", address, before, after)
	}
}

// maxPageBytes is how much a portal, and all of them together, may weigh in bytes, without the manual's
// pictures; maxPictureBytes is how much these may weigh.
const (
	maxPageBytes    = 190_000
	maxPictureBytes = 1_000_000
)

// weigh adds up the transferred bytes of the portal's own files, each once.
func (p *tab) weigh(portal string) {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	files := map[string]int64{}
	for key, bytes := range p.fetched {
		_, address, _ := strings.Cut(key, " ")
		at, err := url.Parse(address)
		if err != nil {
			p.Fatal(err)
		}
		origin := at.Scheme + "://" + at.Host
		name := at.Path
		if path.Ext(name) == "" {
			name = "/" + portal // every address of the portal is this one page
		}
		switch {
		case at.Scheme == "data", at.Scheme == "blob", origin == service.Storage.S3:
		case origin != service.URL:
			p.Errorf("%s asks %s", portal, address)
		case strings.HasPrefix(at.Path, "/static/manual/"):
		case !strings.HasPrefix(at.Path, "/v1/"):
			files[name] = max(files[name], bytes)
		}
	}
	var sum int64
	for _, bytes := range files {
		sum += bytes
	}
	p.Logf("%s: %d files, %d bytes transferred", portal, len(files), sum)
	if sum > maxPageBytes || sum < 20_000 {
		p.Errorf("%s weighs %d bytes in %v", portal, sum, files)
	}
}

// TestAllFilesTogetherWeighLittle is the bound for both portals and every page.
func TestAllFilesTogetherWeighLittle(t *testing.T) {
	sum := 0
	for _, text := range portalFiles(t) {
		sum += len(text)
	}
	t.Logf("%d bytes, uncompressed", sum)
	if sum > maxPageBytes {
		t.Errorf("the portal's files are %d bytes, %d are allowed", sum, maxPageBytes)
	}
	pictures := 0
	for _, data := range manualPictures(t) {
		pictures += len(data)
	}
	t.Logf("%d bytes of pictures", pictures)
	if pictures > maxPictureBytes {
		t.Errorf("the manual's pictures are %d bytes, %d are allowed", pictures, maxPictureBytes)
	}
}

func TestTheFirstPaintWaitsForNoScript(t *testing.T) {
	t.Parallel()
	for path, text := range map[string]string{
		"/": "请选择办理门户", "/mohurd/center": "住房和城乡建设部政务服务门户", "/gjzwfw/certificates": "国家政务服务平台", "/password": "设置密码",
	} {
		p := open(t, desktopSize)
		p.call(func(ctx context.Context, at *chromedp.Target) error {
			_, err := cdp.Call(ctx, at, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		})
		p.do(chromedp.Navigate(service.URL + path))
		body, err := chromedp.Run(p.ctx, chromedp.OuterHTML(chromedp.CSS("html")))
		if err != nil || !strings.Contains(body, text) {
			t.Errorf("%s without scripts lacks %s: %v", path, text, err)
		}
		for _, script := range regexp.MustCompile(`<script(?: [^>]*)?>`).FindAllString(body, -1) {
			if !strings.Contains(script, `type="module"`) && !strings.Contains(script, " defer") {
				t.Errorf("%s waits for %s", path, script)
			}
		}
	}
}

func TestEveryPageComesWithItsPolicy(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/mohurd", "/mohurd/certificates/x", "/gjzwfw/account", "/password", "/nothing"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, service.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/html")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		policy := answer.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self' " + service.Storage.S3, "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || err != nil || !strings.Contains(string(body), `http-equiv="Content-Security-Policy"`) {
			t.Errorf("%s: %s, %v", path, policy, err)
		}
		if want := map[bool]int{true: 404, false: 200}[path == "/nothing"]; answer.StatusCode != want {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// The names that browsers give themselves: those of apps, and those of phones and computers.
var (
	appAgents = map[string]string{
		"WeChat, Android": "Mozilla/5.0 (Linux; Android 13; V2183A Build/TP1A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/111 Mobile Safari/537.36 XWEB/1110017 MicroMessenger/8.0.40",
		"WeChat, iOS":     "Mozilla/5.0 (iPhone; CPU iPhone OS 13_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/7.0.20 NetType/WIFI Language/zh_CN",
		"WeCom":           "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 wxwork/4.1.0 MicroMessenger/7.0.1",
		"DingTalk":        "Mozilla/5.0 (Linux; U; Android 12; zh-CN) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100 Mobile Safari/537.36 AliApp(DingTalk/7.0.10)",
		"Alipay":          "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 AlipayClient/10.3.0 Language/zh-Hans",
		"QQ":              "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 MQQBrowser/6.2 Mobile Safari/537.36 V1_AND_SQ_8.9.28 QQ/8.9.28.10155",
		"a web view":      "Mozilla/5.0 (Linux; Android 10; K; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/80.0.3987.99 Mobile Safari/537.36",
		"another on iOS":  "Mozilla/5.0 (iPhone; CPU iPhone OS 13_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
	}
	browserAgents = map[string]string{
		"Safari, iOS":      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.2 Mobile/15E148 Safari/604.1",
		"Chrome, iOS":      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/110.0 Mobile/15E148 Safari/604.1",
		"Chrome, Android":  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.99 Mobile Safari/537.36",
		"QQ browser":       "Mozilla/5.0 (Linux; U; Android 12; zh-cn) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/98 MQQBrowser/13.5 Mobile Safari/537.36",
		"Huawei":           "Mozilla/5.0 (Linux; Android 10; HarmonyOS) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 HuaweiBrowser/13.0 Mobile Safari/537.36",
		"Safari, computer": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Safari/605.1.15",
	}
)

// callItself names the tab's browser.
func (p *tab) callItself(agent string) {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent})
		return err
	})
}

func TestTheBrowsersOfAppsAreRecognised(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.serveSources()
	p.visit("/")
	for want, agents := range map[bool]map[string]string{true: appAgents, false: browserAgents} {
		for name, agent := range agents {
			if got := js[bool](p, `import("/v/source/inapp.js").then(m => m.inApp(`+quote(agent)+`))`); got != want {
				t.Errorf("%s: %t", name, got)
			}
		}
	}
	if js[bool](p, `import("/v/source/inapp.js").then(m => m.inApp(`+quote(appAgents["another on iOS"])+`, true))`) {
		t.Error("a page on the home screen is taken for one in an app")
	}
}

// TestInAnAppNothingIsCalledDownloaded: the link itself is offered, and the way to the browser.
func TestInAnAppNothingIsCalledDownloaded(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	p := open(t, phoneSize)
	p.callItself(appAgents["WeChat, Android"])
	p.enter(seed.Ministry, newHolder(t, func(*seed.Holder) {}))
	p.clickByName("证照加注")
	p.clickByName("加注")
	p.waitForText("加注成功！")
	p.clickByName("pdf下载")
	p.waitForText("请点右上角，在浏览器中打开")
	link := js[string](p, `document.querySelector("dialog .files input").value`)
	if link != js[string](p, `document.querySelector("dialog .files a").href`) || !strings.Contains(link, "response-content-disposition=attachment") {
		t.Errorf("the link is %s", link)
	}
	if text := p.text(); strings.Contains(text, "已下载") || strings.Contains(text, "已交给浏览器") {
		t.Errorf("it says: %s", text)
	}
	if got := p.copyByName("复制链接"); got != link {
		t.Errorf("copied %q, the link is %q", got, link)
	}
	p.inside("in an app")
	p.snap("in-app-download-360")

	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
	p.clickByName("下载核验回执")
	p.waitForText("请点右上角，在浏览器中打开本页")
	p.waitUntil(`document.getElementById("receipt").value.startsWith("eyJ")`)
	if text := p.text(); strings.Contains(text, "已下载") || strings.Contains(text, "已交给浏览器") {
		t.Errorf("it says: %s", text)
	}
	p.clickByName("打印核验结果")
	p.waitForText("APP 内不能打印")
	if len(p.downloaded) > 0 {
		t.Error("it tried to download all the same")
	}
	p.checkVerifyPage("in-app", phoneSize)
}

// TestAddressesThatAppsChanged: parameters are added in front of the #, or what stands behind it is lost.
func TestAddressesThatAppsChanged(t *testing.T) {
	t.Parallel()
	const added = "?from=singlemessage&isappinstalled=0"
	s, e := makeBidCopy(t)
	p := open(t, phoneSize)
	p.visit("/v" + added + "#" + e.Token())
	p.waitForAnswer("有效", "✓")
	if got := p.copyByName("复制核验链接"); !strings.HasSuffix(got, "/v#"+e.Token()) {
		t.Errorf("copied %q", got)
	}
	for _, lost := range []string{"/v" + added, "/v#"} {
		p.visit("/v")
		p.visit(lost)
		p.waitForText("内容在途中丢失了")
		p.waitForText("请重新扫描证照上的二维码")
	}
	p.visit("/password" + added)
	p.waitForText("链接不完整")
	p.visit("/password" + added + "#" + strings.Repeat("A", 26))
	p.waitForText("再次输入新密码")
	p.visit("/v")
	p.waitUntilSettled()
	if strings.Contains(p.text(), "丢失") {
		t.Error("nothing was lost")
	}

	p.enter(seed.Ministry, s.Holder)
	address := js[string](p, "location.pathname")
	for _, query := range []string{added, "?from=groupmessage&isappinstalled=0", "?utm_source=x&share_token=%E4%BD%A0", "?from=2026-13-45"} {
		p.visit(address + query + "#wechat_redirect")
		p.waitUntil(`document.getElementById("endorse") && document.querySelector(".copy") && !document.querySelector("main .problem")`)
		if said := strings.Contains(p.text(), "地址中的日期无法识别"); said != strings.Contains(query, "2026") {
			t.Errorf("%s: %t", query, said)
		}
	}
	for _, path := range []string{"/mohurd/certificates/%E4%BD", "/mohurd/login?return=http://["} {
		p.visit(path)
		if js[bool](p, `Boolean(document.querySelector(".failure"))`) {
			t.Errorf("%s: the page failed", path)
		}
	}
}

package browser

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// wideSize is the widest window the page is tried at.
var wideSize = size{1920, 1080}

// makeBidCopy makes a copy for a bid, by the API.
func makeBidCopy(t *testing.T) (*seed.Session, client.Endorsement) {
	t.Helper()
	return makeBidCopyOf(t, holder(t, "ready"))
}

// makeBidCopyOf makes a copy of a holder's one certificate for a bid, by the API.
func makeBidCopyOf(t *testing.T, h seed.Holder) (*seed.Session, client.Endorsement) {
	t.Helper()
	s, err := api().Login(t.Context(), seed.Ministry, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Identify(t.Context(), app(h)); err != nil {
		t.Fatal(err)
	}
	items, _, err := s.Certificates(t.Context())
	if err != nil || len(items) != 1 {
		t.Fatalf("%d certificates: %v", len(items), err)
	}
	e, err := s.Endorse(t.Context(), items[0].Certificate, client.EndorsementAsk{
		Purpose: client.Purpose{Kind: "投标", Text: "示例项目"}, Recipient: client.Recipient{Name: "示例单位"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

// waitForAnswer waits for the page's answer and for the mark beside it.
func (p *tab) waitForAnswer(word, mark string) {
	p.Helper()
	p.waitUntil(`!document.getElementById("result").hidden && document.getElementById("word").textContent === ` + quote(word) +
		` && document.getElementById("mark").textContent === ` + quote(mark))
}

// rows are the results of the rows shown.
func (p *tab) rows() string {
	p.Helper()
	return js[string](p, `[...document.querySelectorAll("#checks li")].map(e => e.className).join(" ")`)
}

// checkVerifyPage checks the page against the rules for every page, in both colour schemes.
func (p *tab) checkVerifyPage(name string, s size) {
	p.Helper()
	p.inside(name)
	for _, scheme := range []string{"dark", "light"} {
		p.setColorScheme(scheme)
		p.checkAccessibility(name + ", " + scheme)
		p.snap("verify-" + name + "-" + s.String() + "-" + scheme)
	}
}

// setOffline takes the tab's network away, or gives it back.
func (p *tab) setOffline(yes bool) {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		conditions := []*network.Conditions{{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1}}
		if _, err := cdp.Call(ctx, at, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			EmulateOfflineServiceWorker: &yes, MatchedNetworkConditions: conditions,
		}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, at, network.OverrideNetworkState, network.OverrideNetworkStateParams{
			Offline: yes, DownloadThroughput: -1, UploadThroughput: -1,
		})
		return err
	})
}

func TestAScannedCodeIsFirstGenuineThenValid(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	for _, s := range []size{desktopSize, phoneSize, wideSize} {
		t.Run("at "+s.String(), func(t *testing.T) {
			p := open(t, s)
			seen := make(chan struct{})
			p.interceptRequests("*/v1/verifications", fetch.RequestStageRequest, func(context.Context, *chromedp.Target, *fetch.EventRequestPaused) bool {
				<-seen
				return false
			})
			p.visit("/v#" + e.Token())
			p.waitForAnswer("真实（截至签发时）", "…")
			p.waitForText("时效内 · 正在查询实时状态")
			if rows := p.rows(); !strings.HasPrefix(rows, "pass pass pass unknown unknown") {
				t.Errorf("the rows are %s", rows)
			}
			p.snap("verify-pending-" + s.String())
			close(seen)
			p.waitForAnswer("有效", "✓")
			if rows := p.rows(); rows != "pass pass pass pass pass pass" {
				t.Errorf("the rows are %s", rows)
			}
			p.waitForText("打印件须本人手写签名且与签名图像一致，否则无效")
			p.waitForText("持证人声明")
			p.waitForText("仅用于投标「示例项目」")
			p.checkVerifyPage("valid", s)
		})
	}
}

func TestACodeForAnotherDayOrUse(t *testing.T) {
	t.Parallel()
	s, e := makeBidCopy(t)
	p := open(t, phoneSize)
	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
	for _, c := range []struct{ label, value, word, says string }{
		{"使用日期（如开标日）", e.UseUntil, "有效", "届时有效"},
		{"专业或类别", "矿业工程", "无效", "未注册该专业"},
		{"专业或类别", "建筑工程", "有效", "该专业有效至"},
		{"事由或项目代码", "入职", "无效", "您询问的是「入职」"},
		{"事由或项目代码", "投标", "有效", "相符"},
		{"接收单位或其统一社会信用代码", "另一单位", "无效", "不符"},
		{"接收单位或其统一社会信用代码", "示例单位", "有效", "相符"},
		{"使用日期（如开标日）", time.Now().AddDate(5, 0, 0).Format(time.DateOnly), "无效", "届时已失效"},
	} {
		p.fill(c.label, c.value)
		p.clickByName("按以上情形核验")
		p.waitForAnswer(c.word, map[string]string{"有效": "✓", "无效": "✕"}[c.word])
		p.waitForText(c.says)
	}
	p.checkVerifyPage("invalid-on-that-day", phoneSize)
	if _, err := s.Withdraw(t.Context(), e, "不再参加"); err != nil {
		t.Fatal(err)
	}
	p.visit("/v")
	p.visit("/v#" + e.Token())
	p.waitForAnswer("无效", "✕")
	p.waitForText("持证人已撤回")
	p.checkVerifyPage("withdrawn", phoneSize)
}

// What a paper says is compared with the register; the answer is only whether it is the same.
func TestWhatIsPrintedIsComparedWithTheRegister(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	h := holder(t, "ready")
	p := open(t, phoneSize)
	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
	p.fill("纸面截止日期", e.UseUntil)
	p.fill("纸面姓名", h.Name)
	p.fill("纸面编号", h.Number)
	p.clickByName("按以上情形核验")
	p.waitForText("一致：纸面所载姓名、编号、使用期止日与登记一致")
	p.waitForAnswer("有效", "✓")
	p.fill("纸面姓名", "李四")
	p.clickByName("按以上情形核验")
	p.waitForAnswer("无效", "✕")
	p.waitForText("不一致：纸面所载姓名与登记不一致")
	p.checkVerifyPage("printed", phoneSize)
	p.visit("/v")
	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
}

func TestAnAlteredCodeShowsNothingElse(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	parts := strings.Split(e.Token(), ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(claims), "张", "李", 1)))
	p := open(t, desktopSize)
	p.visit("/v#" + strings.Join(parts, "."))
	p.waitForAnswer("无效", "✕")
	p.waitForText("内容与签名不符")
	if rows := p.rows(); rows != "fail" || strings.Contains(p.text(), "李") {
		t.Errorf("the rows are %s: %s", rows, p.text())
	}
	p.checkVerifyPage("altered", desktopSize)
	p.visit("/v#hello")
	p.waitForAnswer("无法确认", "?") // there is no evidence at all
	p.waitForText("没有本平台的二维码内容或核验回执")
	p.visit("/v#wechat_redirect")
	p.waitForText("地址中没有二维码内容")
	p.visit("/v#" + e.Token() + "#" + strings.Join(parts, "."))
	p.waitForAnswer("无法确认", "?")
	p.waitForText("内容中有多个不同的二维码内容或核验回执")
}

// What surrounds the code in an address is no part of it, and a consent that was cut is said to be.
func TestACodeWithSomethingAroundIt(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	p := open(t, phoneSize)
	for _, address := range []string{"/v#" + e.Token() + "&shareTo=weixin", "/v#" + e.Token() + "#wechat_redirect", "/v#" + e.Token() + "。", "/v?from=timeline#" + e.Token()} {
		p.visit("/v")
		p.visit(address)
		p.waitForAnswer("有效", "✓")
	}
	p.visit("/v")
	p.visit("/v#" + e.Token() + "&consent=01KAQV0000")
	p.waitForAnswer("有效", "✓")
	p.waitForText("授权链接不完整")
	js[string](p, `location.hash = "main"`) // as the link to the content does
	p.waitForAnswer("有效", "✓")
	p.fill("二维码内容或回执", "您好，请核验："+e.Token()+"。谢谢")
	p.clickByName("核验")
	p.waitForAnswer("有效", "✓")
}

func TestWithoutANetworkACodeIsNeverValid(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	for _, s := range []size{desktopSize, phoneSize} {
		t.Run("at "+s.String(), func(t *testing.T) {
			p := open(t, s)
			p.visit("/v")
			p.waitUntil(`navigator.serviceWorker.controller`)
			p.pressKeys("\t") // whoever uses the page gets the keys
			p.waitUntil(`caches.has("jiazhu-keys-2")`)
			js[bool](p, `(async () => { while (!(await (await caches.open("jiazhu-keys-2")).match("/.well-known/jwks.json"))) await new Promise(r => setTimeout(r, 20)); return true; })()`)
			p.do(chromedp.Navigate("about:blank"))
			p.setOffline(true)
			p.visit("/v#" + e.Token())
			p.waitForAnswer("无法确认", "?")
			p.waitForText("真实（截至签发时） · 时效内 · 实时状态未知")
			p.waitForText("离线：仅凭本机于 " + time.Now().Format("2006"))
			if strings.Contains(js[string](p, `document.getElementById("result").className`), "valid") {
				t.Error("it looks valid")
			}
			p.checkVerifyPage("offline", s)

			p.submit("copy.pdf", []byte("%PDF-1.7"))
			p.waitForText("文件没有核验，也没有上传。")
			p.clickByName("上传核验")
			p.waitForAnswer("无法确认", "?")
			p.waitForText("没有网络，无法核验文件")

			unknown := strings.Split(e.Token(), ".")
			unknown[0] = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ES256","kid":"none"}`))
			js[bool](p, `(location.hash = "`+strings.Join(unknown, ".")+`", true)`)
			p.waitForText("二维码的签名密钥未知，无法核对")
			p.waitForAnswer("无法确认", "?")

			js[bool](p, `(location.hash = "`+e.Token()+`", true)`)
			p.waitForText("实时状态未知")
			p.setOffline(false)
			p.waitForAnswer("有效", "✓")
			p.expectConsoleError("ERR_INTERNET_DISCONNECTED")
		})
	}
}

func TestThePageCanBeInstalled(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.visit("/v")
	p.waitUntil(`navigator.serviceWorker.controller && document.querySelector("link[rel=manifest]")`)
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		found, err := cdp.Call(ctx, at, page.GetInstallabilityErrors, cdp.Empty{})
		if err != nil {
			return err
		}
		for _, e := range found.InstallabilityErrors {
			if e.ErrorID != "in-incognito" { // as each test's own profile is
				p.Errorf("it cannot be installed: %s %v", e.ErrorID, e.ErrorArguments)
			}
		}
		manifest, err := cdp.Call(ctx, at, page.GetAppManifest, page.GetAppManifestParams{})
		if err != nil {
			return err
		}
		if manifest.URL != service.URL+"/v/manifest.json" {
			p.Errorf("the manifest is %q", manifest.URL)
		}
		for _, e := range manifest.Errors {
			p.Errorf("the manifest: %s", e.Message)
		}
		return nil
	})
}

func TestAQuestionThatCannotBeAskedLeavesWhatIsKnown(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	p := open(t, phoneSize)
	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
	js[bool](p, `(e => { e.value = "建筑工程".repeat(100); return true; })(document.getElementById("specialty"))`)
	p.clickByName("按以上情形核验")
	p.waitUntil(`document.querySelector("#status.trouble")?.checkVisibility()`)
	p.waitForAnswer("无法确认", "?")
	p.waitForText("真实（截至签发时） · 时效内 · 实时状态未知")
}

func TestWithTheHoldersConsentMoreIsShown(t *testing.T) {
	t.Parallel()
	s, e := makeBidCopy(t)
	given, err := s.Consent(t.Context(), e, "示例单位", "name", "birth", "photo", "idNumber")
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, phoneSize)
	p.visit(strings.TrimPrefix(given.Link, service.URL))
	p.waitForAnswer("有效", "✓")
	for _, shown := range []string{"持证人授权显示", "姓名（全）", s.Holder.Name, s.Holder.IDNumber(), "出生日期"} {
		p.waitForText(shown)
	}
	p.waitUntil(`document.getElementById("photo").naturalWidth > 100`)
	p.checkVerifyPage("consent", phoneSize)
	if err := s.Revoke(t.Context(), e, given.Consent); err != nil {
		t.Fatal(err)
	}
	p.visit("/v")
	p.visit(strings.TrimPrefix(given.Link, service.URL))
	p.waitForAnswer("有效", "✓")
	if text := p.text(); strings.Contains(text, s.Holder.IDNumber()) || strings.Contains(text, "持证人授权显示") {
		t.Errorf("after its end the consent still shows: %s", text)
	}
}

func TestThePageInEnglishByKeyboardAndOnPaper(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	p := open(t, desktopSize)
	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
	p.clickByName("English")
	p.waitForAnswer("Valid", "✓")
	p.waitForText("A printed copy must be signed by hand")
	p.checkVerifyPage("english", desktopSize)
	p.waitUntil(`document.activeElement.id === "result"`)
	p.pressKeys("\t")
	p.waitUntil(`document.activeElement.id === "print"`)
	p.pressKeys("\t")
	p.waitUntil(`document.activeElement.id === "share"`)
	p.pressKeys("\t")
	p.waitUntil(`document.activeElement.id === "asOf"`)
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
	for _, hidden := range []string{"more", "receipts", "number", "print", "share", "language"} {
		if js[bool](p, `document.getElementById("`+hidden+`").checkVisibility()`) {
			t.Errorf("%s is printed", hidden)
		}
	}
	p.snap("verify-print")
	js[bool](p, `(location.reload(), true)`)
	p.waitUntil(`performance.getEntriesByType("navigation")[0].type === "reload"`)
	p.waitForAnswer("有效", "✓")
}

package browser

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// observeScript records every state of the QR dialog.
const observeScript = `(() => {
	window.states = [];
	const note = () => { const s = document.querySelector(".qr")?.dataset.state; if (s && s !== states.at(-1)) states.push(s); };
	new MutationObserver(note).observe(document, {subtree: true, childList: true, attributes: true});
	note();
	return true;
})()`

func TestEveryStateOfTheQRDialog(t *testing.T) {
	t.Parallel()
	h, other := holder(t, "ready"), holder(t, "outside the pilot")
	for _, s := range []size{desktopSize, phoneSize} {
		t.Run("at "+s.String(), func(t *testing.T) {
			t.Parallel()
			p := open(t, s)
			shot := func(state string) { p.snap("qr-" + state + "-" + s.String()) }
			p.logIn(seed.Ministry, h, "/certificates")
			p.code()
			js[bool](p, observeScript)
			shot("pending")
			for _, c := range []struct {
				name, says string
				person     seed.Holder
				result     string
				mistake    bool
			}{
				{"number", "确认数字不一致", h, "pass", true},
				{"face", "人脸识别未通过", h, "fail", false},
				{"other", "认证人与登录账户不一致", other, "pass", false},
			} {
				code, number := p.scan(c.person)
				p.waitForText("已扫码，请在手机上输入数字并进行人脸识别。")
				shot("scanned")
				if c.mistake {
					number = map[bool]string{true: "10", false: "99"}[number == "99"]
				}
				if err := api().Assert(t.Context(), app(c.person), code, identityapp.Input{Number: number, Result: c.result}); err == nil {
					t.Fatal("the service took it")
				}
				p.waitForText("认证未通过")
				p.waitForText(c.says)
				shot("rejected-" + c.name)
				p.clickByName("刷新二维码")
			}
			p.identify(h)
			p.waitUntil(`document.getElementById("endorse")`)
			got := strings.Join(js[[]string](p, "window.states"), " ")
			want := strings.Repeat("pending scanned rejected opening ", 3) + "pending scanned verified"
			if got = strings.ReplaceAll(got, "pending verified", "pending scanned verified"); got != want {
				t.Errorf("the states were\n%s, want\n%s", got, want)
			}
		})
	}
}

func TestAQRCodeExpiresAndIsRefreshed(t *testing.T) {
	t.Parallel()
	h := holder(t, "ready")
	p := open(t, desktopSize)
	p.logIn(seed.Ministry, h, "/certificates")
	first, _ := p.code()
	p.waitUntil(`/剩余 \d+ 秒/.test(document.querySelector(".qr").innerText)`)
	p.waitForText("二维码已过期")
	p.snap("qr-expired-1280")
	p.waitUntil(`document.activeElement.innerText === "刷新二维码"`)
	p.clickByName("刷新二维码")
	if second, _ := p.code(); second == first {
		t.Error("the code is the same")
	}
	p.identify(h)
	p.waitUntil(`document.getElementById("endorse")`)
}

func TestClosingTheQRDialogLeavesAWayToIt(t *testing.T) {
	t.Parallel()
	h := holder(t, "ready")
	p := open(t, phoneSize)
	p.logIn(seed.National, h, "/certificates")
	p.clickByName("查看详情")
	p.code()
	p.pressKeys("\x1b")
	p.waitForText("请先进行实名身份认证")
	p.snap("qr-declined-360")
	p.clickByName("扫码认证")
	p.identify(h)
	p.waitForText("证照相关服务")
}

func TestAPastedCodeIsAsGoodAsAScannedOne(t *testing.T) {
	t.Parallel()
	h := holder(t, "ready")
	p := open(t, desktopSize)
	p.logIn(seed.Ministry, h, "/certificates")
	p.code()
	text := js[string](p, `document.querySelector('.qr a[href*="/i#"]').href`)
	number := js[string](p, `document.querySelector(".qr .number").textContent`)
	phone := open(t, phoneSize)
	phone.visit("/phone")
	phone.fill("二维码内容", "hello")
	phone.clickByName("扫码")
	phone.waitForText("操作未完成")
	phone.waitForText("这不是实名认证的二维码")
	phone.expectConsoleError("/phone/scan")
	phone.clickByName("再扫一次")
	phone.fill("二维码内容", text)
	phone.clickByName("扫码")
	phone.fill("页面上显示的两位数字", number)
	phone.snap("phone-360")
	phone.clickByName("完成")
	phone.waitForText("认证通过")
	p.waitUntil(`document.getElementById("endorse")`)
}

package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// examine checks a downloaded file's signature and what it says, by the service's own
// reader and, for a PDF, by poppler's too.
func examine(t *testing.T, data []byte, kind verdict.Kind, h seed.Holder) {
	t.Helper()
	bundle, err := os.ReadFile(service.Paths.Trust)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := evidence.ParseTrust(bundle)
	if err != nil {
		t.Fatal(err)
	}
	found := evidence.Examine(data, trust)
	if found.Kind != kind || found.Integrity.Result != verdict.Pass || found.Issuer.Result != verdict.Pass {
		t.Fatalf("%s: integrity %+v, issuer %+v", found.Kind, found.Integrity, found.Issuer)
	}
	if found.Claim.Number != h.Number || found.Copy.Purpose == nil || found.Copy.Purpose.Text != "示例项目" {
		t.Errorf("it says %+v, %+v", found.Claim, found.Copy)
	}
	if kind == verdict.PDF {
		pdfsig(t, data)
	}
}

func pdfsig(t *testing.T, data []byte) {
	t.Helper()
	if _, err := exec.LookPath("pdfsig"); err != nil {
		t.Log("pdfsig is not there; the service's own reader has checked the signature")
		return
	}
	file := filepath.Join(t.TempDir(), "copy.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "pdfsig", "-nocert", file).CombinedOutput()
	if err != nil || !strings.Contains(string(said), "Signature is Valid") || !strings.Contains(string(said), "Total document signed") {
		t.Errorf("pdfsig says: %v\n%s", err, said)
	}
}

// TestTheManualsWay goes through both portals as the manual does (使用手册 一, 二), from
// 登录 to the files and on to 撤回.
func TestTheManualsWay(t *testing.T) {
	t.Parallel()
	runAtEverySize(t, runPortalScenario)
}

func runPortalScenario(t *testing.T, portal string, s size) {
	h := holder(t, "ready")
	p := open(t, s)
	shot := func(what string) { p.snap(portal + "-" + s.String() + "-" + what) }

	p.visit("/")
	p.clickByName(map[string]string{seed.Ministry: "住房和城乡建设部政务服务门户", seed.National: "国家政务服务平台"}[portal])
	p.waitForPath("/" + portal)
	shot("1-home")
	p.clickByName("登录")
	p.waitForText("用户名")
	shot("2-login")
	p.fill("用户名", h.Username)
	p.fill("密码", seed.Password)
	p.clickElement(`document.querySelector("main form button")`)
	p.waitForPath("/" + portal) // where one came from
	p.clickByName("用户中心")
	p.waitForPath("/" + portal + "/center")
	p.waitForText("四级实名")
	shot("3-center")

	openCertificate(p, portal, h, shot)
	p.waitForText("提示：自2021年2月1日起在北京市、上海市、浙江省、海南省等4个地区开展一级建造师电子注册证书试点工作，其他地区将视工作开展情况适时启动试点工作。")
	shot("6-manage")
	fillEndorseDialog(p, shot)
	getFiles(p, h)
	shot("9-files")
	p.clickByName("预览")
	p.waitForText("预览不作为凭证")
	p.waitUntil(`document.querySelector("img.preview")?.naturalWidth > 100`)
	shot("10-preview")
	p.clickByName("关闭")
	p.clickByName("完成")
	p.waitUntil(`document.querySelectorAll(".copy").length > 0 && document.querySelector(".copy.new").dataset.endorsement`)
	p.waitForText("示例项目")
	shot("11-history")
	withdraw(p, shot)
	p.clickByName("登出")
	p.waitForPath("/" + portal)
	if js[int](p, "sessionStorage.length") != 0 {
		t.Error("something of the session is left")
	}
}

// openCertificate goes from 用户中心 to where the certificate is endorsed. The phone is the
// stand-in's own page, opened by what the QR code says.
func openCertificate(p *tab, portal string, h seed.Holder, shot func(string)) {
	p.Helper()
	if portal == seed.Ministry {
		p.clickByName("我的证照")
		p.waitForText("请用国家政务APP扫码进行人脸识别")
	} else {
		p.clickByName("查看更多")
		p.waitForText("证照颁发机构")
		p.clickByName("查看详情")
		p.waitForText("国家政务服务平台提示您")
		p.waitForText("请使用国家政务服务平台APP扫描二维码进行认证！")
	}
	p.waitUntil(`document.querySelector(".qr[data-state=pending]")`)
	shot("4-qr")
	p.identifyByPhone(h)
	if portal == seed.Ministry {
		p.waitUntil(`document.getElementById("endorse")`)
		return
	}
	p.waitForText("证照相关服务")
	shot("5-detail")
	p.clickByName("证照加注服务")
	p.waitUntil(`document.getElementById("endorse")`)
	p.waitUntilSettled()
}

// identifyByPhone opens what the QR code says in a tab of its own, as a camera would; with only one
// phone at hand it follows the link to the app.
func (p *tab) identifyByPhone(h seed.Holder) {
	p.Helper()
	number := js[string](p, `document.querySelector(".qr .number").textContent`)
	var phone *tab
	if p.touch {
		phone = p.openApp()
	} else {
		phone = open(p.T, phoneSize)
		phone.do(chromedp.Navigate(js[string](p, `document.querySelector('.qr a[href*="/i#"]').href`)))
	}
	phone.waitForText("页面上显示的两位数字")
	if !p.touch { // on the phone the portal's page is behind the app, and asks nothing
		p.waitUntil(`document.querySelector(".qr")?.dataset.state === "scanned"`)
	}
	phone.fill("页面上显示的两位数字", number)
	if got := js[string](phone, `document.getElementById("person").selectedOptions[0].textContent`); !strings.HasPrefix(got, h.Name) {
		p.Errorf("the phone offers %s first", got)
	}
	phone.clickByName("完成")
	phone.waitForText("认证通过")
	p.comeBack()
	p.waitUntil(`!document.querySelector("dialog.identify")`)
	p.waitUntilSettled()
}

// fillEndorseDialog fills in the dialog, as far as 加注成功！.
func fillEndorseDialog(p *tab, shot func(string)) {
	p.Helper()
	p.clickByName("证照加注")
	p.waitForText("中华人民共和国一级建造师注册证书")
	p.waitForText("1.使用有效截止日期必须在注册有效期内；")
	p.waitForText("2.使用有效期限定为180天。")
	p.clickByName("用途与接收单位（选填）")
	p.fill("加注事由", "投标")
	p.fill("事由说明", "示例项目")
	p.fill("接收单位", "示例单位")
	shot("7-dialog")
	p.clickByName("加注")
	p.waitForText("加注成功！")
	shot("8-success")
}

// getFiles downloads both files and checks them.
func getFiles(p *tab, h seed.Holder) {
	p.Helper()
	for label, kind := range map[string]verdict.Kind{"pdf下载": verdict.PDF, "OFD下载": verdict.OFD} {
		p.clickByName(label)
		p.waitForText("已交给浏览器下载")
		examine(p.T, p.download(), kind, h)
		if name := js[string](p, `document.querySelector("dialog .saved").textContent`); !strings.Contains(name, h.Name) || !strings.Contains(name, "."+string(kind)) {
			p.Errorf("handed over as %s", name)
		}
	}
}

// withdraw withdraws the newest copy, which can no longer be downloaded.
func withdraw(p *tab, shot func(string)) {
	p.Helper()
	p.clickElement(`[...document.querySelectorAll(".copy.new button")].find(b => b.innerText === "撤回")`)
	p.waitForText("其他加注件和证照本身不受影响")
	p.fill("撤回原因", "不再参加")
	shot("12-withdraw")
	p.clickByName("撤回")
	p.waitUntil(`!document.querySelector("dialog")`)
	p.waitForText("已撤回")
	p.waitForText("不再参加")
	p.waitUntil(`document.activeElement.matches(".copy") && !document.activeElement.querySelector("[data-file]")`)
	shot("13-withdrawn")
}

func TestTheHistoryIsSearchedByDayAndPaged(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	p := open(t, desktopSize)
	p.enter(seed.Ministry, h)
	id := js[string](p, `location.pathname.split("/").at(-1)`)
	session := p.session(seed.Ministry, h)
	for range 14 {
		if _, err := session.Endorse(t.Context(), id, client.EndorsementAsk{}); err != nil {
			t.Fatal(err)
		}
	}
	p.visit("/mohurd/certificates/" + id)
	p.waitUntil(`document.querySelectorAll(".copy").length === 12`)
	newest := js[string](p, `document.querySelector(".copy").dataset.endorsement`)
	p.clickByName("下一页")
	p.waitForText("第 2 页")
	p.waitUntil(`document.querySelectorAll(".copy").length === 2`)
	p.clickByName("上一页")
	p.waitUntil(`document.querySelector(".copy").dataset.endorsement === ` + quote(newest))

	today := js[string](p, `document.querySelector(".copy time").dateTime.slice(0, 10)`)
	p.fill("开始日期", "2021-01-01")
	p.fill("结束日期", "2021-12-31")
	p.clickByName("查询")
	p.waitForText("这段时间内没有加注记录")
	p.do(chromedp.Reload())
	p.waitForText("这段时间内没有加注记录")
	p.fill("开始日期", today)
	p.fill("结束日期", today)
	p.clickByName("查询")
	p.waitUntil(`document.querySelectorAll(".copy").length === 12`)
	p.fill("结束日期", "2020-01-01")
	p.clickByName("查询")
	p.waitForText("结束日期早于开始日期")
	if at := js[string](p, `document.querySelector("[aria-invalid=true]").name`); at != "to" || js[string](p, elementByName("结束日期")+".value") != "2020-01-01" {
		t.Errorf("it is said beside %s", at)
	}
	p.do(chromedp.NavigateBack())
	p.waitUntil(`document.querySelectorAll(".copy").length === 12`)
	p.clickByName("清除")
	p.waitUntil(`!location.search && document.querySelectorAll(".copy").length === 12`)
}

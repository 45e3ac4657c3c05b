package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// examine checks a downloaded file's signature and what it says, by the service's own
// reader and, for a PDF, by poppler's too.
func examine(t *testing.T, data []byte, kind verdict.Kind, h seed.Holder) {
	t.Helper()
	bundle, err := os.ReadFile(here.stack.Paths.Trust)
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
	for _, portal := range []string{seed.Ministry, seed.National} {
		for _, s := range []size{desk, pocket} {
			t.Run(portal+" at "+s.String(), func(t *testing.T) { way(t, portal, s) })
		}
	}
}

func way(t *testing.T, portal string, s size) {
	h := holder(t, "ready")
	p := open(t, s)
	shot := func(what string) { p.snap(portal + "-" + s.String() + "-" + what) }

	p.visit("/")
	p.press(map[string]string{seed.Ministry: "住房和城乡建设部政务服务门户", seed.National: "国家政务服务平台"}[portal])
	p.at("/" + portal)
	shot("1-home")
	p.press("登录")
	p.sees("用户名")
	shot("2-login")
	p.fill("用户名", h.Username)
	p.fill("密码", seed.Password)
	p.pressAt(`document.querySelector("main form button")`)
	p.at("/" + portal) // where one came from
	p.press("用户中心")
	p.at("/" + portal + "/center")
	p.sees("四级实名")
	shot("3-center")

	toCertificate(p, portal, h, shot)
	p.sees("提示:自2021年2月1日起在北京市、上海市、浙江省、海南省等4个地区开展一级建造师电子注册证书试点工作,其他地区将视工作开展情况适时启动试点工作。")
	shot("6-manage")
	endorsed(p, shot)
	getFiles(p, h)
	shot("9-files")
	p.press("预览")
	p.sees("预览不作为凭证")
	p.until(`document.querySelector("img.preview")?.naturalWidth > 100`)
	shot("10-preview")
	p.press("关闭")
	p.press("完成")
	p.until(`document.querySelectorAll(".copy").length > 0 && document.querySelector(".copy.new").dataset.endorsement`)
	p.sees("示例项目")
	shot("11-history")
	withdraw(p, shot)
	p.press("登出")
	p.at("/" + portal)
	if js[int](p, "sessionStorage.length") != 0 {
		t.Error("something of the session is left")
	}
}

// toCertificate goes from 用户中心 to where the certificate is endorsed. The phone is the
// stand-in's own page, opened by what the QR code says.
func toCertificate(p *tab, portal string, h seed.Holder, shot func(string)) {
	p.Helper()
	if portal == seed.Ministry {
		p.press("我的证照")
		p.sees("请用国家政务APP扫码进行人脸识别")
	} else {
		p.press("查看更多")
		p.sees("证照颁发机构")
		p.press("查看详情")
		p.sees("国家政务服务平台提示您")
		p.sees("请使用国家政务服务平台APP扫描二维码进行认证!")
	}
	p.until(`document.querySelector(".qr[data-state=pending]")`)
	shot("4-qr")
	p.byPhone(h)
	if portal == seed.Ministry {
		p.until(`document.getElementById("endorse")`)
		return
	}
	p.sees("证照相关服务")
	shot("5-detail")
	p.press("证照加注服务")
	p.until(`document.getElementById("endorse")`)
	p.settled()
}

// byPhone opens what the QR code says in a tab of its own, as a camera would.
func (p *tab) byPhone(h seed.Holder) {
	p.Helper()
	text := js[string](p, `document.querySelector('.qr a[href*="/i#"]').href`)
	number := js[string](p, `document.querySelector(".qr .number").textContent`)
	phone := open(p.T, pocket)
	phone.do(chromedp.Navigate(text))
	phone.sees("页面上显示的两位数字")
	p.until(`document.querySelector(".qr")?.dataset.state === "scanned"`)
	phone.fill("页面上显示的两位数字", number)
	if got := js[string](phone, `document.getElementById("person").selectedOptions[0].textContent`); !strings.HasPrefix(got, h.Name) {
		p.Errorf("the phone offers %s first", got)
	}
	phone.press("完成")
	phone.sees("认证通过")
	p.until(`!document.querySelector("dialog.identify")`)
	p.settled()
}

// endorsed fills in the dialog, as far as 加注成功!.
func endorsed(p *tab, shot func(string)) {
	p.Helper()
	p.press("证照加注")
	p.sees("中华人民共和国一级建造师注册证书")
	p.sees("1.使用有效截止日期必须在注册有效期内;")
	p.sees("2.使用有效期限定为180天。")
	p.fill("加注事由", "投标")
	p.fill("事由说明", "示例项目")
	p.fill("接收单位", "示例单位")
	shot("7-dialog")
	p.press("加注")
	p.sees("加注成功!")
	shot("8-success")
}

// getFiles downloads both files and checks them.
func getFiles(p *tab, h seed.Holder) {
	p.Helper()
	for label, kind := range map[string]verdict.Kind{"pdf下载": verdict.PDF, "OFD下载": verdict.OFD} {
		p.press(label)
		p.sees("文件校验一致")
		examine(p.T, p.download(), kind, h)
		if name := js[string](p, `document.querySelector("dialog .saved").textContent`); !strings.Contains(name, h.Name) || !strings.Contains(name, "."+string(kind)) {
			p.Errorf("saved as %s", name)
		}
	}
}

// withdraw takes the newest copy back; it cannot be downloaded any more.
func withdraw(p *tab, shot func(string)) {
	p.Helper()
	p.pressAt(`[...document.querySelectorAll(".copy.new button")].find(b => b.innerText === "撤回")`)
	p.sees("其他加注件和证照本身不受影响")
	p.fill("撤回原因", "不再参加")
	shot("12-withdraw")
	p.press("撤回")
	p.until(`!document.querySelector("dialog")`)
	p.sees("已撤回")
	p.sees("不再参加")
	p.until(`document.activeElement.matches(".copy") && !document.activeElement.querySelector("[data-file]")`)
	shot("13-withdrawn")
}

func TestTheHistoryIsSearchedByDayAndPaged(t *testing.T) {
	t.Parallel()
	h := holder(t, "rare characters in the name")
	p := open(t, desk)
	p.enter(seed.Ministry, h)
	id := js[string](p, `location.pathname.split("/").at(-1)`)
	session := p.session(seed.Ministry, h)
	for range 14 {
		if _, err := session.Endorse(t.Context(), id, seed.Ask{}); err != nil {
			t.Fatal(err)
		}
	}
	p.visit("/mohurd/certificates/" + id)
	p.until(`document.querySelectorAll(".copy").length === 12`)
	newest := js[string](p, `document.querySelector(".copy").dataset.endorsement`)
	p.press("下一页")
	p.sees("第 2 页")
	p.until(`document.querySelectorAll(".copy").length === 2`)
	p.press("上一页")
	p.until(`document.querySelector(".copy").dataset.endorsement === ` + quote(newest))

	today := js[string](p, `document.querySelector(".copy time").dateTime.slice(0, 10)`)
	p.fill("开始日期", "2021-01-01")
	p.fill("结束日期", "2021-12-31")
	p.press("查询")
	p.sees("这段时间内没有加注记录")
	p.do(chromedp.Reload())
	p.sees("这段时间内没有加注记录")
	p.fill("开始日期", today)
	p.fill("结束日期", today)
	p.press("查询")
	p.until(`document.querySelectorAll(".copy").length === 12`)
	p.fill("结束日期", "2020-01-01")
	p.press("查询")
	p.sees("暂时无法显示")
	p.sees("结束日期早于开始日期")
	p.press("重试")
	p.do(chromedp.NavigateBack())
	p.until(`document.querySelectorAll(".copy").length === 12`)
	p.press("清除")
	p.until(`!location.search && document.querySelectorAll(".copy").length === 12`)
}

package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// blockerTexts is what the page has to show of a blocker: the manual's words, the cause, who acts, the
// remedy, and the manual's question about it, if any.
type blockerTexts struct {
	meaning, title, cause, owner, remedy, help string
}

func blockers() []blockerTexts {
	return []blockerTexts{
		{"registration expired", seed.TitleExpired, "注册专业均已过有效期：公路工程（至", "本人", "请申请办理[延续注册]业务,等待审核通过后再加注。", "常见问题 3.1"},
		{"phone not bound", seed.TitleGenerating, "未绑定手机号码", "本人", "按照提示绑定手机号之后再次加注电子证照", "常见问题 3.2"},
		{"not yet reported to the ministry", seed.TitleFailed, "证照信息还未上报到住房和城乡建设部", "省级住房城乡建设主管部门", "请等待一段时间后再加注证照", "常见问题 3.3"},
		{"photo missing", seed.TitleFailed, "缺少免冠证件照", "本人", "等待1-2天再重新加注证照", "常见问题 3.4"},
		{"signature image missing", seed.TitleFailed, "缺少手写签字图像", "本人", "等待1-2天再重新加注证照", "常见问题 3.4"},
		{"outside the pilot", seed.TitlePilot, "尚未开展电子证照试点", "住房和城乡建设部", "请等待住房和城乡建设部公布本地区启动试点", "以住房和城乡建设部通知为准"},
		{"certificate suspended", seed.TitleSuspended, "该证书处于暂扣状态", "省级住房城乡建设主管部门", "恢复为有效状态后再加注", ""},
		{"certificate cancelled", seed.TitleCancelled, "已经注销", "本人", "[初始注册]或[重新注册]", ""},
	}
}

func TestEveryBlockerIsShownWithItsWayOut(t *testing.T) {
	t.Parallel()
	for i, b := range blockers() {
		portal, s := seed.Ministry, desktopSize
		if i%2 == 1 {
			portal, s = seed.National, phoneSize
		}
		t.Run(b.meaning+" on "+portal, func(t *testing.T) {
			t.Parallel()
			p := open(t, s)
			p.enter(portal, holder(t, b.meaning))
			for _, text := range []string{b.title, b.cause, b.owner, b.remedy, b.help, "由谁处理", "处理办法"} {
				p.waitForText(printSentence(text))
			}
			p.snap("blocker-" + strings.ReplaceAll(b.meaning, " ", "-"))
			if !js[bool](p, elementByName("证照加注")+".disabled") {
				t.Error("the certificate can be endorsed all the same")
			}
			p.waitForText("不能加注：" + strings.TrimRight(printSentence(b.title), "！。"))
			if strings.HasPrefix(b.help, "常见问题") {
				p.clickByName(b.help)
				p.waitForPath("/" + portal + "/questions")
				number := strings.TrimPrefix(b.help, "常见问题 ")
				p.waitUntil(`document.getElementById("q` + number + `").getBoundingClientRect().top < innerHeight`)
			}
		})
	}
}

func TestEveryStateOfARegistrationIsNamed(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(h *seed.Holder) { h.State = "02" })
	p := open(t, desktopSize)
	p.enter(seed.Ministry, h)
	for state, title := range map[client.CertificateState]string{
		"03": "该电子证照已废止或已注销：撤销", "04": "该电子证照已废止或已注销：注销", "05": "该电子证照已废止或已注销：失效",
		"06": "该电子证照已受限使用：办理转出", "07": "该电子证照已废止或已注销：吊销", "02": "该电子证照已受限使用：暂扣",
	} {
		report(t, h, func(r *client.ReportRow) { decide(r, state) })
		p.clickByName("重新检查")
		p.waitForText(title)
	}
	report(t, h, func(r *client.ReportRow) { decide(r, "01") })
	p.clickByName("重新检查")
	p.waitUntil(`!document.querySelector(".problem")`)
	p.clickByName("证照加注")
	p.waitForText("使用有效期截止日期")
}

// decide brings a row into a state, by the only operation that is allowed in every state; it needs a
// note.
func decide(r *client.ReportRow, state client.CertificateState) {
	r.State, r.Operation, r.StateNote = state, "07", "按重新作出的决定办理"
}

func TestAllBlockersAreShownNotOnlyTheFirst(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(h *seed.Holder) { h.State, h.Unreported, h.NoPhoto = "02", true, true })
	p := open(t, phoneSize)
	p.enter(seed.Ministry, h)
	codes := js[[]string](p, `[...document.querySelectorAll(".blockers .problem")].map(e => e.dataset.code)`)
	if got, want := strings.Join(codes, " "), "not-reported certificate-suspended photo-missing"; got != want {
		t.Errorf("the page shows %s, want %s", got, want)
	}
	p.snap("blockers-several-360")
}

// TestTheHolderChoosesBothDays is for 二级建造师 of Beijing, who may choose the first day of use too,
// and make two copies a day.
func TestTheHolderChoosesBothDays(t *testing.T) {
	t.Parallel()
	h := holder(t, "level-two constructor, Beijing")
	for _, use := range []struct {
		portal  string
		size    size
		from    int // days from today
		outcome string
	}{{seed.Ministry, desktopSize, 0, "有效"}, {seed.National, phoneSize, 10, "未到使用日期"}} {
		p := open(t, use.size)
		p.enter(use.portal, h)
		p.clickByName("证照加注")
		p.waitForText("使用有效期起始日期")
		first := js[string](p, elementByName("使用有效期起始日期")+".value")
		last := js[string](p, elementByName("使用有效期截止日期")+".value")
		today, err := civil.Parse(first)
		if err != nil {
			t.Fatal(err)
		}
		from := today.AddDays(use.from).String()
		p.checkPage("both-days-"+use.portal, use.size)
		p.fill("使用有效期起始日期", "")
		p.clickByName("加注")
		p.waitForText("请填写。")
		p.fill("使用有效期起始日期", today.AddDays(-1).String())
		p.clickByName("加注")
		p.waitForText("起始日期应大于等于今天。")
		p.waitUntil(`document.activeElement === ` + elementByName("使用有效期起始日期"))
		p.fill("使用有效期起始日期", from)
		p.clickByName("加注")
		p.waitForText("加注成功！")
		p.waitForText(inText(today.AddDays(use.from)))
		p.clickByName("完成")
		p.waitUntil(`document.querySelector(".copy.new")`)
		for _, want := range []string{use.outcome, from + " 至 " + last} {
			if got := js[string](p, `document.querySelector(".copy.new").innerText`); !strings.Contains(got, want) {
				t.Errorf("the copy is %q, without %s", got, want)
			}
		}
		if use.portal == seed.National {
			p.clickByName("证照加注") // another portal's copy counts as well
			p.waitForText("今日已申请过加注件，请勿重复加注")
			p.waitUntil(`document.activeElement.matches(".problem")`)
			p.waitUntil(elementByName("证照加注") + ".disabled")
		}
	}
}

// inText is a day within a sentence of the pages.
func inText(d civil.Date) string { return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day) }

func TestOthersChooseTheLastDayOnly(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.enter(seed.Ministry, holder(t, "ready"))
	p.clickByName("证照加注")
	p.waitForText("使用有效期截止日期")
	if js[bool](p, `Boolean(`+elementByName("使用有效期起始日期")+`)`) {
		t.Error("the first day of use is offered")
	}
}

func TestABlockerThatComesUpMeanwhileEndsTheDialog(t *testing.T) {
	t.Parallel()
	h := newHolder(t, endOneSpecialtySoon)
	p := open(t, desktopSize)
	p.enter(seed.Ministry, h)
	p.clickByName("证照加注")
	p.waitForText("部分专业有效期不足180天，请及时办理延续")
	report(t, h, func(r *client.ReportRow) { r.State = "06" })
	p.clickByName("加注")
	p.waitUntil(`!document.querySelector("dialog")`)
	p.waitForText("请与聘用企业确认转出手续，办结后再加注。")
	p.waitUntil(`document.activeElement.matches(".problem")`)
}

func TestThePhoneIsBoundWhereItIsMissed(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(h *seed.Holder) { h.NoPhone = true })
	p := open(t, phoneSize)
	p.enter(seed.National, h)
	p.clickByName("绑定手机号码")
	p.fill("手机号码", "138")
	p.clickByName("获取验证码")
	p.waitForText("请填写 11 位手机号码")
	p.fill("手机号码", h.Phone)
	p.clickByName("获取验证码")
	p.waitForText("验证码已发送至")
	p.snap("phone-binding-360")
	code, _ := message(t, "phone-code", h.Phone)
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	p.fill("短信验证码", wrong)
	p.clickByName("绑定")
	p.waitForText("验证码错误")
	p.fill("短信验证码", code)
	p.clickByName("绑定")
	p.waitUntil(`!document.querySelector("dialog") && !document.querySelector(".problem")`)
	p.clickByName("证照加注")
	p.clickByName("加注")
	p.waitForText("加注成功！")
}

func TestACertificateThatIsNotBoundIsBoundAndUnbound(t *testing.T) {
	t.Parallel()
	h := holder(t, "certificate not bound on the national platform")
	p := open(t, desktopSize)
	p.logIn(seed.National, h, "/center")
	p.waitForText("首次查看证照前，请点击“查看更多”进行实名身份认证。") // this account never showed the face
	p.clickByName("查看更多")
	p.identify(h)
	p.waitForText("请前往“住房和城乡建设部政务服务门户”查看或下载电子证照。")
	p.waitForText("您名下有 1 个证照可以在本平台绑定")
	p.snap("not-bound-1280")
	p.clickByName("绑定证照")
	p.waitForText(h.Number)
	p.clickByName("绑定")
	p.waitUntil(`document.querySelector("table")`)
	p.clickByName("查看详情")
	p.waitForText("证照相关服务")
	page := js[string](p, "location.pathname")
	p.fill("地区", "广东省")
	p.waitForText("广东省没有这份证照的相关服务，请选择证书的注册地上海市。")
	p.clickByName("选择上海市")
	p.waitForText("证照加注服务")
	p.do(chromedp.NavigateBack())
	p.clickByName("解除绑定")
	p.waitForText("证照本身和已加注的电子证照不受影响")
	p.clickByName("解除绑定")
	p.waitUntil(`!document.querySelector("dialog") && document.getElementById("empty")`)
	p.visit(page + "/endorsements")
	p.waitForText("请前往“住房和城乡建设部政务服务门户”查看或下载电子证照")
	p.waitForText("绑定证照")
}

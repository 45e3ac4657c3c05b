package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

func TestAWrongPasswordIsToldInTheForm(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.visit("/gjzwfw/login")
	p.fill("用户名", holder(t, "ready").Username)
	p.fill("密码", "not it at all")
	p.clickByName("登录")
	p.waitForText("用户名或密码错误")
	p.waitForText("请检查后重新登录")
	p.waitUntil(`document.activeElement.matches(".problem")`)
	p.snap("login-failed-1280")
}

func TestAnEndedSessionLeadsToTheLogInAndBack(t *testing.T) {
	t.Parallel()
	h := holder(t, "several specialties, one ending soon")
	p := open(t, desktopSize)
	p.logIn(seed.Ministry, h, "/center")
	p.waitForText("四级实名")
	token := js[string](p, `JSON.parse(sessionStorage.getItem("session.mohurd")).token`)
	if err := (&seed.Session{API: api(), Token: token}).Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.clickByName("账户设置")
	p.waitForPath("/mohurd/login")
	p.waitForText("登录已失效，请重新登录。")
	p.fill("用户名", h.Username)
	p.fill("密码", seed.Password)
	p.clickByName("登录")
	p.waitForPath("/mohurd/account")
	p.waitForText("身份证有效开始日期")
}

func TestALogInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	h := holder(t, "several specialties, one ending soon")
	for _, elsewhere := range []string{"https://example.com/", "//example.com/mohurd", "/gjzwfw/center", "/mohurdish", "javascript:alert(1)"} {
		p := open(t, desktopSize)
		p.visit("/mohurd/login?return=" + elsewhere)
		p.fill("用户名", h.Username)
		p.fill("密码", seed.Password)
		p.clickByName("登录")
		p.waitForPath("/mohurd/center")
	}
}

func TestAPasswordIsChangedAndSetByLink(t *testing.T) {
	t.Parallel()
	h := newHolder(t, func(*seed.Holder) {})
	const another = "tall-cranes-over-the-river-7"
	p := open(t, phoneSize)
	p.logIn(seed.Ministry, h, "/account")
	p.waitForText("账户信息")
	change := func(current, next, repeat string) {
		t.Helper()
		p.fill("当前密码", current)
		p.fill("新密码", next)
		p.fill("再次输入新密码", repeat)
		p.clickByName("保存")
	}
	p.clickByName("修改密码")
	change(seed.Password, another, another+"x")
	p.waitForText("两次输入的新密码不一致。")
	change("not the present one", another, another)
	p.waitForText("当前密码不正确")
	change(seed.Password, "1234567890", "1234567890")
	p.waitForText("密码过于简单")
	change(seed.Password, another, another)
	p.waitForText("密码已修改。")
	p.clickByName("关闭")

	// The ministry's portal sends a link, because the password was forgotten.
	machine, err := service.Target.Machine("mohurd-portal")
	if err != nil {
		t.Fatal(err)
	}
	token, err := machine.Token(t.Context(), "accounts")
	if err != nil {
		t.Fatal(err)
	}
	if err := api().Do(t.Context(), seed.Call{Method: "PUT", Path: "/v1/accounts/" + h.Username, Token: token, JSON: map[string]any{
		"name": h.Name, "idType": "111", "idNumber": h.IDNumber(), "idValidFrom": "2018-05-01", "idValidUntil": "2038-05-01",
		"phone": h.Phone, "realNameLevel": 4, "passwordLink": true,
	}}, nil); err != nil {
		t.Fatal(err)
	}
	_, link := message(t, "password-link", h.Phone)
	if !strings.HasPrefix(link, "/password#") {
		t.Fatalf("the link is %s", link)
	}
	p.visit(link)
	p.do(chromedp.Reload())
	p.waitUntilSettled()
	p.snap("password-360")
	p.fill("新密码", seed.Password)
	p.fill("再次输入新密码", seed.Password)
	p.clickByName("保存")
	p.waitForText("密码已设置")
	p.clickByName("住房和城乡建设部政务服务门户")
	p.waitForPath("/mohurd/login")
	p.fill("用户名", h.Username)
	p.fill("密码", seed.Password)
	p.clickByName("登录")
	p.waitForPath("/mohurd/center")

	used := open(t, desktopSize)
	used.visit(link)
	used.fill("新密码", another)
	used.fill("再次输入新密码", another)
	used.clickByName("保存")
	used.waitForText("设置密码的链接已失效")
	used.visit("/password")
	used.waitForText("链接不完整")
}

func TestTheLanguageIsASwitchThatIsRemembered(t *testing.T) {
	t.Parallel()
	h := holder(t, "registration expired")
	p := open(t, desktopSize)
	p.enter(seed.Ministry, h)
	p.clickByName("English")
	p.waitForText("What to do")
	p.waitForText("Apply for renewal of the registration")
	p.waitForText(seed.TitleExpired) // the manual's words stay
	p.waitUntil(`document.documentElement.lang === "en" && document.querySelector(".problem [lang=zh-CN]").innerText === ` + quote(seed.TitleExpired))
	p.snap("english-1280")
	p.do(chromedp.Reload())
	p.waitForText("Search by day of endorsing")
	p.visit("/")
	p.waitForText("Choose a portal")
	p.clickByName("中文")
	p.waitForText("请选择办理门户")
	p.visit("/gjzwfw/questions")
	p.waitForText("常见问题")
}

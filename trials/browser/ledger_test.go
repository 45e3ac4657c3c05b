package browser

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// session is the tab's own, to ask the service something beside the page.
func (p *tab) session(portal string, h seed.Holder) *seed.Session {
	p.Helper()
	token := js[string](p, `JSON.parse(sessionStorage.getItem(`+quote("session."+portal)+`)).token`)
	return &seed.Session{API: api(), Portal: portal, Holder: h, Token: token}
}

// openWithNewCopy opens 电子证照管理 for the holder, with a copy just made.
func openWithNewCopy(t *testing.T, portal string, s size, h seed.Holder) (*tab, *seed.Session, client.Endorsement) {
	t.Helper()
	p := open(t, s)
	p.enter(portal, h)
	session := p.session(portal, h)
	items, _, err := session.Certificates(t.Context())
	if err != nil || len(items) != 1 {
		t.Fatalf("%d certificates: %v", len(items), err)
	}
	made, err := session.Endorse(t.Context(), items[0].Certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	p.visit(js[string](p, "location.pathname"))
	p.waitUntil(`document.querySelector(".copy").dataset.endorsement === ` + quote(made.Endorsement))
	return p, session, made
}

// checkPage checks what is shown against the rules for every page.
func (p *tab) checkPage(name string, s size) {
	p.Helper()
	p.inside(name)
	for _, scheme := range []string{"dark", "light"} {
		p.setColorScheme(scheme)
		p.checkAccessibility(name + ", " + scheme)
	}
	p.snap(name + "-" + s.String())
}

func runAtEverySize(t *testing.T, try func(*testing.T, string, size)) {
	t.Helper()
	for _, portal := range []string{seed.Ministry, seed.National} {
		for _, s := range []size{desktopSize, phoneSize} {
			t.Run(portal+" at "+s.String(), func(t *testing.T) {
				t.Parallel()
				try(t, portal, s)
			})
		}
	}
}

func requireVerdict(t *testing.T, v client.Verdict, err error) client.Verdict {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheHolderLetsOneReaderSeeMore(t *testing.T) {
	t.Parallel()
	runAtEverySize(t, func(t *testing.T, portal string, s size) {
		h := newHolder(t, func(*seed.Holder) {})
		p, _, made := openWithNewCopy(t, portal, s, h)
		reopen := func() {
			t.Helper()
			p.clickElement(`[...document.querySelectorAll('[data-endorsement="` + made.Endorsement + `"] button')].find(b => b.innerText === "授权查看")`)
		}
		reopen()
		p.waitForText("目前没有有效的授权。")
		p.checkPage("consent-"+portal, s)
		p.clickByName("生成授权链接")
		p.waitForText("请选择授权查看的内容。")
		p.clickByName("照片")
		p.clickByName("姓名全称")
		p.clickByName("生成授权链接")
		p.waitForText("请填写授权给谁")
		p.waitUntil(`document.activeElement === ` + elementByName("授权给"))
		p.fill("授权给", "丙招标代理（示例）")
		p.fill("授权截止日期", "2020-01-01")
		p.clickByName("生成授权链接")
		p.waitForText("截止日期应在今天至六天之内。")
		last := js[string](p, elementByName("授权截止日期")+".max")
		p.fill("授权截止日期", last)
		p.clickByName("生成授权链接")
		p.waitForText("链接只显示这一次")
		p.checkPage("consent-given-"+portal, s)
		link := js[string](p, elementByName("授权链接")+".value")
		if got := p.copyByName("复制链接"); got != link {
			t.Errorf("copied %q, the link is %q", got, link)
		}
		read := func() map[string]any {
			t.Helper()
			v, err := api().VerifyAs(t.Context(), "", client.VerificationAsk{Token: link})
			return disclosedFields(t, requireVerdict(t, v, err))
		}
		got := read()
		if diff := cmp.Diff([]string{"by", "name", "photo"}, slices.Sorted(maps.Keys(got))); diff != "" || got["name"] != h.Name {
			t.Errorf("the reader sees %v: %s", got["name"], diff)
		}

		p.clickByName("关闭")
		reopen()
		p.waitForText("丙招标代理（示例）")
		p.waitForText("姓名全称、照片")
		p.waitForText(last)
		if js[bool](p, `[...document.querySelectorAll("dialog input")].some(i => i.value.includes("#")) || `+topDialog+`.innerText.includes("/v#")`) {
			t.Error("the link is told again")
		}
		p.clickByName("撤销")
		p.waitForText("目前没有有效的授权。")
		p.waitUntil(`!document.querySelector("dialog [data-consent]")`)
		if got := read(); len(got) != 0 {
			t.Errorf("after its end the reader sees %d things", len(got))
		}
	})
}

// disclosedFields returns what a verdict shows beyond what everybody sees, by field.
func disclosedFields(t *testing.T, v client.Verdict) (fields map[string]any) {
	t.Helper()
	text, err := json.Marshal(v.Subject.Disclosed)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

// fillLedger has a copy verified in every way, by all kinds of readers, and more often than one page
// of the ledger shows.
func fillLedger(t *testing.T, s *seed.Session, made client.Endorsement) {
	t.Helper()
	ask := func(token string, more client.VerificationAsk) client.Verdict {
		t.Helper()
		v, err := api().VerifyAs(t.Context(), token, more)
		return requireVerdict(t, v, err)
	}
	for range 5 {
		ask("", client.VerificationAsk{Token: made.Token()})
	}
	for _, file := range []string{"pdf", "ofd"} {
		data, err := s.Download(t.Context(), made, file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := api().VerifyFile(t.Context(), "application/"+file, data, nil)
		requireVerdict(t, v, err)
	}
	ask("", client.VerificationAsk{Number: s.Holder.Number, Name: s.Holder.Name})
	receipt := ask("", client.VerificationAsk{Token: made.Token(), WantReceipt: true}).Receipt
	ask("", client.VerificationAsk{Receipt: receipt})
	ask("", client.VerificationAsk{Token: made.Token(), Asker: &client.Asker{Name: "丙招标代理（示例）"}})
	given, err := s.Consent(t.Context(), made, "丁单位（示例）", "name", "birth")
	if err != nil {
		t.Fatal(err)
	}
	ask("", client.VerificationAsk{Token: given.Link})
	machine, err := service.Target.Machine("demo-agency")
	if err != nil {
		t.Fatal(err)
	}
	token, err := machine.Token(t.Context(), "verify")
	if err != nil {
		t.Fatal(err)
	}
	ask(token, client.VerificationAsk{Token: made.Token(), StatedPurpose: "评标"})
}

func TestTheLedgerTellsWhoVerified(t *testing.T) {
	t.Parallel()
	runAtEverySize(t, func(t *testing.T, portal string, s size) {
		p, session, made := openWithNewCopy(t, portal, s, newHolder(t, func(*seed.Holder) {}))
		fillLedger(t, session, made)
		all, err := session.Ledger(t.Context(), made.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]string, len(all))
		for i, one := range all {
			ids[i] = one.ID
		}
		p.visit(js[string](p, "location.pathname"))
		rows := `[...document.querySelectorAll(".ledger tbody tr")]`
		if diff := cmp.Diff(ids[:10], js[[]string](p, rows+`.map(r => r.dataset.verification)`)); diff != "" {
			t.Error(diff)
		}
		text := js[[]string](p, rows+`.map(r => r.innerText)`)
		for row, words := range [][]string{
			{"示例招标代理有限公司（身份已核实）", "用途：「评标」", "扫描二维码", "有效"},
			{"未留名称", "另外看到：姓名全称、出生日期"},
			{"自称（未经证实）：「丙招标代理（示例）」"},
			{"核验回执", "未留名称"}, {"扫描二维码"}, {"证照编号"}, {"OFD文件"}, {"PDF文件"},
		} {
			for _, want := range words {
				if !strings.Contains(text[row], want) {
					t.Errorf("row %d is %q, without %s", row+1, text[row], want)
				}
			}
		}
		p.waitForText("不记录核验方的网络地址和所在位置")
		js[bool](p, `document.getElementById("verifications").scrollIntoView(), true`)
		p.checkPage("ledger-"+portal, s)

		turn := func(name string) {
			p.clickElement(`[...document.querySelectorAll(".ledger nav button")].find(b => b.innerText === "` + name + `")`)
		}
		turn("下一页")
		p.waitUntil(rows + `[0].dataset.verification === ` + quote(ids[10]))
		p.waitUntil(`document.activeElement.id === "verifications"`)
		turn("上一页")
		p.waitUntil(rows + `[0].dataset.verification === ` + quote(ids[0]))
	})
}

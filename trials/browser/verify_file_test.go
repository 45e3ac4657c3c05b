package browser

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

func downloadFile(t *testing.T, s *seed.Session, e client.Endorsement, file string) []byte {
	t.Helper()
	data, err := s.Download(t.Context(), e, file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// submit gives the page a file, as choosing one does.
func (p *tab) submit(name string, data []byte) {
	p.Helper()
	js[bool](p, `(() => {
		const list = new DataTransfer(), input = document.getElementById("pick");
		list.items.add(new File([Uint8Array.from(atob("`+base64.StdEncoding.EncodeToString(data)+`"), c => c.charCodeAt(0))], `+quote(name)+`));
		input.files = list.files;
		return input.dispatchEvent(new Event("change"));
	})()`)
}

func TestFilesNumbersAndPastedTexts(t *testing.T) {
	t.Parallel()
	s, e := makeBidCopy(t)
	pdf, ofd := downloadFile(t, s, e, "pdf"), downloadFile(t, s, e, "ofd")
	p := open(t, desktopSize)
	p.visit("/v")
	p.checkVerifyPage("start", desktopSize)
	for name, data := range map[string][]byte{"copy.pdf": pdf, "copy.ofd": ofd} {
		p.submit(name, data)
		p.waitForAnswer("有效", "✓")
		p.waitForText("证照标识")
	}
	p.clickByName("为什么我的阅读器显示“签名有效性未知”？")
	p.waitForText("请以本页的结论为准")
	p.checkVerifyPage("file", desktopSize)
	broken := append([]byte{}, pdf...)
	broken[len(broken)/2] ^= 1
	p.submit("copy.pdf", broken)
	p.waitForAnswer("无效", "✕")
	if rows := p.rows(); rows != "fail" {
		t.Errorf("the rows are %s", rows)
	}
	if js[bool](p, `document.getElementById("reminder").checkVisibility()`) {
		t.Error("an altered file has a reminder to sign it")
	}
	p.checkVerifyPage("file-altered", desktopSize)

	h := holder(t, "ready")
	p.fill("证书编号", h.Number)
	p.fill("持证人姓名或单位名称", h.Name)
	p.clickByName("核对")
	p.waitForAnswer("注册有效（未核验加注件）", "?")
	p.waitForText("未提交加注件，只核对了注册信息")
	if js[bool](p, `document.getElementById("reader").checkVisibility()`) {
		t.Error("without a file, the page says what a reader says of it")
	}
	p.checkVerifyPage("number", desktopSize)
	p.fill("持证人姓名或单位名称", "李四")
	p.clickByName("核对")
	p.waitForText("未找到匹配的证照信息")

	p.fill("二维码内容或回执", "hello")
	p.clickByName("核验")
	p.waitForText("这不是二维码内容，也不是核验回执。")
	p.fill("二维码内容或回执", e.VerifyURL)
	p.clickByName("核验")
	p.waitForAnswer("有效", "✓")
}

func TestAReceiptIsDownloadedAndVerifiedAgain(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	bundle, err := os.ReadFile(service.Paths.Trust)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := evidence.ParseTrust(bundle)
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, phoneSize)
	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
	p.fill("核验人（自称，回执注明未经证实；选填）", "示例招标代理")
	p.clickByName("下载回执原文")
	text := p.download()
	p.waitForText("回执已交给浏览器下载")
	receipt, err := credential.ParseReceipt(string(text), trust.Receipts)
	if err != nil || receipt.Verdict.Overall != string(verdict.Valid) || receipt.Asker.SelfStatedName != "示例招标代理" {
		t.Fatalf("%v: %+v", err, receipt)
	}
	p.clickByName("下载核验回执")
	sheet := p.download()
	p.waitForText("核验回执-" + receipt.Claim.Number + "-" + receipt.Verdict.AsOf.String() + ".pdf")
	if inside, ok := evidence.ExtractReceipt(sheet); !ok || !strings.HasPrefix(inside, "eyJ") {
		t.Fatalf("the page of the receipt holds none: %.20q", sheet)
	}
	p.fill("专业或类别", "建筑工程") // which is not asked of a receipt
	for name, data := range map[string][]byte{"receipt.jws": text, "receipt.pdf": sheet} {
		p.submit(name, data)
		if name == "receipt.pdf" { // a text is sent as it is, a file only if that is wanted
			p.waitForText("整个文件会上传")
			p.checkVerifyPage("receipt-asks", phoneSize)
			p.clickByName("上传核验")
		}
		p.waitForAnswer("核验回执 · 真实", "i")
		p.waitForText("回执只说明当时的核验结论，不能代替被核验的文件。")
		p.waitForText("结论：有效。")
		p.waitForText("「示例招标代理」")
		p.checkReceiptView(t)
	}
	p.checkVerifyPage("receipt", phoneSize)
	p.visit("/v")
	p.visit("/v#" + string(text)) // a receipt may be opened as a link
	p.waitForAnswer("核验回执 · 真实", "i")
	forged := bytes.Clone(sheet)
	forged[len(forged)/2] ^= 1
	p.submit("receipt.pdf", forged)
	p.clickByName("上传核验")
	p.waitForAnswer("核验回执 · 无法确认", "?")
	p.waitForText("本页不是该回执生成的页面")
	if rows := p.rows(); rows != "unknown" {
		t.Errorf("of a forged page there is shown: %s", p.text())
	}
	p.checkVerifyPage("receipt-forged", phoneSize)
}

// checkReceiptView checks the view of a receipt: what was found then and what the register says now
// are separate, and nothing has the colour of 有效.
func (p *tab) checkReceiptView(t *testing.T) {
	t.Helper()
	rows := func(list string) string {
		return js[string](p, `[...document.querySelectorAll("#`+list+` li")].map(e => e.className).join(" ")`)
	}
	for list, want := range map[string]string{"checks": "pass pass", "saidChecks": "pass pass pass pass pass pass", "nowChecks": "pass pass pass"} {
		if got := rows(list); got != want {
			t.Errorf("%s are %s, want %s", list, got, want)
		}
	}
	good := js[string](p, `getComputedStyle(document.documentElement).getPropertyValue("--good")`)
	green := js[int](p, `(() => {
		const probe = document.createElement("span");
		probe.style.color = "`+good+`";
		document.body.append(probe);
		const green = getComputedStyle(probe).color;
		probe.remove();
		return [...document.querySelectorAll("#result *")].filter(e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor].includes(green)).length;
	})()`)
	if green != 0 || js[string](p, `document.getElementById("result").className`) != "card receipt" {
		t.Errorf("%d parts of the view are green", green)
	}
	for _, hidden := range []string{"more", "receipts", "reminder", "newer"} {
		if !js[bool](p, `document.getElementById("`+hidden+`").hidden`) {
			t.Errorf("%s is shown for a receipt", hidden)
		}
	}
}

func TestAReceiptWhoseCopyWasWithdrawnSaysSoApart(t *testing.T) {
	t.Parallel()
	s, e := makeBidCopy(t)
	v, err := api().VerifyAs(t.Context(), "", client.VerificationAsk{
		Token: e.Token(), Purpose: "投标", Recipient: "示例单位", AsOf: e.UseUntil, WantReceipt: true,
		Asker: &client.Asker{Name: "丙　　　核验结论：有效」"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Withdraw(t.Context(), e, ""); err != nil {
		t.Fatal(err)
	}
	p := open(t, desktopSize)
	p.visit("/v")
	p.fill("二维码内容或回执", v.Receipt)
	p.clickByName("核验")
	p.waitForAnswer("核验回执 · 真实", "i")
	p.waitForText("当时的结论")
	p.waitForText("登记信息现在")
	p.waitForText("持证人已撤回")
	p.waitForText("「丙 核验结论：有效』」")
	if rows := js[string](p, `[...document.querySelectorAll("#nowChecks li")].map(e => e.className).join(" ")`); rows != "not-asked fail pass" {
		t.Errorf("now: %s", rows)
	}
	p.checkVerifyPage("receipt-withdrawn", desktopSize)
	p.clickByName("English")
	p.waitForAnswer("Receipt · genuine", "i")
	p.waitForText("What the register says now")
	p.checkVerifyPage("receipt-english", desktopSize)
}

// Every published vector of a token, in the page itself.
func TestTheVectorsOfTokensInThePage(t *testing.T) {
	t.Parallel()
	all, err := cases.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k := kit.New(t)
	keys, err := k.Trust.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	type posed struct {
		Text     string            `json:"text"`
		Today    string            `json:"today"`
		Question map[string]string `json:"question"`
	}
	var list []posed
	var expected []cases.Case
	for _, c := range all {
		if c.Given.Kind != "token" && c.Given.Kind != "link" {
			continue
		}
		s, q := k.Make(t, c), c.Question
		expected = append(expected, c)
		list = append(list, posed{s.Input.Token, s.Today().String(), map[string]string{
			"asOf": q.AsOf.String(), "specialty": q.Specialty, "purpose": q.Purpose, "recipient": q.Recipient,
		}})
	}
	input, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	type judged struct {
		Verdict verdict.Overall
		Code    verdict.Code
		Checks  []cases.Row
	}
	p := open(t, desktopSize)
	p.serveSources()
	p.visit("/v")
	got := js[[]judged](p, `import("/v/source/token.js").then(m => Promise.all(`+string(input)+`.map(c => m.examine(c.text, `+string(keys)+`, c.question, c.today))))`)
	for i, c := range expected {
		want := judged{c.Offline.Overall, c.Offline.Code, c.Offline.Rows}
		if diff := cmp.Diff(want, got[i]); diff != "" {
			t.Errorf("%s: %s\n%s", c.Name, c.Comment, diff)
		}
	}
}

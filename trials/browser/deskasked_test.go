package browser

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/internal/must"
)

// deskTable presses the button of the table and returns the rows of the CSV without its head.
func (p *tab) deskTable() [][]string {
	p.Helper()
	p.clickByName("下载表格（CSV）")
	text := bytes.TrimPrefix(p.download(), []byte("\ufeff"))
	return must.Get(csv.NewReader(bytes.NewReader(text)).ReadAll())[1:]
}

// The verdicts are those of the question that was asked: when the form says another, they are not shown, and nothing is
// downloaded before all files are judged again.
func TestVerdictsBelongToTheirQuestion(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	r := record(t, service.URL)
	p := open(t, desktopSize)
	p.goTo(r.URL + "/v")
	p.choose("pick", at+"/a.pdf", at+"/c.pdf")
	p.waitForText("共 2 个文件")
	p.fill("事由或项目代码", "投标")
	p.verifyAtDesk(2)
	p.wantDeskRows("a.pdf 有效", "c.pdf 无效")
	p.clickByName("a.pdf 的详情")
	p.waitForAnswer("有效", "✓")
	isOffered := `[...document.querySelectorAll("#desk button")].some(b => b.checkVisibility() && b.innerText.startsWith("下载"))`
	for _, change := range []func(){
		func() { p.fill("事由或项目代码", "入职") },
		func() { p.clickByName("上传文件核验") },
	} {
		change()
		p.waitForText("原结论是按以下情形得出的，不再适用：事由或项目代码：投标")
		p.wantDeskRows("a.pdf 待重新核验", "c.pdf 待重新核验")
		if strings.Contains(p.text(), "核验完毕") || js[bool](p, isOffered) || js[bool](p, `document.getElementById("result").checkVisibility()`) {
			t.Errorf("what is outdated is offered: %s", p.text())
		}
		p.checkVerifyPage("desk-outdated", desktopSize)
		p.clickByName("在本机核验，不上传文件")
		p.fill("事由或项目代码", "投标")
		p.wantDeskRows("a.pdf 有效", "c.pdf 无效")
	}
	p.choose("pick", at+"/b.ofd")
	p.waitForText("重试未完成的（1 个）")
	p.fill("事由或项目代码", "入职")
	p.clickByName("English")
	p.waitForText("To be judged again")
	p.clickByName("中文")
	p.clickByName("开始核验（3 个文件）")
	p.waitUntil(`document.querySelectorAll("#desk tr.invalid").length === 3`)
	p.waitForText("核验完毕：无效 3。")
	if rows := p.deskTable(); !strings.HasPrefix(rows[3][0], "核验时间：2") || rows[4][0] != "事由或项目代码：入职" || rows[5][0] != "文件在本机核验，未上传；登记状态由服务核对。" || len(rows) != 6 {
		t.Errorf("the notes are %q", rows[3:])
	}
	r.checkNothingLeft(t)
}

// What is downloaded says that it was filtered.
func TestAFilteredTableSaysSo(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	p := open(t, desktopSize)
	p.visit("/v")
	p.choose("pick", at+"/a.pdf", at+"/c.pdf")
	p.waitForText("共 2 个文件")
	p.verifyAtDesk(2)
	p.clickByName("有效 1")
	rows := p.deskTable()
	if len(rows) != 5 || rows[3][0] != "仅列“有效” 1 件，共 2 件。" {
		t.Errorf("the rows are %q", rows)
	}
}

// Whatever does not arrive at the page, no file leaves it before somebody says so.
func TestNoFileIsUploadedUnasked(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	target, single := must.Get(url.Parse(service.URL)), addressOf(t, "single", ".js")
	for name, path := range map[string]string{"a module": single, "the worker": "/v/deskworker-", "the program": addressOf(t, "desk", ".wasm"), "the keys": "/.well-known/jiazhu-trust.json"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer must.Fatal(t)
			var isFailing atomic.Bool
			isFailing.Store(true)
			r := record(t, service.URL)
			server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(q *httputil.ProxyRequest) {
				q.SetURL(must.Get(url.Parse(r.URL)))
				if isFailing.Load() && strings.HasPrefix(q.In.URL.Path, path) {
					q.SetURL(target)
					q.Out.URL.Path = "/v/none"
				}
			}})
			t.Cleanup(server.Close)
			p := open(t, desktopSize)
			p.prepare(`Object.defineProperty(Navigator.prototype, "serviceWorker", {value: undefined})`)
			p.goTo(server.URL + "/v")
			p.choose("pick", at+"/a.pdf")
			p.waitForText("文件没有核验，也没有上传。")
			p.checkVerifyPage("stuck", desktopSize)
			if path != single {
				p.choose("pick", at+"/a.pdf", at+"/c.pdf")
				p.waitForText("共 2 个文件")
				js[bool](p, `document.querySelector("#desk [type=submit]").click(), true`)
				p.waitUntil(`!document.querySelector("#desk [type=submit]").disabled`) // it has tried
				p.waitForText("文件没有核验，也没有上传。")
				p.wantDeskRows("a.pdf 待核验", "c.pdf 待核验")
				if text := p.text(); strings.Contains(text, "已核验") {
					t.Errorf("it says that something was verified: %s", text)
				}
			}
			isFailing.Store(false)
			p.clickByName("重试")
			if path == single {
				p.waitForAnswer("有效", "✓")
			} else {
				p.waitForText("核验完毕")
				p.wantDeskRows("a.pdf 有效", "c.pdf 无效")
			}
			r.checkNothingLeft(t)
			if name == "a module" || name == "the keys" { // a worker's requests are not on the console
				p.expectConsoleError("404")
			}
		})
	}
}

// After a visit with several files, one by itself is judged without a network, too.
func TestAllModulesOfTheDeskAreKept(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	p := open(t, desktopSize)
	p.visit("/v")
	p.waitUntil(`navigator.serviceWorker.controller`)
	p.choose("pick", at+"/a.pdf", at+"/c.pdf")
	p.waitForText("共 2 个文件")
	p.waitUntil(`caches.keys().then(async names => (await Promise.all(names.map(async n => (await (await caches.open(n)).keys()).map(r => r.url)))).flat()).then(urls => ["desk-", "single-", "codes-", "batch-"].every(name => urls.some(url => url.includes("/v/" + name))))`)
	p.do(chromedp.Navigate("about:blank"))
	p.setOffline(true)
	p.visit("/v")
	p.choose("pick", at+"/a.pdf")
	p.waitForAnswer("无法确认", "?")
	p.waitForText("文件在本机核验，未上传；登记状态未能全部核对。")
	p.expectConsoleError("/.well-known/jiazhu-trust.json")
}

// The first two thousand files in the order of their paths are listed, and how many the others are stays in sight.
func TestFilesBeyondTheBoundAreCounted(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	p := open(t, desktopSize)
	p.visit("/v")
	pack := func(letter string) string {
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		for i := range 1500 {
			must.Get(must.Get(z.Create(fmt.Sprintf("%s%04d.txt", letter, 1499-i))).Write([]byte("x")))
		}
		must.Do(z.Close())
		return packed.String()
	}
	at := keepFiles(t, map[string][]byte{"b.zip": []byte(pack("b")), "a.zip": []byte(pack("a"))})
	p.choose("pick", at+"/b.zip", at+"/a.zip")
	says := "一次最多 2000 个文件，按路径顺序列入；另有 1000 个未列入，未核验。"
	p.waitForText("共 2000 个文件，尚未核验。" + says)
	p.waitUntil(`document.querySelectorAll("#desk tbody tr").length === 2000`)
	if last := js[string](p, `document.querySelector("#desk tbody tr:last-child .path").innerText`); last != "b.zip/b0499.txt" {
		t.Errorf("the last file is %s", last)
	}
	p.clickByName("开始核验（2000 个文件）")
	p.clickByName("取消")
	p.waitForText("已取消")
	rows := p.deskTable()
	if len(rows) != 2004 || rows[2003][0] != says {
		t.Errorf("%d rows end with %q", len(rows), rows[len(rows)-4:])
	}
	p.clickByName("清空列表")
	js[bool](p, `import("`+addressOf(t, "desk", ".js")+`").then(desk => { desk.addFiles(Array.from({length: 1999}, (_, i) => new File(["x"], i + ".txt"))); return true; })`)
	p.waitForText("共 1999 个文件，尚未核验。")
	js[bool](p, `import("`+addressOf(t, "desk", ".js")+`").then(desk => { desk.addFiles(["z", "y", "x"].map(name => new File(["x"], name))); return true; })`)
	p.waitForText("另有 2 个未列入")
	p.waitUntil(`document.querySelectorAll("#desk tbody tr").length === 2000`)
	if last := js[string](p, `document.querySelector("#desk tbody tr:last-child .path").innerText`); last != "x" {
		t.Errorf("the last file is %s", last)
	}
}

// A picture with more pixels than are searched is not decoded: that would hold the page up.
func TestAPictureThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	huge := binary.LittleEndian.AppendUint16([]byte("GIF89a"), 20000)
	huge = append(binary.LittleEndian.AppendUint16(huge, 20000), make([]byte, 50)...)
	webp := append([]byte("RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xdf\x2e\x00\xdf\x2e\x00"), make([]byte, 50)...) // 12 000 by 12 000
	at := keepFiles(t, map[string][]byte{"huge.gif": huge, "huge.webp": webp})
	r := record(t, service.URL)
	p := open(t, desktopSize)
	p.goTo(r.URL + "/v")
	p.choose("pick", at+"/huge.gif")
	p.waitForText("图片过大（20000×20000 像素），未予读取")
	p.choose("pick", at+"/huge.gif", at+"/huge.webp")
	p.waitForText("共 2 个文件")
	p.verifyAtDesk(2)
	p.wantDeskRows("huge.gif 无法确认", "huge.webp 无法确认")
	p.waitForText("图片过大（12000×12000 像素），未予读取")
	r.checkNothingLeft(t)
}

// The PDF of the results is drawn page by page: a row that is longer than a page goes on, and the drawing can be ended.
func TestThePDFOfTheResultsIsDrawnPageByPage(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.visit("/v")
	p.choose("pick", keepFiles(t, map[string][]byte{"a.txt": nil})+"/a.txt") // the page loads what it needs
	p.waitForAnswer("无法确认", "?")
	draw := `import("` + addressOf(t, "deskpdf", ".js") + `").then(async ({ drawTable }) => {
		const seen = [];
		const blob = await drawTable("题", ["行"], [["甲", 1], ["乙", 1]], [["长", "理由\n".repeat(100)], ...Array.from({length: 100}, (_, i) => [String(i), "x"])],
			(page, pages) => { seen.push(page + "/" + pages); return %s; });
		return [blob ? (await new Response(blob).text()).split("/DCTDecode").length - 1 : 0, seen.join(" ")].join(": ");
	})`
	if got := js[string](p, fmt.Sprintf(draw, "true")); got != "7: 1/7 2/7 3/7 4/7 5/7 6/7 7/7" {
		t.Errorf("drawn: %s", got)
	}
	if got := js[string](p, fmt.Sprintf(draw, "page < 3")); got != "0: 1/7 2/7 3/7" {
		t.Errorf("drawn, and ended: %s", got)
	}
}

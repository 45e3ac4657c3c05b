package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/sheetset"
)

// fillOffice enters the office's client and its key.
func (p *tab) fillOffice(client, key string) {
	p.Helper()
	p.fill("客户端编号", client)
	p.choose("key", key)
}

// give gives the input of an id files of this machine, by their names: Chrome may not know names that are not
// ASCII, where the machine has no Chinese locale.
func (p *tab) give(id string, files ...string) {
	p.Helper()
	contents := map[string][]byte{}
	for _, file := range files {
		contents[filepath.Base(file)] = must.Get(os.ReadFile(file))
	}
	js[bool](p, `(input => {
		const all = new DataTransfer();
		for (const [name, data] of Object.entries(`+string(must.Get(json.Marshal(contents)))+`)) {
			all.items.add(new File([Uint8Array.from(atob(data), c => c.charCodeAt(0))], name, {lastModified: 1}));
		}
		input.files = all.files;
		return input.dispatchEvent(new Event("change", {bubbles: true}));
	})(document.getElementById(`+quote(id)+`))`)
}

// giveFolder gives the input of an id the files of a folder.
func (p *tab) giveFolder(id, folder string) {
	p.Helper()
	p.give(id, must.Get(filepath.Glob(filepath.Join(folder, "*")))...)
}

func registryKey() string { return service.Paths.ClientKey(seed.Registry) }

// clerkCounts is what the page says of all rows.
func (p *tab) clerkCounts() string {
	p.Helper()
	return js[string](p, `document.getElementById("summary").innerText`)
}

// checkClerkPage checks the page against the rules for every page.
func (p *tab) checkClerkPage(name string) {
	p.Helper()
	for _, s := range []size{phoneSize, desktopSize} {
		p.do(chromedp.EmulateViewport(s.width, s.height))
		p.inside(name)
		for _, scheme := range []string{"dark", "light"} {
			p.setColorScheme(scheme)
			p.checkAccessibility(name + ", " + scheme)
			p.snap("clerk-" + name + "-" + s.String() + "-" + scheme)
		}
	}
}

// TestAClerkReportsASpreadsheet is the way of a table with 30 mistakes in 200 rows, as jiazhu import goes it.
func TestAClerkReportsASpreadsheet(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	const first, all = 40000, 200
	set := sheetset.Make(first, all)
	file := filepath.Join(t.TempDir(), "名单.xlsx")
	sheetset.Write(t, file, set.Rows)
	photos, signatures := sheetset.WritePhotos(t, set.Rows), sheetset.WriteSignature(t, set.Rows[1])

	r := record(t, service.URL)
	p := open(t, desktopSize)
	p.goTo(r.URL + "/v/clerk.html")
	p.waitForText("证照信息上报")
	p.checkClerkPage("start")
	p.give("pick", file)
	p.waitForText("共 200 行：")
	p.giveFolder("photos", photos)
	p.waitForText("照片文件：4 个")
	p.giveFolder("signatures", signatures)
	p.waitForText("签名文件：1 个")
	p.waitForText("照片：找到 3 个")
	p.waitForText("共 200 行：退回 30，可上报 170。")
	p.waitForText("由 BMP 转换 1，已缩小 1")
	p.waitForText("不属于任何一行的文件 1 个：某人.png")
	p.checkClerkPage("checked")
	if len(r.bodies) > 0 {
		t.Errorf("before 发送 something was sent: %d", len(r.bodies))
	}
	p.clickByName("下载退回的行（30 行）")
	rejected := filepath.Join(t.TempDir(), "rejected.xlsx")
	must.Do(os.WriteFile(rejected, p.download(), 0o600))

	p.fillOffice(seed.Registry, registryKey())
	p.clickByName("发送 170 行")
	p.waitForText("与登记核对的结果：退回 30，新登记 170。")
	p.checkClerkPage("confirm")
	for at := range r.bodies {
		if at != "POST /v1/token" && at != "POST /v1/reports?dryRun=true" {
			t.Errorf("before it was confirmed, there was %s", at)
		}
	}
	p.clickByName("确认上报 170 行")
	p.waitForText("上报完毕：已登记 170，退回 30。")
	p.checkClerkPage("done")

	set.CorrectRejected(t, rejected)
	p.give("pick", rejected)
	p.waitForText("共 30 行：可上报 30。")
	p.fillOffice(seed.Registry, registryKey())
	p.clickByName("发送 30 行")
	p.waitForText("新登记 30。")
	p.clickByName("确认上报 30 行")
	p.waitForText("上报完毕：已登记 30。")
	if got := p.clerkCounts(); !strings.HasPrefix(got, "共 30 行：已登记 30") {
		t.Error(got)
	}
}

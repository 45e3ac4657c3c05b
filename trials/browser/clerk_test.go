package browser

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/csv"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/sheetset"
)

// fillOffice enters the office's client and its key.
func (p *tab) fillOffice(client, key string) {
	p.Helper()
	p.fill("客户端标识", client)
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

// giveDirectory gives the input of an id the files of a directory.
func (p *tab) giveDirectory(id, directory string) {
	p.Helper()
	p.give(id, must.Get(filepath.Glob(filepath.Join(directory, "*")))...)
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
	p.giveDirectory("photos", photos)
	p.waitForText("照片文件：4 个")
	p.giveDirectory("signatures", signatures)
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

// TestAReportThatWasInterruptedIsContinued: the answer to the second request is lost, and the page is closed
// before it comes. The same table is continued, and every row is registered once.
func TestAReportThatWasInterruptedIsContinued(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	const first, all = 41000, 450
	file := filepath.Join(t.TempDir(), "list.csv")
	var text bytes.Buffer
	must.Do(csv.NewWriter(&text).WriteAll(append([][]string{sheetset.Headings()}, sheetset.MakeRight(first, all).Rows...)))
	must.Do(os.WriteFile(file, text.Bytes(), 0o600))

	var reported atomic.Int64 // requests
	var rows atomic.Int64
	lost := make(chan struct{})
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(q *httputil.ProxyRequest) {
			q.SetURL(must.Get(url.Parse(service.URL)))
			if q.In.Method == http.MethodPost && q.In.URL.RequestURI() == "/v1/reports" {
				body := must.Get(io.ReadAll(q.In.Body))
				rows.Add(int64(bytes.Count(body, []byte("\n")) + 1))
				q.Out.Body = io.NopCloser(bytes.NewReader(body))
			}
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method != http.MethodPost || r.Request.URL.RequestURI() != "/v1/reports" || reported.Add(1) != 2 {
				return nil
			}
			close(lost)
			<-r.Request.Context().Done()
			return r.Request.Context().Err()
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {},
	})
	t.Cleanup(proxy.Close)

	p := open(t, desktopSize)
	visit := func() {
		p.goTo(proxy.URL + "/v/clerk.html")
		p.waitUntil(`document.querySelectorAll("#kind option").length > 1`)
		p.fill("证照类型", seed.ConstructorOne)
		p.give("pick", file)
	}
	visit()
	p.waitForText("可上报 450")
	p.fillOffice(seed.Registry, registryKey())
	p.clickByName("发送 450 行")
	p.clickByName("确认上报 450 行")
	<-lost
	visit()
	p.waitForText("本机记有这份表格的进度：200 行已得到答复，余下 250 行可继续发送。")
	p.fillOffice(seed.Registry, registryKey())
	p.clickByName("继续发送余下的 250 行")
	p.waitForText("与登记核对的结果：新登记 50，无变化 200。")
	p.clickByName("确认上报 250 行")
	p.waitForText("上报完毕：已登记 250，无变化 200。")
	if got := rows.Load(); got != 200+200+200+50 {
		t.Errorf("%d rows were sent", got)
	}
}

// TestAWrongKeyIsRefusedClearly gives the page what is no key, and the key of somebody else.
func TestAWrongKeyIsRefusedClearly(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	directory := t.TempDir()
	keep := func(name string, data []byte) string {
		file := filepath.Join(directory, name)
		must.Do(os.WriteFile(file, data, 0o600))
		return file
	}
	table := keep("list.csv", []byte(strings.Join(sheetset.Headings(), ",")+"\n"+strings.Join(sheetset.MakeRight(42000, 1).Rows[0], ",")+"\n"))
	key := must.Get(client.ReadKey(registryKey()))
	sec1 := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: must.Get(x509.MarshalECPrivateKey(key))})
	other := must.Get(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	pkcs8 := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must.Get(x509.MarshalPKCS8PrivateKey(other))})
	r := record(t, service.URL)
	p := open(t, desktopSize)
	p.goTo(r.URL + "/v/clerk.html")
	p.waitUntil(`document.querySelectorAll("#kind option").length > 1`)
	p.fill("证照类型", seed.ConstructorOne)
	p.give("pick", table)
	p.waitForText("可上报 1")
	p.fill("客户端标识", seed.Registry)
	p.clickByName("发送 1 行")
	p.waitForText("请选择密钥文件。")
	for _, wrong := range []struct {
		file, said string
	}{
		{keep("photo.pem", []byte("no key")), "这个文件不是 P-256 密钥"},
		{keep("sec1.pem", sec1), "openssl pkcs8 -topk8"},
		{keep("locked.pem", []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----")), "设有密码"},
	} {
		p.choose("key", wrong.file)
		p.clickByName("发送 1 行")
		p.waitForText(wrong.said)
	}
	if len(r.bodies) > 0 {
		t.Error("something was sent without a key")
	}
	p.choose("key", keep("other.pem", pkcs8))
	p.clickByName("发送 1 行")
	p.waitForText("服务没有接受：")
	p.checkClerkPage("wrong-key")
	if len(r.bodies) != 1 || r.bodies["POST /v1/token"] == nil {
		t.Errorf("more than a token was asked for: %d", len(r.bodies))
	}
	p.choose("key", registryKey())
	p.clickByName("发送 1 行")
	p.waitForText("新登记 1。")
	p.clickByName("返回，不上报")
	p.waitUntil(elementByName("发送 1 行"))
}

package browser

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// choose gives the file input of an id files of this machine, as its dialog does.
func (p *tab) choose(id string, files ...string) {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		found, err := cdp.Call(ctx, at, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.getElementById(` + quote(id) + `)`})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, at, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, ObjectID: found.Result.ObjectID})
		return err
	})
}

// drop drops files and directories of this machine on the page.
func (p *tab) drop(files ...string) {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
			if _, err := cdp.Call(ctx, at, input.DispatchDragEvent, input.DispatchDragEventParams{
				Type: kind, X: 200, Y: 200, Data: &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1},
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepFiles writes files below a directory of the test's and returns it.
func keepFiles(t *testing.T, files map[string][]byte) (directory string) {
	t.Helper()
	directory = t.TempDir()
	for name, data := range files {
		path := filepath.Join(directory, name)
		must.Do(os.MkdirAll(filepath.Dir(path), 0o700))
		must.Do(os.WriteFile(path, data, 0o600))
	}
	return directory
}

// deskFiles are a good copy in both formats, and an altered one.
func deskFiles(t *testing.T) map[string][]byte {
	t.Helper()
	s, e := makeBidCopy(t)
	pdf := downloadFile(t, s, e, "pdf")
	return map[string][]byte{"a.pdf": pdf, "b.ofd": downloadFile(t, s, e, "ofd"), "c.pdf": alter(pdf)}
}

func alter(file []byte) []byte {
	altered := bytes.Clone(file)
	altered[len(altered)/2] ^= 1
	return altered
}

// deskRows are the rows of the table, as path and verdict.
func (p *tab) deskRows() []string {
	p.Helper()
	return js[[]string](p, `[...document.querySelectorAll("#desk tbody tr")].map(r => r.querySelector(".path").innerText + " " + r.querySelector(".verdict").innerText.replace(/^\W+\s/, "").trim())`)
}

func (p *tab) wantDeskRows(want ...string) {
	p.Helper()
	if got := p.deskRows(); !slices.Equal(got, want) {
		p.Errorf("the rows are %q, want %q", got, want)
	}
}

// verifyAtDesk presses the button and waits for the end.
func (p *tab) verifyAtDesk(count int) {
	p.Helper()
	p.clickByName(fmt.Sprintf("开始核验（%d 个文件）", count))
	p.waitForText("核验完毕")
}

// recorder passes requests on to the service and keeps those that are no reading.
type recorder struct {
	*httptest.Server
	mu     sync.Mutex
	bodies map[string][][]byte // by method and path
}

func record(t *testing.T, address string) *recorder {
	t.Helper()
	target := must.Get(url.Parse(address))
	r := &recorder{bodies: map[string][][]byte{}}
	r.Server = httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(q *httputil.ProxyRequest) {
		q.SetURL(target)
		body, _ := io.ReadAll(q.In.Body)
		q.Out.Body = io.NopCloser(bytes.NewReader(body))
		if q.In.Method != "GET" || len(body) > 0 || q.In.URL.RawQuery != "" {
			r.mu.Lock()
			defer r.mu.Unlock()
			at := q.In.Method + " " + q.In.URL.RequestURI()
			r.bodies[at] = append(r.bodies[at], body)
		}
	}})
	t.Cleanup(r.Close)
	return r
}

// batchBody is all that a request may carry: nothing of a file but what names its copy.
type batchBody struct {
	AsOf, Specialty, Purpose, Recipient string
	WantReceipt                         bool
	Build                               string
	Asker                               struct{ Name string }
	Items                               []struct {
		Token, Given, SHA256, CopyDigest string
		Copy                             struct{ Endorsement, Certificate, Number, Name, UseFrom, UseUntil string }
		Signing                          struct {
			At, From, Until time.Time
			Proven          bool
		}
	}
}

// checkNothingLeft checks that only identities were sent.
func (r *recorder) checkNothingLeft(t *testing.T) (asked int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for at, bodies := range r.bodies {
		for _, body := range bodies {
			var b batchBody
			dec := json.NewDecoder(bytes.NewReader(body))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&b); at != "POST /v1/verifications/batch" || err != nil || len(b.Items) > 100 || len(body) > 1000*len(b.Items)+1000 {
				t.Errorf("%s carries %d bytes: %v", at, len(body), err)
			}
			asked += len(b.Items)
		}
	}
	return asked
}

func TestManyFilesAreJudgedOnTheDevice(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	r := record(t, service.URL)
	p := open(t, desktopSize)
	p.goTo(r.URL + "/v")
	p.choose("pick", at+"/a.pdf", at+"/b.ofd", at+"/c.pdf")
	p.waitForText("共 3 个文件，尚未核验。")
	p.wantDeskRows("a.pdf 待核验", "b.ofd 待核验", "c.pdf 待核验")
	p.waitForText("文件在本机核验，未上传")
	p.checkVerifyPage("desk-start", desktopSize)
	p.verifyAtDesk(3)
	p.wantDeskRows("a.pdf 有效", "b.ofd 有效", "c.pdf 无效")
	p.waitForText("内容与签名不符")
	p.checkVerifyPage("desk", desktopSize)
	if asked := r.checkNothingLeft(t); asked != 2 {
		t.Errorf("%d copies were asked about", asked)
	}

	p.clickByName("结论")
	p.wantDeskRows("c.pdf 无效", "a.pdf 有效", "b.ofd 有效")
	if sorted := js[string](p, `document.querySelector("#desk thead th:nth-child(4)").getAttribute("aria-sort")`); sorted != "ascending" {
		t.Errorf("sorted %s", sorted)
	}
	p.clickByName("有效 2")
	p.wantDeskRows("a.pdf 有效", "b.ofd 有效")
	p.clickByName("a.pdf 的详情")
	p.waitForAnswer("有效", "✓")
	p.waitForText("证照标识")
	p.checkVerifyPage("desk-details", desktopSize)
	p.clickByName("返回列表")
	p.waitUntil(`document.activeElement.getAttribute("aria-label") === "a.pdf 的详情"`)
	p.clickByName("全部 3")

	p.fill("事由或项目代码", "入职")
	p.clickByName("开始核验（3 个文件）")
	p.waitUntil(`document.querySelectorAll("#desk tr.invalid").length === 3`)
	p.waitForText("核验完毕：无效 3。")
	p.waitForText("您询问的是「入职」")
	p.clickByName("English")
	p.waitForText("Verify many files")
	p.waitForText("Finished: Invalid 3")
}

// Nothing is verified before all files that were given are listed, because the rest would be left out.
func TestTheDeskWaitsForItsFiles(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.visit("/v")
	if !js[bool](p, `import("`+addressOf(t, "desk", ".js")+`").then(desk => {
		desk.addFiles(["a.txt", "b.txt"].map(name => new File(["说明"], name)));
		const start = document.querySelector("#desk [type=submit]"), disabled = start.disabled;
		start.form.requestSubmit();
		return disabled;
	})`) {
		t.Error("it can be verified while files are read")
	}
	p.waitForText("共 2 个文件，尚未核验。")
	p.waitUntil(`document.querySelectorAll("#desk tr.waiting").length === 2`)
	p.verifyAtDesk(2)
	p.wantDeskRows("a.txt 无法确认", "b.txt 无法确认")
}

func TestTheResultsOfTheDesk(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	files := deskFiles(t)
	at := keepFiles(t, map[string][]byte{"=a.pdf": files["a.pdf"], "c,\"c.pdf": files["c.pdf"]})
	sum := sha256.Sum256(files["a.pdf"])
	p := open(t, phoneSize)
	p.visit("/v")
	p.drop(at)
	p.waitForText("共 2 个文件")
	p.clickByName("English")
	p.waitForText("2 files")
	p.clickByName("中文")
	p.waitForText("共 2 个文件")
	p.verifyAtDesk(2)
	p.checkVerifyPage("desk", phoneSize)
	p.clickByName("下载表格（CSV）")
	text, ok := bytes.CutPrefix(p.download(), []byte("\ufeff"))
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if !ok || err != nil || len(rows) != 6 || !strings.HasSuffix(rows[1][0], "/=a.pdf") || rows[1][3] != "有效" || rows[2][3] != "无效" || rows[0][6] != "SHA-256" || rows[1][6] != hex.EncodeToString(sum[:]) {
		t.Errorf("%v %v: %q", ok, err, rows)
	}
	p.clickByName("下载结果 PDF")
	sheet := p.download()
	if !bytes.HasPrefix(sheet, []byte("%PDF-1.4")) {
		t.Fatalf("that is no PDF: %.20q", sheet)
	}
	must.Do(os.WriteFile(filepath.Join(service.pictureDir, "desk-results.pdf"), sheet, 0o600))
	p.fill("核验人（自称，回执注明未经证实；选填）", "示例招标代理")
	p.clickByName("下载签名回执")
	receipt := p.download()
	trust := must.Get(evidence.ParseTrust(must.Get(os.ReadFile(service.Paths.Trust))))
	_, said := evidence.ExamineAnyReceipt(string(receipt), trust)
	stated := said.Batch
	if stated == nil || len(stated.Items) != 1 || !strings.HasPrefix(stated.Build, "desk-") || stated.Asker.SelfStatedName != "示例招标代理" {
		t.Fatalf("the receipt states %+v", stated)
	}
	at = keepFiles(t, map[string][]byte{"receipt.jws": receipt})
	p.visit("/v")
	p.choose("pick", at+"/receipt.jws")
	p.waitForAnswer("核验回执 · 真实", "i")
	p.waitForText("回执所载的 1 项")
	p.waitForText("「示例招标代理」")
	p.checkVerifyPage("batch-receipt", phoneSize)
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	must.Get(must.Get(z.Create("b\n\u202e.pdf")).Write(files["c.pdf"]))
	must.Do(z.Close())
	at = keepFiles(t, map[string][]byte{"receipt.jws": receipt, "z.zip": packed.Bytes()})
	p = open(t, desktopSize)
	p.visit("/v")
	p.choose("pick", at+"/receipt.jws", at+"/z.zip")
	p.waitForText("共 2 个文件")
	js[bool](p, `(() => {
		const list = new DataTransfer(), input = document.getElementById("pick");
		list.items.add(new File(["%PDF-"], "＝a.pdf"));
		input.files = list.files;
		return input.dispatchEvent(new Event("change"));
	})()`)
	p.waitForText("共 3 个文件")
	p.verifyAtDesk(3)
	p.wantDeskRows("receipt.jws 回执（未核对）", `z.zip/b\n\u202e.pdf 无效`, "＝a.pdf 无效")
	p.waitForText("真伪未核对；不是证照文件。请单独提交")
	p.checkNoRetry()
	p.clickByName("下载表格（CSV）")
	table := string(p.download())
	for _, want := range []string{"\r\n\"'＝a.pdf\",", "\r\n\"z.zip/b\\n\\u202e.pdf\",", "\r\n\"receipt.jws\",\"\",\"\",\"回执（未核对）\","} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in %q", want, table)
		}
	}
}

// checkNoRetry checks that nothing is offered to be verified again.
func (p *tab) checkNoRetry() {
	p.Helper()
	if js[bool](p, `[...document.querySelectorAll("#desk button")].some(b => b.offsetParent && b.textContent.startsWith("重试"))`) {
		p.Error("something can be tried again")
	}
}

func TestAFolderAndAnArchiveAreOpened(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	files := deskFiles(t)
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for name, data := range map[string][]byte{"甲/b.ofd": files["b.ofd"], "../out.pdf": files["a.pdf"], "inner.zip": []byte("PK\x05\x06" + strings.Repeat("\x00", 18)), "...": files["a.pdf"], "\u202efdp.exe": nil, "甲/.DS_Store": nil} {
		must.Get(must.Get(z.Create(name)).Write(data))
	}
	must.Do(z.Close())
	at := keepFiles(t, map[string][]byte{"bid/a.pdf": files["a.pdf"], "bid/inner/c.pdf": files["c.pdf"], "bid/inner/.hidden.pdf": files["a.pdf"], "bid/Thumbs.db": nil, "bid/__MACOSX/._a.pdf": nil, "many.zip": packed.Bytes(), "bad.zip": []byte("no archive"), "two.zip": append([]byte("%PDF-1.7\n"), packed.Bytes()...)})
	p := open(t, desktopSize)
	p.visit("/v")
	p.drop(at+"/bid", at+"/many.zip", at+"/bad.zip", at+"/two.zip")
	p.waitForText("共 10 个文件，尚未核验。另有操作系统文件 3 个未列入。")
	p.verifyAtDesk(10)
	p.waitForText("另有操作系统文件 3 个未列入。")
	p.checkNoRetry()
	got := p.deskRows()
	slices.Sort(got)
	want := []string{
		"bad.zip 无法确认", "bid/a.pdf 有效", "bid/inner/.hidden.pdf 有效", "bid/inner/c.pdf 无效", "many.zip/... 有效", "many.zip/../out.pdf 无法确认",
		`many.zip/\u202efdp.exe 无法确认`, "many.zip/inner.zip 无法确认", "many.zip/甲/b.ofd 有效", "two.zip 无法确认",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are %q", got)
	}
	p.waitForText("文件在压缩包内的路径指向压缩包之外")
	p.checkVerifyPage("desk-archive", desktopSize)
}

func TestWithoutANetworkIntegrityIsProvedAndNothingIsValid(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	p := open(t, desktopSize)
	p.visit("/v")
	p.waitUntil(`navigator.serviceWorker.controller`)
	p.choose("pick", at+"/a.pdf", at+"/c.pdf") // the page loads what it needs
	p.waitForText("共 2 个文件")
	p.waitUntil(`caches.keys().then(async names => (await Promise.all(names.map(async n => (await (await caches.open(n)).keys()).some(r => r.url.endsWith(".wasm"))))).includes(true))`)
	p.do(chromedp.Navigate("about:blank"))
	p.setOffline(true)
	p.visit("/v")
	p.choose("pick", at+"/a.pdf", at+"/c.pdf")
	p.waitForText("共 2 个文件")
	p.verifyAtDesk(2)
	p.wantDeskRows("a.pdf 无法确认", "c.pdf 无效")
	p.waitForText("未能连接核验服务，登记状态未核对。")
	p.clickByName("a.pdf 的详情")
	p.waitForAnswer("无法确认", "?")
	if rows := p.rows(); !strings.HasPrefix(rows, "pass pass pass unknown unknown") {
		t.Errorf("the rows are %s", rows)
	}
	p.checkVerifyPage("desk-offline", desktopSize)
	p.expectConsoleError("/.well-known/jiazhu-trust.json") // which the page asks for first
	p.clickByName("返回列表")
	p.setOffline(false) // and the page asks again by itself
	p.waitUntil(`document.querySelector("#desk tr.valid")`)
	p.wantDeskRows("a.pdf 有效", "c.pdf 无效")
}

func TestWhereNothingCanBeJudgedUploadingIsOffered(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	for name, script := range map[string]string{"no worker": `delete window.Worker`, "no WebAssembly": `window.Worker = class { constructor() { setTimeout(() => this.onmessage({data: {error: "no WebAssembly"}})); } terminate() {} }`} {
		t.Run(name, func(t *testing.T) {
			r := record(t, service.URL)
			p := open(t, phoneSize)
			p.prepare(script)
			p.goTo(r.URL + "/v")
			p.choose("pick", at+"/a.pdf")
			p.waitForText("本浏览器不能在本机核验文件。文件没有核验，也没有上传。")
			p.choose("pick", at+"/a.pdf", at+"/c.pdf")
			p.waitForText("共 2 个文件")
			p.clickByName("开始核验（2 个文件）")
			p.waitForText("本浏览器不能在本机核验文件。文件没有核验，也没有上传。")
			p.wantDeskRows("a.pdf 待核验", "c.pdf 待核验")
			p.checkVerifyPage("desk-stuck", phoneSize)
			r.checkNothingLeft(t)
			p.clickByName("上传核验（2 个文件）")
			p.waitForText("核验完毕")
			p.wantDeskRows("a.pdf 有效", "c.pdf 无效")
			p.waitForText("文件已上传，由核验服务核验，不保存。")
		})
	}
	p := open(t, desktopSize)
	p.visit("/v")
	p.choose("pick", at+"/a.pdf", at+"/c.pdf")
	p.clickByName("上传文件核验")
	p.waitForText("文件将上传到核验服务核验，不保存。")
	p.verifyAtDesk(2)
	p.wantDeskRows("a.pdf 有效", "c.pdf 无效")
	if strings.Contains(p.text(), "下载签名回执") { // it is of what was judged here
		t.Error("a receipt of what was uploaded is offered")
	}
}

// A scan of two copies, one of them withdrawn, and a picture without a code of ours: each code has its
// page and its verdict, and the file none but 无法确认.
func TestTheCodesInAScanAreListed(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	s, withdrawn := makeBidCopy(t)
	must.Get(s.Withdraw(t.Context(), withdrawn, ""))
	_, good := makeBidCopy(t)
	at := keepFiles(t, map[string][]byte{
		"scan.pdf":  scantest.ScanPDF(t, scantest.ScanPage(t, good.VerifyURL), scantest.NewPage(600, 800), scantest.ScanPage(t, withdrawn.VerifyURL)),
		"photo.jpg": scantest.JPEG(t, scantest.ScanPage(t, good.VerifyURL), 60),
		"blank.png": scantest.PNG(t, scantest.NewPage(600, 800)),
	})
	r := record(t, service.URL)
	p := open(t, desktopSize)
	p.goTo(r.URL + "/v")
	p.choose("pick", at+"/scan.pdf", at+"/photo.jpg", at+"/blank.png")
	p.waitForText("共 3 个文件")
	p.verifyAtDesk(3)
	p.wantDeskRows("blank.png 无法确认", "photo.jpg 无法确认", "scan.pdf 无法确认")
	p.waitForText("第 1 页：有效 张*")
	p.waitForText("第 3 页：无效 张*")
	p.waitForText("没有找到本平台的二维码。")
	p.checkVerifyPage("desk-scans", desktopSize)
	p.clickByName("scan.pdf 的详情")
	p.waitForAnswer("无法确认", "?")
	p.waitForText("请逐页对照")
	p.waitUntil(`[...document.querySelectorAll("#codesList > li")].map(e => e.className).join(" ") === "pass fail"`)
	p.checkVerifyPage("codes", desktopSize)
	p.goTo(r.URL + "/v")
	p.choose("pick", at+"/photo.jpg") // alone
	p.waitForAnswer("无法确认", "?")
	p.waitForText("文件在本机核验，未上传")
	p.waitUntil(`[...document.querySelectorAll("#codesList > li")].map(e => e.className).join(" ") === "pass"`)
	p.waitForText("此二维码指向其他网址（" + strings.TrimPrefix(service.URL, "http://") + "），请勿用手机扫描。") // the page is at the recorder's
	p.checkVerifyPage("codes-alone", desktopSize)
	r.checkNothingLeft(t)
	p.fill("纸面姓名", "李四")
	p.clickByName("按以上情形核验")
	p.waitForText("这是文件中的二维码所指加注件的核验结果，不是整个文件的。")
	p.waitForText("纸面所载姓名与登记不一致")
	p.goTo(service.URL + "/v")
	p.choose("pick", at+"/photo.jpg")
	p.waitForAnswer("无法确认", "?")
	p.waitUntil(`document.querySelector("#codesList > li") && !document.getElementById("codesList").textContent.includes("其他网址")`)
}

// A code before the camera is read and verified, and so is one in a picture that only the browser decodes.
func TestTheCameraAndABrowsersOwnPictures(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	page := "data:image/png;base64," + base64.StdEncoding.EncodeToString(scantest.PNG(t, scantest.ScanPage(t, e.VerifyURL)))
	p := open(t, phoneSize)
	p.prepare(`
		window.drawn = (async () => {
			const picture = new Image();
			picture.src = ` + quote(page) + `;
			await picture.decode();
			const canvas = document.createElement("canvas");
			canvas.width = picture.naturalWidth;
			canvas.height = picture.naturalHeight;
			canvas.getContext("2d").drawImage(picture, 0, 0);
			return canvas;
		})();
		delete window.BarcodeDetector;
		MediaDevices.prototype.getUserMedia = async () => {
			const canvas = await window.drawn, again = canvas.getContext("2d");
			setInterval(() => again.drawImage(canvas, 0, 0), 100);
			return canvas.captureStream(10);
		};`)
	p.visit("/v")
	p.clickByName("用摄像头扫码")
	p.waitForAnswer("有效", "✓")
	if js[bool](p, `Boolean(document.querySelector("video"))`) {
		t.Error("the camera still runs")
	}
	js[bool](p, `window.drawn.then(canvas => new Promise(done => canvas.toBlob(blob => {
		const list = new DataTransfer(), input = document.getElementById("pick");
		list.items.add(new File([blob], "photo.webp", {type: "image/webp"}));
		input.files = list.files;
		done(input.dispatchEvent(new Event("change")));
	}, "image/webp")))`)
	p.waitForAnswer("无法确认", "?")
	p.waitUntil(`[...document.querySelectorAll("#codesList > li")].map(e => e.className).join(" ") === "pass"`)
	p.visit("/v")
	js[bool](p, `window.drawn.then(canvas => new Promise(done => canvas.toBlob(blob => {
		const list = new DataTransfer();
		list.items.add(new File([blob], "image.png", {type: "image/png"}));
		done(document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: list, bubbles: true, cancelable: true})));
	}, "image/png")))`) // is false: the page has taken it
	p.waitUntil(`[...document.querySelectorAll("#codesList > li")].map(e => e.className).join(" ") === "pass"`)
	p.prepare(`MediaDevices.prototype.getUserMedia = async () => { throw new DOMException("Permission denied", "NotAllowedError"); };`)
	p.visit("/v")
	p.clickByName("用摄像头扫码")
	p.waitForText("未能使用摄像头：Permission denied")
}

// Everything at the desk is done by keyboard.
func TestTheDeskByKeyboard(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	at := keepFiles(t, deskFiles(t))
	p := open(t, desktopSize)
	p.visit("/v")
	p.choose("pick", at+"/a.pdf", at+"/c.pdf")
	p.waitForText("共 2 个文件")
	p.waitUntil(`document.activeElement.id === "deskTitle"`)
	tabTo := func(is string) {
		t.Helper()
		for range 60 {
			if js[bool](p, `(e => `+is+`)(document.activeElement)`) {
				return
			}
			p.pressKeys("\t")
		}
		t.Fatalf("the key Tab leads nowhere where %s", is)
	}
	tabTo(`e.innerText.startsWith("开始核验")`)
	p.pressKeys("\r")
	p.waitForText("核验完毕")
	p.waitUntil(`document.activeElement.innerText.startsWith("开始核验")`)
	tabTo(`e.innerText === "无效 1"`)
	p.pressKeys(" ")
	p.waitUntil(`document.querySelectorAll("#desk tbody tr").length === 1 && document.activeElement.innerText === "无效 1"`)
	tabTo(`e.innerText.startsWith("注册编号")`)
	p.pressKeys("\r")
	p.waitUntil(`document.activeElement.closest("th")?.getAttribute("aria-sort") === "ascending"`)
	tabTo(`e.getAttribute("aria-label") === "c.pdf 的详情"`)
	p.pressKeys("\r")
	p.waitForAnswer("无效", "✕")
	p.waitUntil(`document.activeElement.id === "result"`)
	tabTo(`e.id === "back"`)
	p.pressKeys("\r")
	p.waitUntil(`document.activeElement.getAttribute("aria-label") === "c.pdf 的详情"`)
}

// Five hundred files are judged while the page stays usable, and cancelling leaves what is done.
func TestFiveHundredFilesDoNotFreezeThePage(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	made, files := deskFiles(t), map[string][]byte{}
	for i := range 250 {
		files[fmt.Sprintf("%03d.pdf", i)], files[fmt.Sprintf("%03d.ofd", i)] = made["a.pdf"], made["b.ofd"]
	}
	p := open(t, desktopSize)
	p.visit("/v")
	p.drop(keepFiles(t, files))
	p.waitForText("共 500 个文件")
	p.setOffline(true) // so that one copy is not asked about too often
	js[bool](p, `(window.tasks = [], new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(e => e.duration))).observe({type: "longtask"}), true)`)
	start := time.Now()
	p.clickByName("开始核验（500 个文件）")
	p.waitUntil(`document.querySelector("#desk progress").value > 20`)
	p.clickByName("取消")
	p.waitForText("已取消：已核验")
	p.clickElement(`[...document.querySelectorAll("#desk button")].find(b => b.innerText.startsWith("重试未完成的"))`)
	p.waitForText("核验完毕：无法确认 500")
	took := time.Since(start)
	t.Logf("%.1f files a second; the longest tasks of the page took %v ms", 500/took.Seconds(), js[[]float64](p, `window.tasks.sort((a, b) => b - a).slice(0, 3)`))
	p.waitUntil(`document.querySelectorAll("#desk tbody tr").length === 500`)
	p.expectConsoleError("/.well-known/jiazhu-trust.json")
}

// What a receipt of many states is said in words, beside marks that a wide and a narrow screen show.
func TestReceiptsOfManyAreReadable(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	signer := must.Get(keys.Open("file://"+service.Paths.Verify, "receipt"))
	at := time.Now()
	sum := strings.Repeat("ab", 32)
	batch := must.Get(credential.IssueBatchReceipt(t.Context(), signer, credential.BatchReceipt{
		ID: records.NewID(at), At: at, Service: service.URL, AsOf: civil.Of(at), Test: true,
		Items: []credential.BatchReceiptItem{{
			Given: credential.Given{Kind: "pdf", SHA256: sum}, Code: 23,
			Checks: []credential.ReceiptCheck{{Check: "certificate", Result: "pass", Reason: "fine"}, {Check: "copy", Result: "fail", Reason: "withdrawn"}},
		}},
	}))
	job := must.Get(credential.IssueManifest(t.Context(), signer, credential.Manifest{
		Job: records.NewID(at), At: at, Service: service.URL, Asker: credential.Asker{Client: "agency", ClientName: "示例单位"}, Test: true,
		Archive: credential.ManifestArchive{SHA256: sum, Size: 7},
		Entries: []credential.ManifestEntry{{Path: "x", Refused: "link", Text: "未予读取", CheckedAt: at, Verdict: "unknown", Name: "无法确认"}},
	}))
	for _, s := range []size{desktopSize, phoneSize} {
		p := open(t, s)
		p.visit("/v")
		p.submit("batch.jws", []byte(batch))
		p.waitForText("加注件：不通过（持证人已撤回）")
		p.waitForText("测试回执")
		p.checkVerifyPage("batch-receipt-withdrawn", s)
		p.visit("/v")
		p.submit("manifest.jws", []byte(job))
		p.waitForText("无法确认 1")
		if narrow := js[int](p, `[...document.querySelectorAll("#codesList .text")].filter(e => e.getBoundingClientRect().width < 150).length`); narrow != 0 {
			t.Errorf("%d texts of the manifest have no room", narrow)
		}
		p.checkVerifyPage("manifest", s)
	}
}

// No two texts of the table look alike that differ in what does not show; the commands write them alike.
func TestThePageEscapesTextsAsTheCommandsDo(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	p := open(t, desktopSize)
	p.serveSources()
	p.visit("/v")
	for _, text := range []string{
		"投标/张三.pdf", "一　二 三", `乙\公司`, "甲\n有效\t乙", "a\r\x1b[2K\u202efdp", "a\u3164\u2800\u115f", "\uffa0\u034f\ufe0f", "葛\U000e0100", "a\u00a0b\u2003c\u2028", `a\u202eb`, "\ufffd",
	} {
		got := js[string](p, `import("/v/source/desktable.js").then(({ escapeText }) => escapeText(`+string(must.Get(json.Marshal(text)))+`))`)
		if want := certificate.EscapeText(text); got != want {
			t.Errorf("%+q is written %q, not %q", text, got, want)
		}
	}
}

// A code with several tokens is said to have them, and one with other content not to be scanned.
func TestCodesThatAreNotJudgedAreSaid(t *testing.T) {
	t.Parallel()
	p := open(t, desktopSize)
	p.serveSources()
	p.visit("/v")
	got := js[string](p, `import("/v/source/codes.js").then(({ linesOf }) => linesOf({
		codes: [{ page: 1, leadsTo: "?", verdict: { verdict: "valid", checks: [] } }], unread: [], others: 1, several: 2,
	}).join("|"))`)
	if want := "第 1 页：有效 此二维码另有其他内容，请勿用手机扫描。|有 2 个二维码各含本平台的多个二维码内容，未作判断。"; got != want {
		t.Errorf("it says %q, not %q", got, want)
	}
}

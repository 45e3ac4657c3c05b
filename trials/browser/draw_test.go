package browser

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"fmt"
	"image"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// jpeg2000Page returns a page with the picture of testdata/other.jp2: a QR code of another system's, of 165 pixels.
func jpeg2000Page(number int, objects scantest.Objects) scantest.Page {
	data := must.Get(os.ReadFile(filepath.Join(service.Root, "trials", "browser", "testdata", "other.jp2")))
	objects[number] = scantest.Stream("/Type/XObject/Subtype/Image/Width 165/Height 165/Filter/JPXDecode", data)
	return scantest.Page{Content: "q 165 0 0 165 100 100 cm /I Do Q", Resources: fmt.Sprintf("/XObject<</I %d 0 R>>", number)}
}

// jbig2Page returns a page with a picture in JBIG2.
func jbig2Page(number int, m *image.Gray, objects scantest.Objects) scantest.Page {
	return scantest.JBIG2Page(number, m.Bounds().Size(), scantest.JBIG2(m), objects)
}

// brokenPage returns a page with a picture in JBIG2 that breaks off.
func brokenPage(number int, objects scantest.Objects) scantest.Page {
	return scantest.JBIG2Page(number, image.Pt(600, 800), []byte("\x00\x00\x00\x00\x30"), objects)
}

// countReads passes reads on to the service and counts them by path.
func countReads(t *testing.T) (address string, count func(beginning string) int) {
	t.Helper()
	target := must.Get(url.Parse(service.URL))
	var mu sync.Mutex
	var paths []string
	server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		mu.Lock()
		defer mu.Unlock()
		paths = append(paths, r.In.URL.Path)
	}})
	t.Cleanup(server.Close)
	return server.URL, func(beginning string) (n int) {
		mu.Lock()
		defer mu.Unlock()
		for _, path := range paths {
			if strings.HasPrefix(path, beginning) {
				n++
			}
		}
		return n
	}
}

// lockPDF encrypts a PDF so that no password opens it for reading (ISO 32000-1, 7.6.3): programs forbid changes so.
// Its streams are left as they are, which the standard permits.
func lockPDF(file []byte) []byte {
	const padding = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"
	id := strings.Repeat("i", 16)
	owner := strings.Repeat("o", 32)
	key := md5.Sum([]byte(padding + owner + "\xFC\xFF\xFF\xFF" + id))
	for range 50 {
		key = md5.Sum(key[:])
	}
	user := md5.Sum([]byte(padding + id))
	for round := range byte(20) {
		turned := key
		for i := range turned {
			turned[i] ^= round
		}
		must.Get(rc4.NewCipher(turned[:])).XORKeyStream(user[:], user[:])
	}
	entries := fmt.Sprintf("/Encrypt<</Filter/Standard/V 4/R 4/Length 128/P -4/CF<<>>/StmF/Identity/StrF/Identity/O<%x>/U<%x%032x>>>/ID[<%x><%x>]/Root", owner, user, 0, id, id)
	return bytes.Replace(file, []byte("/Root"), []byte(entries), 1)
}

// waitForCodes waits for the answer about one file and returns what it says of codes.
func (p *tab) waitForCodes() string {
	p.Helper()
	p.waitForAnswer("无法确认", "?")
	p.waitForText("文件在本机核验，未上传")
	p.waitUntil(`document.getElementById("codesNote").textContent`) // its module is loaded
	return js[string](p, `document.getElementById("codes").innerText`)
}

// What office scanners write in JBIG2 and JPEG 2000 is drawn by pdf.js: the codes in it stand in the answer with their
// pages, and what cannot be drawn stays unread. pdf.js is loaded with the first such file, and once.
func TestOfficeScansAreDrawn(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	s, withdrawn := makeBidCopy(t)
	must.Get(s.Withdraw(t.Context(), withdrawn, ""))
	_, good := makeBidCopy(t)
	objects := scantest.Objects{}
	at := keepFiles(t, map[string][]byte{
		"plain.pdf": scantest.ScanPDF(t, scantest.ScanPage(t, good.VerifyURL)),
		"office.pdf": scantest.WritePDF([]scantest.Page{
			scantest.JPEGPage(t, 1000, scantest.ScanPage(t, withdrawn.VerifyURL), objects), jbig2Page(1001, scantest.ScanPage(t, good.VerifyURL), objects),
			jbig2Page(1002, scantest.NewPage(600, 800), objects), brokenPage(1003, objects), jpeg2000Page(1004, objects),
		}, objects),
	})
	address, count := countReads(t)
	p := open(t, desktopSize)
	p.endDrawing(never)
	p.goTo(address + "/v")
	p.waitUntil(`navigator.serviceWorker.controller`)
	p.choose("pick", at+"/plain.pdf")
	p.waitForCodes()
	if n := count("/v/pdf"); n != 0 {
		t.Errorf("pdf.js was asked for %d times by a file that needs none of it", n)
	}
	for range 2 {
		p.goTo(address + "/v")
		p.choose("pick", at+"/office.pdf")
		said := p.waitForCodes()
		for text, want := range map[string]bool{
			"第 1 页：无效": true, "第 2 页：有效": true, "第 3 页": false, "第 4 页未能查找二维码：图片的压缩方式不能读取。": true, "第 5 页": false,
		} {
			if strings.Contains(said, text) != want {
				t.Errorf("that it says %q is not %v: %s", text, want, said)
			}
		}
	}
	if n := count("/v/pdf"); n != 2 {
		t.Errorf("pdf.js was asked for %d times, want its two modules once", n)
	}
	p.checkVerifyPage("codes-drawn", desktopSize)
}

// The pages of a file in an archive are drawn, those of JPEG 2000, and those of a file that forbids changes. Nothing of
// them leaves the device.
func TestPagesAreDrawnAtTheDesk(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	_, good := makeBidCopy(t)
	objects := scantest.Objects{}
	mask := jbig2Page(1001, scantest.ScanPage(t, good.VerifyURL), objects) // as scanners write text before a picture of the paper
	objects[1001] = strings.Replace(objects[1001], "/ColorSpace/DeviceGray", "/ImageMask true", 1)
	office := scantest.WritePDF([]scantest.Page{jbig2Page(1000, scantest.NewPage(600, 800), objects), mask}, objects)
	other := scantest.Objects{}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	must.Get(must.Get(z.Create("office.pdf")).Write(office))
	must.Get(must.Get(z.Create("other.pdf")).Write(scantest.WritePDF([]scantest.Page{jpeg2000Page(1000, other)}, other)))
	must.Do(z.Close())
	at := keepFiles(t, map[string][]byte{"bid.zip": packed.Bytes(), "locked.pdf": lockPDF(scantest.ScanPDF(t, scantest.ScanPage(t, good.VerifyURL)))})
	r := record(t, service.URL)
	p := open(t, desktopSize)
	p.endDrawing(never)
	p.goTo(r.URL + "/v")
	p.choose("pick", at+"/bid.zip", at+"/locked.pdf")
	p.waitForText("共 3 个文件")
	p.verifyAtDesk(3)
	p.wantDeskRows("bid.zip/office.pdf 无法确认", "bid.zip/other.pdf 无法确认", "locked.pdf 无法确认")
	for path, want := range map[string]string{"office.pdf": "第 2 页：有效", "other.pdf": "只找到其他系统的二维码。", "locked.pdf": "第 1 页：有效"} {
		reason := js[string](p, `[...document.querySelectorAll("#desk tbody tr")].find(r => r.querySelector(".path").innerText.endsWith(`+quote(path)+`)).querySelector(".reason").innerText`)
		if !strings.Contains(reason, want) || strings.Contains(reason, "未能查找") {
			t.Errorf("of %s it says %q, want %q", path, reason, want)
		}
	}
	if asked := r.checkNothingLeft(t); asked != 2 {
		t.Errorf("%d copies were asked about", asked)
	}
}

// The register's entries are never combined with other copies than those they were asked for.
func TestAFileWithOtherCopiesThanBeforeIsNotJudged(t *testing.T) {
	t.Parallel()
	_, e := makeBidCopy(t)
	p := open(t, desktopSize)
	p.serveSources()
	p.visit("/v")
	for before, want := range map[string]bool{"item.identities": false, "[]": true} {
		trouble := js[string](p, `import("/v/source/judging.js").then(async (judging) => {
			await judging.prepare();
			const item = { id: judging.newID(), file: new File([`+quote(e.VerifyURL)+`], "code.txt") };
			await judging.judge(item, {});
			item.identities = `+before+`;
			await judging.interrupt();
			await judging.prepare();
			await judging.complete([item], {}, {}, async () => false);
			return item.trouble ?? "";
		})`)
		if got := strings.Contains(trouble, "other copies were found"); got != want || !want && trouble != "" {
			t.Errorf("with %s: %q", before, trouble)
		}
	}
}

// The times after which drawing is ended in a test: at once, or not before the test itself would end.
const (
	shortly = 100 // milliseconds
	never   = 1<<31 - 1
)

// endDrawing makes the time that pdf.js has for a page and for a file as long as a test needs it.
func (p *tab) endDrawing(after int) {
	p.Helper()
	p.prepare(fmt.Sprintf(`
		const wait = setTimeout;
		window.setTimeout = (work, time, ...rest) => wait(work, time === 20_000 || time === 60_000 ? %d : time, ...rest);`, after))
}

// silenceDrawing has pdf.js never come to an end.
func (p *tab) silenceDrawing() {
	p.Helper()
	p.prepare(`
		window.Worker = class extends Worker {
			constructor(address, options) { super(address, options); this.isSilent = options?.type === "module"; }
			postMessage(...given) { this.isSilent ? window.isAsked = true : super.postMessage(...given); }
			terminate() { if (this.isSilent) window.isEnded = true; super.terminate(); }
		};`)
}

// A page that takes too long stays unread, and its worker is ended; so it is when the verification is cancelled.
func TestDrawingEnds(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	objects := scantest.Objects{}
	office := scantest.WritePDF([]scantest.Page{jbig2Page(1000, scantest.NewPage(600, 800), objects)}, objects)
	at := keepFiles(t, map[string][]byte{"a.pdf": office, "b.pdf": office})
	p := open(t, desktopSize)
	p.endDrawing(shortly)
	p.silenceDrawing()
	p.visit("/v")
	p.choose("pick", at+"/a.pdf")
	if said := p.waitForCodes(); !strings.Contains(said, "第 1 页未能查找二维码：图片的压缩方式不能读取。") {
		t.Error(said)
	}
	p.waitUntil(`window.isEnded`)

	p = open(t, desktopSize)
	p.endDrawing(never)
	p.silenceDrawing()
	p.visit("/v")
	p.choose("pick", at+"/a.pdf", at+"/b.pdf")
	p.waitForText("共 2 个文件")
	p.clickByName("开始核验（2 个文件）")
	p.waitUntil(`window.isAsked`)
	p.clickByName("取消")
	p.waitForText("已取消：已核验 0 / 2")
	p.waitUntil(`window.isEnded`)
}

// Whatever a file makes of itself, drawing it ends, and what was not drawn is reported.
func TestHostileScansAreDrawnWithinBounds(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	_, good := makeBidCopy(t)
	page := scantest.ScanPage(t, good.VerifyURL)
	huge, lying, many := scantest.Objects{}, scantest.Objects{}, scantest.Objects{}
	large := jbig2Page(1000, page, huge)
	large.Content = strings.NewReplacer("595", "20000000", "842", "30000000").Replace(large.Content)
	large.Resources += ">>/MediaBox[0 0 20000000 30000000]/Other<<"
	thin := large
	thin.Resources = strings.Replace(large.Resources, "30000000", "1", 1)
	stream := bytes.Replace(scantest.JBIG2(page), []byte("\x00\x00\x04\xD8\x00\x00\x06\xDA"), []byte("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), 2)
	broken := brokenPage(90_000, many)
	at := keepFiles(t, map[string][]byte{
		"huge.pdf":  scantest.WritePDF([]scantest.Page{large, thin}, huge),
		"lying.pdf": scantest.WritePDF([]scantest.Page{scantest.JBIG2Page(1000, page.Bounds().Size(), stream, lying)}, lying),
		"many.pdf":  scantest.WritePDF(slices.Repeat([]scantest.Page{broken}, 2500), many),
	})
	const unread = "未能查找二维码：图片的压缩方式不能读取。"
	p := open(t, desktopSize)
	p.endDrawing(never)
	p.visit("/v")
	p.choose("pick", at+"/huge.pdf", at+"/many.pdf")
	p.waitForText("共 2 个文件")
	p.verifyAtDesk(2)
	reasons := js[[]string](p, `[...document.querySelectorAll("#desk tbody .reason")].map(e => e.innerText)`)
	for i, wants := range [][]string{{"第 1 页：有效", "第 2 页" + unread}, {"第 2000 页" + unread, "第 2001 页未能查找二维码：页数过多。"}} {
		for _, want := range wants {
			if !strings.Contains(reasons[i], want) {
				t.Errorf("%.300q, want %q", reasons[i], want)
			}
		}
	}
	if n := strings.Count(reasons[1], unread); n != 2000 {
		t.Errorf("%d of 2000 pages are unread", n)
	}
	p = open(t, desktopSize)
	p.endDrawing(5000) // of which pdf.js needs all
	p.visit("/v")
	p.choose("pick", at+"/lying.pdf")
	if said := p.waitForCodes(); !strings.Contains(said, "第 1 页"+unread) {
		t.Error(said)
	}
}

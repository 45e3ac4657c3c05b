package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// ownPage is the page that docs/portals.md has its reader write, for the service here.
func ownPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(service.Root, "docs", "portals.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, page, begun := strings.Cut(string(text), "index.html <<'END'\n")
	page, _, ended := strings.Cut(page, "END\n")
	if !begun || !ended {
		t.Fatal("docs/portals.md has no page to write")
	}
	return strings.ReplaceAll(page, "http://127.0.0.1:8080", service.URL)
}

func TestThePageOfAPortalOfOnesOwnGoesTheWholeWay(t *testing.T) {
	t.Parallel()
	page := ownPage(t)
	go func() {
		_ = http.Serve(service.otherOrigin, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { // until the listener is closed
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(page))
		}))
	}()
	h := holder(t, "ready")
	p := open(t, phoneSize)
	p.goTo("http://" + service.otherOrigin.Addr().String())
	p.fill("用户名", h.Username)
	p.fill("密码", seed.Password)
	p.clickByName("登录")
	p.waitUntil(`!document.getElementById("face").hidden && document.getElementById("qr").naturalWidth > 0`)
	code, err := identityapp.ReadCode(js[string](p, `document.getElementById("phone").href`))
	if err != nil {
		t.Fatal(err)
	}
	number := js[string](p, `document.getElementById("number").textContent`)
	if err := api().Scan(t.Context(), app(h), code); err != nil {
		t.Fatal(err)
	}
	if err := api().Assert(t.Context(), app(h), code, identityapp.Input{Number: number, Result: "pass"}); err != nil {
		t.Fatal(err)
	}
	p.waitForText(h.Number)
	p.clickByName("加注")
	p.waitForText("加注成功!")
	for file, begins := range map[string]string{"PDF": "%PDF-", "OFD": "PK"} {
		p.clickByName("下载 " + file)
		if data := p.download(); !strings.HasPrefix(string(data), begins) {
			t.Errorf("the %s begins with %.8q", file, data)
		}
	}
	p.snap("own-portal")
}

package browser

import (
	"sync"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// clipboardLock keeps tests that run at the same time apart: every tab of a browser has the same clipboard.
var clipboardLock sync.Mutex

// clickToCopy clicks a button that copies, waits until the page says so, and has then look at the clipboard
// before another tab writes to it.
func (p *tab) clickToCopy(name string, then func()) {
	p.Helper()
	clipboardLock.Lock()
	defer clipboardLock.Unlock()
	p.clickByName(name)
	p.waitForText("已复制")
	then()
}

// copyByName returns what a button copies.
func (p *tab) copyByName(name string) (copied string) {
	p.Helper()
	p.allowClipboard()
	p.clickToCopy(name, func() { copied = js[string](p, "navigator.clipboard.readText()") })
	return copied
}

// allowClipboard lets the page write to the clipboard, and the test read it.
func (p *tab) allowClipboard() {
	p.Helper()
	c := chromedp.FromContext(p.ctx)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		if _, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted,
			Origin: service.URL, BrowserContextID: c.BrowserContextID,
		}); err != nil {
			p.Fatal(err)
		}
	}
}

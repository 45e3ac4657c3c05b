package browser

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// serveSources serves the modules of the verify page as they are written, below /v/source/, besides the files that are
// made of them. A test that calls a function of a module imports it there, in a page without the page's policy.
func (p *tab) serveSources() {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, cdpage.SetBypassCSP, cdpage.SetBypassCSPParams{Enabled: true})
		return err
	})
	worker := addressOf(p.T, "deskworker", ".js")
	p.interceptRequests("*/v/source/*", fetch.RequestStageRequest, func(ctx context.Context, at *chromedp.Target, e *fetch.EventRequestPaused) bool {
		text := "export const texts = " + string(verdict.Catalogue)
		for _, directory := range []string{"functions/verify/page", "functions/verify/page/desk", "portal/static"} {
			if data, err := os.ReadFile(filepath.Join(service.Root, directory, path.Base(e.Request.URL))); err == nil {
				text = strings.ReplaceAll(string(data), "/v/deskworker.js", worker)
				break
			}
		}
		_, err := cdp.Call(ctx, at, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: e.RequestID, ResponseCode: 200, Body: []byte(text),
			ResponseHeaders: []*fetch.HeaderEntry{{Name: "content-type", Value: "text/javascript"}},
		})
		return err == nil
	})
}

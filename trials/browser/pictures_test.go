package browser

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

var pictures = flag.Bool("pictures", false, "take the pictures of the READMEs anew")

// TestThePicturesOfTheReadme takes the pictures that the READMEs show when it is asked to,
// and otherwise sees that they are there.
func TestThePicturesOfTheReadme(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(service.Root, "docs", "images")
	shows := map[string]func(*testing.T) *tab{
		"portal-history.png": history, "portal-blocker.png": blocker, "portal-scan.png": scan,
	}
	for name, show := range shows {
		file := filepath.Join(folder, name)
		if !*pictures {
			if info, err := os.Stat(file); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v; run `make screenshots`", file, err)
			}
			continue
		}
		show(t).shoot(file)
	}
}

// shoot writes a picture of the window into a file; of a JPEG, with as few bytes as its text bears.
func (p *tab) shoot(file string) {
	p.Helper()
	p.waitUntil(`document.fonts.status === "loaded" && [...document.images].every(i => i.hidden || i.complete)`)
	options := page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng}
	if filepath.Ext(file) == ".jpg" {
		options.Format, options.Quality = page.CaptureScreenshotFormatJpeg, new(int64(60))
	}
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		shot, err := cdp.Call(ctx, at, page.CaptureScreenshot, options)
		if err != nil {
			return err
		}
		return os.WriteFile(file, shot.Data, 0o644)
	})
}

// TestThePicturesOfTheManual takes the pictures of the manual's pages when it is asked to.
func TestThePicturesOfTheManual(t *testing.T) {
	if !*pictures {
		t.Skip("only with -pictures; TestTheManualHasItsPictures sees that they are there")
	}
	t.Parallel()
	for _, portal := range []string{seed.Ministry, seed.National} {
		shoot := func(p *tab, name string) {
			js[bool](p, `document.activeElement.blur(), document.querySelectorAll(".foot, main .note.calm").forEach(e => { e.hidden = true; }), true`) // what only this machine's service says
			p.shoot(filepath.Join(service.Root, "portal", "static", "manual", portal+"-"+name+".jpg"))
		}
		h := newHolder(t, func(h *seed.Holder) { h.Name = "张三" })
		p := open(t, size{960, 600})
		p.visit("/" + portal + "/login")
		shoot(p, "login")
		p.logIn(portal, h, "/center")
		p.waitForText("四级实名")
		shoot(p, "center")
		p.visit("/" + portal + "/certificates")
		if portal == seed.National {
			shoot(p, "certificates")
			p.clickByName("查看详情")
		}
		p.code()
		shoot(p, "qr")
		p.identify(h)
		if portal == seed.National {
			p.waitForText("证照相关服务")
			shoot(p, "detail")
			p.clickByName("证照加注服务")
		}
		p.clickByName("证照加注")
		p.waitForText("使用有效期截止日期")
		shoot(p, "endorse")
		p.clickByName("加注")
		p.waitForText("加注成功！")
		shoot(p, "success")
		p.clickByName("完成")
		p.waitUntil(`document.querySelector(".copy.new")`)
		js[bool](p, `document.querySelector(".copy.new").scrollIntoView({block: "center"}), true`)
		p.waitUntil(`document.querySelector(".thumbnail img").naturalWidth > 0`)
		shoot(p, "history")
	}
}

// history is 电子证照管理 on the ministry's portal, with two copies made.
func history(t *testing.T) *tab {
	p := open(t, size{1120, 1280})
	p.enter(seed.Ministry, holder(t, "ready"))
	for _, use := range [][3]string{{"入职", "", "示例第一工程局有限公司"}, {"投标", "示例市第一人民医院门诊楼施工", "示例市公共资源交易中心"}} {
		p.clickByName("证照加注")
		p.clickByName("用途与接收单位（选填）")
		p.fill("加注事由", use[0])
		if use[1] != "" {
			p.fill("事由说明", use[1])
		}
		p.fill("接收单位", use[2])
		p.clickByName("加注")
		p.waitForText("加注成功！")
		p.clickByName("完成")
		p.waitUntil(`document.querySelector(".copy.new")?.innerText.includes(` + quote(use[0]) + `)`)
	}
	js[bool](p, `document.activeElement.blur(), scrollTo(0, 0), true`)
	p.waitUntil(`[...document.querySelectorAll(".thumbnail img")].every(i => i.naturalWidth > 0)`)
	return p
}

// blocker is what is in the way, and the way out, on the national platform.
func blocker(t *testing.T) *tab {
	p := open(t, size{1120, 760})
	p.enter(seed.National, holder(t, "phone not bound"))
	js[bool](p, `document.activeElement.blur(), true`)
	return p
}

// scan is the QR dialog in a small window, in the dark.
func scan(t *testing.T) *tab {
	p := open(t, phoneSize)
	p.setColorScheme("dark")
	p.logIn(seed.Ministry, holder(t, "ready"), "/certificates")
	p.code()
	return p
}

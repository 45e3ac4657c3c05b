package browser

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

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
		p := show(t)
		data, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// history is 电子证照管理 on the ministry's portal, with two copies made.
func history(t *testing.T) *tab {
	p := open(t, size{1120, 880})
	p.enter(seed.Ministry, holder(t, "ready"))
	for _, use := range [][3]string{{"入职", "", "示例第一工程局有限公司"}, {"投标", "示例市第一人民医院门诊楼施工", "示例市公共资源交易中心"}} {
		p.clickByName("证照加注")
		p.fill("加注事由", use[0])
		if use[1] != "" {
			p.fill("事由说明", use[1])
		}
		p.fill("接收单位", use[2])
		p.clickByName("加注")
		p.waitForText("加注成功!")
		p.clickByName("完成")
		p.waitUntil(`document.querySelector(".copy.new")?.innerText.includes(` + quote(use[0]) + `)`)
	}
	js[bool](p, `document.activeElement.blur(), scrollTo(0, 0), true`)
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

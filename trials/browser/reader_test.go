package browser

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// heard is what a screen reader says of one part of a page.
type heard struct {
	role, name string
	level      int // of a heading
}

// read returns the page as a screen reader goes through it; of a page behind a dialog, the dialog.
func (p *tab) read() []heard {
	p.Helper()
	var tree []*accessibility.Node
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		got, err := cdp.Call(ctx, at, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		tree = got.Nodes
		return err
	})
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range tree {
		nodes[n.NodeID] = n
	}
	var all []heard
	var walk func(n *accessibility.Node)
	walk = func(n *accessibility.Node) {
		if !n.Ignored {
			h := heard{role: text(n.Role), name: strings.TrimSpace(text(n.Name))}
			for _, property := range n.Properties {
				if property.Name == "level" {
					_ = json.Unmarshal(property.Value.Value, &h.level)
				}
			}
			all = append(all, h)
		}
		for _, id := range n.ChildIDs {
			if child := nodes[id]; child != nil {
				walk(child)
			}
		}
	}
	walk(tree[0])
	return all
}

// text is the string of a node's value.
func text(v *accessibility.Value) string {
	var s string
	if v != nil {
		_ = json.Unmarshal(v.Value, &s) // "" where it is no string
	}
	return s
}

// named are the roles that say nothing without a name.
var named = []string{"button", "link", "textbox", "combobox", "checkbox", "Date", "image", "dialog", "navigation", "heading", "search", "DisclosureTriangle", "progressbar", "table"}

// checkReading checks what a screen reader says: everything that can be used has a name, the page has one
// main part, and its headings leave no level out.
func (p *tab) checkReading(where string) {
	p.Helper()
	all := p.read()
	mains, level := 0, 0
	modal := slices.ContainsFunc(all, func(h heard) bool { return h.role == "dialog" })
	for _, h := range all {
		if slices.Contains(named, h.role) && h.name == "" {
			p.Errorf("%s: a %s has no name, after %v", where, h.role, before(all, h))
		}
		switch h.role {
		case "main":
			mains++
		case "banner":
			if modal {
				p.Errorf("%s: the dialog has a head of the page", where)
			}
		case "heading":
			if h.level > level+1 && !modal {
				p.Errorf("%s: the heading %q is of level %d, after one of level %d", where, h.name, h.level, level)
			}
			level = h.level
		}
	}
	if mains != 1 && !modal {
		p.Errorf("%s: %d main parts", where, mains)
	}
}

// before are the last things that were said before.
func before(all []heard, h heard) []heard {
	i := slices.Index(all, h)
	return all[max(0, i-4):i]
}

// readsInOrder checks that a screen reader comes to these names in this order.
func (p *tab) readsInOrder(where string, names ...string) {
	p.Helper()
	all := p.read()
	for _, name := range names {
		i := slices.IndexFunc(all, func(h heard) bool { return strings.Contains(h.name, name) })
		if i < 0 {
			p.Errorf("%s: %s does not come, or comes too early in %v", where, name, p.read())
			return
		}
		all = all[i+1:]
	}
}

// TestAScreenReaderComesToEverythingInItsOrder follows the way of the manual as it is read aloud.
func TestAScreenReaderComesToEverythingInItsOrder(t *testing.T) {
	t.Parallel()
	for portal, s := range map[string]size{seed.Ministry: desktopSize, seed.National: phoneSize} {
		h := newHolder(t, endOneSpecialtySoon)
		p := open(t, s)
		p.visit("/" + portal + "/login")
		p.readsInOrder("log-in", "跳到正文", "适老版", "English", "登录", "用户名", "密码", "登录", "选择门户")
		p.logIn(portal, h, "/certificates")
		if portal == seed.National {
			p.clickByName("查看详情")
		}
		p.code()
		p.readsInOrder("identification", "APP", "输入这两位数字", "等待扫码", "剩余")
		p.identify(h)
		if portal == seed.National {
			p.clickByName("证照加注服务")
		}
		p.waitUntil(`document.getElementById("endorse")`)
		p.waitUntilSettled()
		p.readsInOrder("management", "当前位置", "一级建造师注册证书", "证照加注", "注册专业", "还有", "聘用企业", "提示：自2021年2月1日起", "加注历史记录", "开始日期", "结束日期", "查询", "还没有加注记录", "核验记录")
		p.clickByName("证照加注")
		p.waitForText("使用有效期截止日期")
		p.readsInOrder("endorsing", "中华人民共和国一级建造师注册证书", "关闭", "使用有效期截止日期", "最晚", "注意：", "用途与接收单位（选填）", "取消", "加注")
		p.clickByName("加注")
		p.waitForText("加注成功！")
		p.readsInOrder("success", "加注成功！", "加注时间", "使用有效期截止日期", "预览", "pdf下载", "OFD下载", "完成")
		p.clickByName("完成")
		p.waitUntil(`document.querySelector(".copy.new")`)
		p.readsInOrder("history", "加注历史记录", "一级建造师注册证书", "有效", "预览", "pdf下载", "OFD下载", "加注时间", "截止日期", "核验此件", "授权查看", "撤回")
	}
}

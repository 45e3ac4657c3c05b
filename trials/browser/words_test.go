package browser

import (
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
)

// What is refused of the holder's words is said at the field they stand in, by name.
func TestTheHolderReadsWhichOfTheirWordsAreTheFaces(t *testing.T) {
	t.Parallel()
	p := open(t, pocket)
	p.enter(seed.Ministry, holder(t, "ready"))
	p.press("证照加注")
	p.sees("以“持证人声明”印在证照上")
	p.fill("加注事由", "投标")
	p.fill("事由说明", "姓·名：李四")
	p.fill("接收单位", "任何单位（使用有效期：2036年05月28日）")
	p.press("加注")
	p.sees("不能含有“姓名”或与其形似的文字")
	p.sees("不能含有“使用有效期”或与其形似的文字")
	p.snap("words-refused-390")
	p.fill("事由说明", "某某大厦  一期")
	p.fill("接收单位", "任何单位")
	p.press("加注")
	p.sees("加注成功!")
	p.sees("「某某大厦 一期」")
	p.press("完成")
	p.until(`document.querySelector(".copy.new")?.innerText.includes("投标 「某某大厦 一期」")`)
	p.until(`document.querySelector(".copy.new").innerText.includes("「任何单位」")`)
	p.until(`document.querySelector(".copy.new").innerText.includes("实名认证应用\napp.gjzwfw.gov.cn")`)
}

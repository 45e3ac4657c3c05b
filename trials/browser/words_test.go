package browser

import (
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
)

// Words of the holder that are refused are named at their field.
func TestTheHolderReadsWhichOfTheirWordsAreTheFaces(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.enter(seed.Ministry, holder(t, "ready"))
	p.clickByName("证照加注")
	p.clickByName("用途与接收单位（选填）")
	p.waitForText("以“持证人声明”印在证照上")
	p.fill("加注事由", "投标")
	p.fill("事由说明", "姓·名：李四")
	p.fill("接收单位", "任何单位（使用有效期：2036年05月28日）")
	p.clickByName("加注")
	p.waitForText("不能含有“姓名”或与其形似的文字")
	p.waitForText("不能含有“使用有效期”或与其形似的文字")
	p.snap("words-refused-390")
	p.fill("事由说明", "某某大厦  一期")
	p.fill("接收单位", "任何单位")
	p.clickByName("加注")
	p.waitForText("加注成功！")
	p.waitForText("「某某大厦 一期」")
	p.clickByName("完成")
	p.waitUntil(`document.querySelector(".copy.new")?.innerText.includes("投标 「某某大厦 一期」")`)
	p.waitUntil(`document.querySelector(".copy.new").innerText.includes("「任何单位」")`)
	p.waitUntil(`document.querySelector(".copy.new").innerText.includes("实名认证应用\napp.gjzwfw.gov.cn")`)
}

// A pasted text is not cut for the blanks around it, and what does not show is left out.
func TestAPastedTextIsNotCutForTheBlanksAroundIt(t *testing.T) {
	t.Parallel()
	p := open(t, phoneSize)
	p.visit("/" + seed.Ministry + "/login")
	for given, want := range map[string]string{
		`" ".repeat(70) + "zhangsan"`: "zhangsan", `"\u202a\ufeffzhangsan\u202c\r\n"`: "zhangsan", `"zhang\r\nsan"`: "zhang san", `"zhangsan"`: "",
	} {
		p.waitUntil(`(() => {
			const field = document.querySelector("[name=username]"), clipboardData = new DataTransfer();
			field.focus();
			field.value = "";
			clipboardData.setData("text/plain", ` + given + `);
			field.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
			return field.value === "` + want + `";
		})()`)
	}
}

package scan

import (
	"fmt"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Text says why a page was not searched.
func (why Why) Text() problem.Text {
	switch why {
	case ByTime:
		return problem.Text{ZH: "查找时间已到", EN: "the time was over"}
	case ByCodes:
		return problem.Text{ZH: "二维码过多", EN: "there are too many codes"}
	case ByPages:
		return problem.Text{ZH: "页数过多", EN: "there are too many pages"}
	case BySize:
		return problem.Text{ZH: "图片过大", EN: "a picture is too large"}
	case ByFormat:
		return problem.Text{ZH: "图片的压缩方式不能读取", EN: "a picture is compressed in a way that is not read"}
	case ByLock:
		return problem.Text{ZH: "文件已加密", EN: "the file is encrypted"}
	case ByContent:
		return problem.Text{ZH: "页面内容过于复杂", EN: "the page draws too much"}
	default:
		return problem.Text{ZH: "内容已损坏", EN: "it is damaged"}
	}
}

// DescribeHost says where a code's address leads, "" for one of this service.
func DescribeHost(host string) problem.Text {
	switch host {
	case "":
		return problem.Text{}
	case Elsewhere:
		return problem.Text{ZH: "（二维码另有其他内容，请勿用手机扫描）", EN: " (the code has other content: do not scan it with a phone)"}
	}
	return problem.Text{ZH: "（二维码指向 " + host + "）", EN: " (the code leads to " + host + ")"}
}

// DescribeSeveral says how many codes have several tokens, "" for none.
func DescribeSeveral(n int) problem.Text {
	if n == 0 {
		return problem.Text{}
	}
	return problem.Text{
		ZH: fmt.Sprintf("有 %d 个二维码各含本平台的多个二维码内容，未作判断。", n),
		EN: fmt.Sprintf("%d codes have the content of several codes of this service each, and were not judged.", n),
	}
}

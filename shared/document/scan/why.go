package scan

import "github.com/jiazhu/jiazhu/shared/domain/problem"

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

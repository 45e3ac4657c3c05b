package archive

import "github.com/jiazhu/jiazhu/shared/domain/problem"

// Text says why an entry is not read, and what to do.
func (r Refusal) Text() problem.Text {
	switch r {
	case PathTwice:
		return problem.Text{ZH: "压缩包内有两个同名文件，无法确定所指的是哪一个；请改名后重新压缩", EN: "two files of the archive have this path: rename one and pack again"}
	case PathLeads:
		return problem.Text{ZH: "文件在压缩包内的路径指向压缩包之外，或不是路径，未予读取", EN: "the path leads out of the archive, or is none: not read"}
	case Link:
		return problem.Text{ZH: "这一项是链接而不是文件，未予读取；请提供文件本身", EN: "a link and no file: not read; give the file itself"}
	case Encrypted:
		return problem.Text{ZH: "文件已加密，无法读取；请去除压缩包的密码", EN: "encrypted: pack without a password"}
	case Method:
		return problem.Text{ZH: "压缩方法不受支持，请用普通ZIP方式重新压缩", EN: "this compression is not read: pack as an ordinary ZIP"}
	case TooLarge:
		return problem.Text{ZH: "文件过大，或压缩包内的文件合计过大，未予读取", EN: "the file, or all of the archive together, is too large: not read"}
	case Bomb:
		return problem.Text{ZH: "文件的压缩比异常，未予读取", EN: "it inflates to far more than a file does: not read"}
	case Overlaps:
		return problem.Text{ZH: "文件的内容与压缩包内另一文件重叠，未予读取", EN: "its bytes are those of another entry, too: not read"}
	case Damaged:
		return problem.Text{ZH: "文件在压缩包内已损坏，无法读取；请重新压缩", EN: "damaged in the archive: pack again"}
	case Differs:
		return problem.Text{ZH: "压缩包内两处记载的文件名或压缩方式不一致，未予读取；请重新压缩", EN: "the archive names or describes the file twice, and not alike: not read; pack again"}
	case Directory:
		return problem.Text{ZH: "这一项是文件夹，却带有内容，未予读取", EN: "a directory that has content: not read"}
	case Stray:
		return problem.Text{ZH: "压缩包内夹有不属于任何文件的内容，未予读取；请重新压缩", EN: "the archive has bytes that are of no file in it: not read; pack again"}
	case TooMany:
		return problem.Text{ZH: "压缩包超过2000个文件或512 MiB，未予读取；请分成几个", EN: "the archive has more than 2000 files or 512 MiB: not read; divide it"}
	}
	return problem.Text{}
}

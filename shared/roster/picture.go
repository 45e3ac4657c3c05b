package roster

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
)

// Pictures is a directory of photos or signatures.
type Pictures struct {
	files fs.FS
	stems map[string][]string // the paths of files by their whole name without its end
	parts map[string][]string // by each part of the name, which may be a number beside other words
	names map[string][]string // by the file's whole name
	used  map[string]int      // the line that uses a picture
	Count int
}

// pictureEnds are the ends of the names of pictures.
var pictureEnds = []string{".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".webp"}

// ListPictures reads the names of a directory's pictures, and of those below it.
func ListPictures(files fs.FS) (*Pictures, error) {
	var names []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && isSystemName(entry.Name()):
			return fs.SkipDir
		case !entry.IsDir():
			names = append(names, name)
		}
		return nil
	})
	return NewPictures(files, names), err
}

// NewPictures returns the pictures among files of these names, which are paths below one directory.
func NewPictures(files fs.FS, names []string) *Pictures {
	p := &Pictures{files: files, stems: map[string][]string{}, parts: map[string][]string{}, names: map[string][]string{}, used: map[string]int{}}
	for _, name := range names {
		end := path.Ext(name)
		if !slices.Contains(pictureEnds, strings.ToLower(end)) || slices.ContainsFunc(strings.Split(name, "/"), isSystemName) {
			continue
		}
		p.Count++
		base := strings.TrimSuffix(path.Base(name), end)
		addPath(p.names, nameKey(path.Base(name)), name)
		addPath(p.stems, nameKey(base), name)
		for _, part := range listParts(base) {
			addPath(p.parts, part, name)
		}
	}
	return p
}

// listParts returns the keys of the parts of a file's name without its end.
func listParts(base string) (keys []string) {
	for _, part := range strings.FieldsFunc(norm.NFKC.String(base), isBetweenParts) {
		keys = append(keys, nameKey(part))
	}
	return keys
}

// isSystemName reports whether a file or directory is the operating system's.
func isSystemName(name string) bool { return strings.HasPrefix(name, ".") || name == "__MACOSX" }

func addPath(to map[string][]string, key, name string) {
	if key != "" && !slices.Contains(to[key], name) {
		to[key] = append(to[key], name)
	}
}

// isBetweenParts reports whether a character divides a file's name into parts: any but letters,
// digits and the dot of a name.
func isBetweenParts(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '·'
}

// nameKey returns a name or number as it is compared with a file's name.
func nameKey(text string) string { return strings.ToUpper(tidyCode(text)) }

// kindsOfPicture are words that stand after a name in a file's name.
var kindsOfPicture = []string{"免冠证件照", "证件照", "照片", "手写签名", "电子签名", "签名", "签字"}

// find returns the path of a line's picture, "" if there is none: the file that the line names,
// otherwise the one named by its number, by the number of its document, or by its holder's name where
// no other line has the name.
func (p *Pictures) find(c *Entry, named string, sameName int) (string, *Mistake) {
	if named != "" {
		found := slices.Concat(p.names[nameKey(path.Base(strings.ReplaceAll(named, `\`, "/")))], p.stems[nameKey(named)])
		slices.Sort(found)
		if found = slices.Compact(found); len(found) == 0 {
			return "", &Mistake{Found: named, Reason: "目录中没有这个图像文件"}
		}
		return p.takeOnly(c.Line, found, named)
	}
	for _, number := range []string{c.Row.Number, c.Row.Holder.IDNo} {
		key := nameKey(number)
		if found := p.stems[key]; key != "" && len(found) > 0 {
			return p.takeOnly(c.Line, found, "")
		}
		if found := p.parts[key]; key != "" && len(found) > 0 {
			return p.takeOnly(c.Line, found, "")
		}
	}
	found := slices.Clone(p.stems[nameKey(c.Row.Holder.Name)])
	for _, kind := range kindsOfPicture {
		found = append(found, p.stems[nameKey(c.Row.Holder.Name)+kind]...)
	}
	if c.Row.Holder.Name == "" || len(found) == 0 {
		return "", nil
	}
	if sameName > 1 {
		return "", &Mistake{Reason: fmt.Sprintf("图像 %s 以姓名命名，而表中有 %d 行是这个姓名，不能确定是谁的", found[0], sameName), Advice: "以注册编号命名图像文件"}
	}
	return p.takeOnly(c.Line, found, "")
}

func (p *Pictures) takeOnly(line int, found []string, named string) (string, *Mistake) {
	if len(found) > 1 {
		return "", &Mistake{Found: named, Reason: fmt.Sprintf("有 %d 个图像文件都可能是：%s", len(found), strings.Join(found[:min(len(found), 3)], "、")), Advice: "只留一个，或在表中写明文件名"}
	}
	if other := p.used[found[0]]; other != 0 && other != line {
		return "", &Mistake{Found: named, Reason: fmt.Sprintf("图像 %s 已是第 %d 行的", found[0], other), Advice: "一个人一个图像文件：改正文件名或该列"}
	}
	p.used[found[0]] = line
	return found[0], nil
}

// ListUnused returns the pictures that no line used.
func (p *Pictures) ListUnused() (unused []string) {
	for _, names := range p.stems {
		for _, name := range names {
			if p.used[name] == 0 {
				unused = append(unused, name)
			}
		}
	}
	slices.Sort(unused)
	return unused
}

// maxPictureFile is the largest file of a picture that is read, in bytes.
const maxPictureFile = 40 << 20

// NamesPicture reports whether a line names the file of a picture.
func (r *Roster) NamesPicture(row sheet.Row, field string) bool {
	return strings.TrimSpace(r.text(row, field)) != ""
}

// Add finds and fits the line's picture for a field of the row, and returns it with what was done to
// it: "" for an unchanged one.
func (p *Pictures) Add(r *Roster, e *Entry, row sheet.Row, field string, fit func([]byte) ([]byte, string, error)) (picture []byte, change string) {
	name, mistake := p.find(e, strings.TrimSpace(r.text(row, field)), len(r.names[nameKey(e.Row.Holder.Name)]))
	if mistake == nil && name == "" {
		return nil, ""
	}
	if mistake == nil {
		mistake = r.checkFileName(e, name)
	}
	if mistake == nil {
		picture, change, mistake = p.read(name, fit)
		if e.Pictures == nil {
			e.Pictures = map[string]Picture{}
		}
		e.Pictures[field] = Picture{name, change}
	}
	if mistake != nil {
		mistake.Field = field
		e.Mistakes = append(e.Mistakes, *mistake)
		return nil, ""
	}
	return picture, change
}

// residentNumber is a number of a resident's ID card, as a part of a file's name.
var residentNumber = regexp.MustCompile(`^[0-9]{17}[0-9X]$`)

// checkFileName refuses a picture whose file's name has the name or a number of another line's holder
// beside those of this line: whose picture it is cannot be told.
func (r *Roster) checkFileName(e *Entry, name string) *Mistake {
	own := map[string]bool{nameKey(e.Row.Holder.Name): true, nameKey(e.Row.Holder.IDNo): true}
	for _, part := range listParts(strings.TrimSuffix(path.Base(name), path.Ext(name))) {
		for _, kind := range kindsOfPicture {
			part = strings.TrimSuffix(part, kind)
		}
		lines := slices.Concat(r.numbers[r.canonical(part)], r.documents[part], r.names[part])
		isOther := len(lines) > 0 || residentNumber.MatchString(part)
		if part == "" || own[part] || slices.Contains(lines, e.Line) || !isOther {
			continue
		}
		whose := "不是该行的证件号码"
		if len(lines) > 0 {
			whose = fmt.Sprintf("属于第 %d 行", lines[0])
		}
		return &Mistake{Found: name, Reason: fmt.Sprintf("文件名中的“%s”%s，不能确定是谁的图像", part, whose), Advice: "核对图像是谁的，改正文件名：姓名、编号、证件号码须属于同一行"}
	}
	return nil
}

func (p *Pictures) read(name string, fit func([]byte) ([]byte, string, error)) ([]byte, string, *Mistake) {
	info, err := fs.Stat(p.files, name) // which fails for a link out of the directory
	if err != nil || !info.Mode().IsRegular() {
		return nil, "", &Mistake{Found: name, Reason: "不是目录中的普通文件（是指向目录之外的链接、管道或设备），或无权读取", Advice: "将图像文件本身放入目录，检查读取权限"}
	}
	if info.Size() > maxPictureFile {
		return nil, "", &Mistake{Found: name, Reason: fmt.Sprintf("图像文件超过 %d MB", maxPictureFile>>20), Advice: "另存为普通 JPEG 后重试"}
	}
	data, err := fs.ReadFile(p.files, name)
	if err != nil {
		return nil, "", &Mistake{Found: name, Reason: "图像文件无法读取", Advice: "检查文件与读取权限"}
	}
	fitted, change, err := fit(data)
	if err != nil {
		return nil, "", &Mistake{Found: name, Reason: err.Error(), Advice: "另存为普通（RGB）JPEG 后重试"}
	}
	return fitted, change, nil
}

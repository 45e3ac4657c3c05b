package roster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
)

func listNames(t *testing.T, names ...string) *Pictures {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range names {
		files[name] = &fstest.MapFile{Data: []byte(name)}
	}
	p, err := ListPictures(files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPictureIsFoundByNumberOrName(t *testing.T) {
	const number, id = "京1112019202000999", "11010119850505002X"
	for _, test := range []struct {
		name     string
		files    []string
		named    string
		sameName int
		want     string // the path, or a part of the reason
	}{
		{"the number", []string{number + ".jpg", "李示例.jpg"}, "", 1, number + ".jpg"},
		{"the number among words", []string{"照片/李示例-" + number + ".PNG"}, "", 1, "照片/李示例-" + number + ".PNG"},
		{"the number of the document", []string{"李示例_11010119850505002x.jpg"}, "", 2, "李示例_11010119850505002x.jpg"},
		{"full width", []string{"１１０１０１１９８５０５０５００２Ｘ.jpg"}, "", 1, "１１０１０１１９８５０５０５００２Ｘ.jpg"},
		{"the name", []string{"李示例.jpeg"}, "", 1, "李示例.jpeg"},
		{"the name and what it is", []string{"李示例 照片.bmp"}, "", 1, "李示例 照片.bmp"},
		{"a file that the line names", []string{"a1.jpg", number + ".jpg"}, "a1.jpg", 1, "a1.jpg"},
		{"one that it names without its end", []string{"a1.jpg"}, "a1", 1, "a1.jpg"},
		{"one that it names by a path", []string{"x/a1.jpg"}, `C:\照片\a1.jpg`, 1, "x/a1.jpg"},
		{"none", []string{"王示例.jpg", "李示例的.jpg", "李示例.docx", ".李示例.jpg"}, "", 1, ""},
		{"another person of the name", []string{"李示例_110101199001010016.jpg"}, "", 1, ""},
		{"a part of the number", []string{"京11120192020009991.jpg", "1112019202000999.jpg"}, "", 1, ""},
		{"a name of two", []string{"李示例.jpg"}, "", 2, "2 行是这个姓名"},
		{"two files of the number", []string{number + ".jpg", number + ".png"}, "", 1, "有 2 个图像文件"},
		{"two files of the name", []string{"李示例.jpg", "b/李示例.jpg"}, "", 1, "有 2 个图像文件"},
		{"two files that the line names", []string{"a/1.jpg", "b/1.jpg"}, "1.jpg", 1, "有 2 个图像文件"},
		{"a file that is not there", []string{number + ".jpg"}, "2.jpg", 1, "没有这个图像文件"},
	} {
		e := Entry{Row: client.ReportRow{Number: number, Holder: client.ReportedHolder{Name: "李示例", IDNo: id}}}
		got, mistake := listNames(t, test.files...).find(&e, test.named, test.sameName)
		if mistake != nil {
			got = mistake.Reason
		}
		if got != test.want && (mistake == nil || !strings.Contains(got, test.want)) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestAPictureIsOneLines(t *testing.T) {
	p := listNames(t, "1.jpg", "b/2.jpg", "3.txt")
	e := Entry{Line: 2, Row: client.ReportRow{Number: "1"}}
	if name, mistake := p.find(&e, "", 1); name != "1.jpg" || mistake != nil {
		t.Errorf("%q, %+v", name, mistake)
	}
	other := Entry{Line: 3, Row: client.ReportRow{Number: "2"}}
	if name, mistake := p.find(&other, "1.jpg", 1); name != "" || mistake == nil || !strings.Contains(mistake.Reason, "第 2 行") {
		t.Errorf("a picture of two lines: %q, %+v", name, mistake)
	}
	if unused := p.ListUnused(); p.Count != 2 || len(unused) != 1 || unused[0] != "b/2.jpg" {
		t.Errorf("%d, %q", p.Count, unused)
	}
}

// A picture whose file names one person and has the number of another may be of either.
func TestAFileNameIsOfOneLine(t *testing.T) {
	headings := []string{"注册编号", "姓名", "证件号码", "照片"}
	ids := []string{"110101198505050024", "110101198505050040", "110101198505050067"}
	table := func(named string) *Roster {
		return must.Get(openBytes(writeTable(t, headings, []string{"京1112019202000991", "李甲", ids[0], named}, []string{"京1112019202000992", "李乙", ids[1]},
			[]string{"京1112019202000993", "李丙", ids[2]}, []string{"京1112019202000994", "李丙", ids[0]}), loadSchemes(t), constructor))
	}
	for _, test := range []struct {
		file, named string
		want        string // a part of the first line's mistake, "" for none
	}{
		{"李甲-京1112019202000991.jpg", "", ""}, {"李甲_" + ids[0] + "_京1112019202000991.jpg", "", ""}, {"京1112019202000991（北京市）.jpg", "", ""}, {"李丁-京1112019202000991.jpg", "", ""},
		{"李甲照片-京1112019202000991.jpg", "", ""},
		{"李乙-京1112019202000991.jpg", "", "“李乙”属于第 3 行"}, {"李乙照片 京1112019202000991.jpg", "", "“李乙”属于第 3 行"}, {ids[0] + "-李乙.jpg", "", "“李乙”属于第 3 行"},
		{"京1112019202000991_" + ids[1] + ".jpg", "", "属于第 3 行"}, {"京１１１２０１９２０２０００９９２-京1112019202000991.jpg", "", "属于第 3 行"},
		{"京1112019202000991_11010119900307021X.jpg", "", "不是该行的证件号码"}, {"李丙-" + ids[0] + ".jpg", "", "“李丙”属于第 4 行"},
		{"李乙.jpg", "李乙.jpg", "“李乙”属于第 3 行"}, {"1.jpg", "1", ""},
	} {
		r, pictures := table(test.named), NewPictures(onePicture{fstest.MapFS{test.file: {}}, encodePicture(t, drawPicture(120, 160), "JPEG")}, []string{test.file})
		first := true
		must.Do(r.Read(func(row sheet.Row) error {
			if e := r.Convert(row); first {
				first, e.Mistakes = false, nil
				picture, _ := pictures.Add(r, &e, row, "/photo", FitPhoto)
				if (len(e.Mistakes) == 0) != (test.want == "") || len(e.Mistakes) > 0 && !strings.Contains(e.Mistakes[0].Reason, test.want) || (picture == nil) != (test.want != "") {
					t.Errorf("%s: %+v, %d bytes", test.file, e.Mistakes, len(picture))
				}
			}
			return nil
		}))
	}
}

// A pipe would be read for ever, and a link leads to files that were not given.
func TestOnlyFilesOfTheDirectoryAreRead(t *testing.T) {
	defer must.Fatal(t)
	directory, outside := t.TempDir(), filepath.Join(t.TempDir(), "other.jpg")
	data := encodePicture(t, drawPicture(120, 160), "JPEG")
	must.Do(os.WriteFile(outside, data, 0o600))
	must.Do(os.WriteFile(filepath.Join(directory, "a.jpg"), data, 0o600))
	must.Do(os.Symlink("a.jpg", filepath.Join(directory, "inside.jpg")))
	must.Do(os.Symlink(outside, filepath.Join(directory, "outside.jpg")))
	must.Do(syscall.Mkfifo(filepath.Join(directory, "pipe.jpg"), 0o600))
	pictures := must.Get(ListPictures(must.Get(os.OpenRoot(directory)).FS()))
	for name, isRead := range map[string]bool{"a.jpg": true, "inside.jpg": true, "outside.jpg": false, "pipe.jpg": false} {
		got, _, mistake := pictures.read(name, FitPhoto)
		if isRead != (mistake == nil) || isRead != bytes.Equal(got, data) || mistake != nil && !strings.Contains(mistake.Reason, "不是目录中的普通文件") {
			t.Errorf("%s: %d bytes, %+v", name, len(got), mistake)
		}
	}
}

// drawPicture draws a picture in which every detail is different.
func drawPicture(width, height int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, color.NRGBA{uint8(255 * x / width), uint8(255 * y / height), uint8((x*7919+y*104729)^(x*y)) % 32, 255})
		}
	}
	return m
}

func encodePicture(t *testing.T, m image.Image, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	err := map[string]func() error{
		"JPEG": func() error { return jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}) }, "PNG": func() error { return png.Encode(&b, m) },
		"BMP": func() error { return bmp.Encode(&b, m) }, "TIFF": func() error { return tiff.Encode(&b, m, nil) }, "GIF": func() error { return gif.Encode(&b, m, nil) },
	}[format]()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesAreConvertedAndFitted(t *testing.T) {
	for _, test := range []struct {
		format        string
		width, height int
		change        string
	}{
		{"JPEG", 120, 160, ""}, {"PNG", 40, 60, ""}, {"BMP", 295, 413, "converted from BMP"}, {"TIFF", 295, 413, "converted from TIFF"}, {"GIF", 200, 280, "converted from GIF"},
		{"JPEG", 1800, 2400, "made smaller"}, {"PNG", 600, 800, "made smaller"}, {"BMP", 1500, 2100, "converted from BMP"},
	} {
		data := encodePicture(t, drawPicture(test.width, test.height), test.format)
		got, change, err := FitPhoto(data)
		if err != nil || change != test.change || (change == "") != bytes.Equal(got, data) || len(got) > maxPicture {
			t.Errorf("%+v: %d bytes, %q, %v", test, len(got), change, err)
			continue
		}
		size, _, err := image.DecodeConfig(bytes.NewReader(got))
		if err != nil || size.Width > test.width || size.Height > maxPhotoSide || abs(size.Width*test.height-size.Height*test.width) > test.height {
			t.Errorf("%+v became %d by %d, %v", test, size.Width, size.Height, err)
		}
	}
	signature, change, err := FitSignature(encodePicture(t, drawPicture(2400, 900), "TIFF"))
	if err != nil || change != "converted from TIFF" || len(signature) > maxPicture {
		t.Errorf("%d bytes, %q, %v", len(signature), change, err)
	}
}

func abs(n int) int { return max(n, -n) }

// A picture on its side is turned as its file says before it is made smaller, because that mark is lost.
func TestAFittedPictureIsUpright(t *testing.T) {
	data := encodePicture(t, drawPicture(2400, 1800), "JPEG")
	exif := "\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"
	got, _, err := FitPhoto(append([]byte("\xff\xd8"+exif), data[2:]...))
	if err != nil {
		t.Fatal(err)
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(got))
	if err != nil || size.Width >= size.Height {
		t.Errorf("%d by %d, %v", size.Width, size.Height, err)
	}
}

func TestATransparentPictureIsFittedOnWhite(t *testing.T) {
	m := drawPicture(600, 800)
	for i := 0; i < len(m.Pix)/2; i += 4 {
		m.Pix[i+3] = 0
	}
	got, _, err := FitPhoto(encodePicture(t, m, "PNG"))
	if err != nil {
		t.Fatal(err)
	}
	fitted, _, err := image.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := fitted.At(5, 5).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("its ground is %d %d %d", r>>8, g>>8, b>>8)
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	huge := encodePicture(t, drawPicture(10, 10), "BMP")
	copy(huge[18:], []byte{0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0})
	for reason, data := range map[string][]byte{
		"不是可以识别": []byte("%PDF-1.7"), "已损坏": encodePicture(t, drawPicture(100, 100), "BMP")[:200], "过大": huge, "": nil,
	} {
		if _, _, err := FitPhoto(data); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %v", reason, err)
		}
	}
}

func FuzzFit(f *testing.F) {
	f.Add([]byte("BM"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8L"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, change, err := FitPhoto(data); err == nil && len(got) > maxPicture {
			t.Fatal(fmt.Sprint(len(got), " bytes, ", change))
		}
	})
}

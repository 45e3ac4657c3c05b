package roster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	scale "golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"github.com/jiazhu/jiazhu/shared/document/photo"
)

// What the service takes as a picture: shared/service/reporting refuses everything else.
const (
	maxPicture   = 50 << 10 // bytes
	maxPhotoSide = 1500
	maxSignSide  = 2000
)

// What is made of a picture that is too large. A photo is printed 25 mm by 35 mm; the first size is
// 600 dots to the inch there, the last one 300. Below that, and below the last quality, something that
// matters would be lost, and the picture is refused.
var (
	photoHeights = []int{1500, 826, 620, 413}
	signWidths   = []int{1600, 1000, 700, 500}
	qualities    = []int{92, 85, 75}
)

// maxPixels is the most pixels of a picture that is decoded.
const maxPixels = 60 << 20

// FitPhoto returns a photo (免冠证件照) as the service takes it, and says in English what was done to
// it: "" for one that is taken as it is. Other formats become JPEG, larger pictures smaller. Nothing is
// cut off, turned beside what the file itself says, or made larger.
func FitPhoto(data []byte) ([]byte, string, error) {
	return fit(data, maxPhotoSide, encodePhoto)
}

// FitSignature is FitPhoto for a signature (手写签名), which becomes PNG where that is small enough.
func FitSignature(data []byte) ([]byte, string, error) {
	return fit(data, maxSignSide, encodeSignature)
}

func fit(data []byte, maxSide int, encode func(image.Image) []byte) ([]byte, string, error) {
	form, size, err := readForm(data)
	if err != nil {
		return nil, "", err
	}
	isTaken := form.name == "JPEG" || form.name == "PNG"
	if isTaken && len(data) <= maxPicture && size.Width <= maxSide && size.Height <= maxSide {
		return data, "", nil
	}
	m, err := form.decodeUpright(data)
	if err != nil {
		return nil, "", errDamaged
	}
	if m.ColorModel() == color.CMYKModel {
		return nil, "", errors.New("图像为 CMYK，转换会改变颜色，须为 RGB")
	}
	fitted := encode(m)
	if fitted == nil {
		return nil, "", fmt.Errorf("%s 图像无法在不损失清晰度的前提下压缩到 %d KB 以内", form.name, maxPicture>>10)
	}
	if !isTaken {
		return fitted, "converted from " + form.name, nil
	}
	return fitted, "made smaller", nil
}

// form is a format of pictures.
type form struct {
	name, start string
	config      func([]byte) (image.Config, error)
	decode      func([]byte) (image.Image, error)
}

func listForms() []form {
	return []form{
		{"JPEG", "\xff\xd8", on(jpeg.DecodeConfig), on(jpeg.Decode)},
		{"PNG", "\x89PNG", on(png.DecodeConfig), on(png.Decode)},
		{"BMP", "BM", on(bmp.DecodeConfig), on(bmp.Decode)},
		{"GIF", "GIF8", on(gif.DecodeConfig), on(gif.Decode)},
		{"TIFF", "II*\x00", on(tiff.DecodeConfig), on(tiff.Decode)},
		{"TIFF", "MM\x00*", on(tiff.DecodeConfig), on(tiff.Decode)},
		{"WebP", "RIFF", on(webp.DecodeConfig), on(webp.Decode)},
	}
}

// readForm returns a picture's format and size.
func readForm(data []byte) (form, image.Config, error) {
	for _, f := range listForms() {
		if !bytes.HasPrefix(data, []byte(f.start)) {
			continue
		}
		size, err := f.config(data)
		switch {
		case err != nil:
			return f, size, errDamaged
		case size.Width < 1 || size.Height < 1 || size.Width > maxPixels/size.Height:
			return f, size, fmt.Errorf("图像为 %d×%d 像素，过大", size.Width, size.Height)
		}
		return f, size, nil
	}
	return form{}, image.Config{}, errors.New("不是可以识别的图像（JPEG、PNG、BMP、TIFF、GIF、WebP）")
}

// decodeUpright returns the picture upright, as its Exif data say.
func (f form) decodeUpright(data []byte) (image.Image, error) {
	if photo.ReadOrientation(data) != 1 {
		upright, err := photo.Rebuild(data)
		if err != nil {
			return nil, err
		}
		data = upright
	}
	return f.decode(data)
}

var errDamaged = errors.New("图像文件已损坏，无法读取")

// on makes a decoder of bytes from one of a reader.
func on[T any](decode func(io.Reader) (T, error)) func([]byte) (T, error) {
	return func(data []byte) (T, error) { return decode(bytes.NewReader(data)) }
}

// encodePhoto returns the picture as a JPEG that is small enough, nil if none is.
func encodePhoto(m image.Image) []byte {
	for _, height := range photoHeights {
		if small := shrink(m, m.Bounds().Dx()*height/m.Bounds().Dy(), height); small != nil {
			if data := encodeJPEG(small); data != nil {
				return data
			}
		}
	}
	return nil
}

// encodeSignature returns the picture as a PNG or a JPEG that is small enough, nil if none is.
func encodeSignature(m image.Image) []byte {
	for _, width := range signWidths {
		small := shrink(m, width, m.Bounds().Dy()*width/m.Bounds().Dx())
		if small == nil {
			continue
		}
		var b bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&b, small); err == nil && b.Len() <= maxPicture {
			return b.Bytes()
		}
		if data := encodeJPEG(small); data != nil {
			return data
		}
	}
	return nil
}

func encodeJPEG(m image.Image) []byte {
	for _, quality := range qualities {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err == nil && b.Len() <= maxPicture {
			return b.Bytes()
		}
	}
	return nil
}

// shrink returns the picture on white, in this size, or in its own where that is smaller; nil for a
// size that is too narrow to be seen.
func shrink(m image.Image, width, height int) image.Image {
	own := m.Bounds()
	if width >= own.Dx() || height >= own.Dy() {
		width, height = own.Dx(), own.Dy()
	}
	if width < 1 || height < 1 {
		return nil
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	scale.CatmullRom.Scale(out, out.Rect, m, own, draw.Over, nil)
	return out
}

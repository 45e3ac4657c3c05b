package reporting

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"github.com/jiazhu/jiazhu/shared/document/photo"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// longestPicture is the size limit of the ministry's interface for its electronic certificates, in
// bytes.
const longestPicture = 50 << 10

// maxScans is the most scans of a progressive JPEG; real ones have about ten. A scan can be a few
// bytes long, but costs a pass over every pixel.
const maxScans = 40

// pictureRules bound a picture's sides, in pixels.
type pictureRules struct {
	narrowest, lowest int
	longest           int
	upright           bool
	leastInk          float64 // part of the picture that differs from its ground
}

// photoRules are for the 免冠证件照, one inch at 200 to 300 dpi and upright.
func photoRules() pictureRules {
	return pictureRules{narrowest: 100, lowest: 130, longest: 1500, upright: true, leastInk: 0.05}
}

// signatureRules are for the 手写签名, a line of handwriting.
func signatureRules() pictureRules {
	return pictureRules{narrowest: 60, lowest: 20, longest: 2000, leastInk: 0.0005}
}

// checkPicture checks that data is a complete JPEG or PNG that can be drawn, whatever its stated
// type. It returns and describes what is stored: the rebuilt picture, never the reported bytes.
// Empty data is not checked.
func checkPicture(field string, data []byte, rules pictureRules, errs []certificate.FieldError) ([]byte, *certificate.Image, []certificate.FieldError) {
	if data == nil {
		return nil, nil, errs
	}
	mime, wrong := rules.checkImage(data)
	if wrong != nil {
		wrong.Field = field
		return nil, nil, append(errs, *wrong)
	}
	kept, wrong := rebuild(data)
	if wrong != nil {
		wrong.Field = field
		return nil, nil, append(errs, *wrong)
	}
	sum := sha256.Sum256(kept)
	return kept, &certificate.Image{SHA256: hex.EncodeToString(sum[:]), MIME: mime, Bytes: len(kept)}, errs
}

func rebuild(data []byte) ([]byte, *certificate.FieldError) {
	kept, err := photo.Rebuild(data)
	switch {
	case err != nil:
		return nil, damagedError()
	case len(kept) > longestPicture:
		return nil, pictureError("image.bytes", "图像重新编码后超过 50 KB，请缩小尺寸或另存为普通 JPEG 后重新上报。",
			"Coded anew, the picture has more than 50 KB; make it smaller or save it as an ordinary JPEG, and report it again.")
	}
	return kept, nil
}

func damagedError() *certificate.FieldError {
	return pictureError("image.damaged", "图像不完整，无法读取，请另存为普通 JPEG 或 PNG 后重新上报。",
		"The picture is damaged and cannot be read; save it as an ordinary JPEG or PNG and report it again.")
}

func (p pictureRules) checkImage(data []byte) (mime string, wrong *certificate.FieldError) {
	if len(data) > longestPicture {
		return "", pictureError("image.bytes",
			fmt.Sprintf("图像为 %d KB，不得超过 50 KB，请缩小后重新上报。", (len(data)+1023)>>10),
			fmt.Sprintf("The picture has %d KB, and may have at most 50 KB; make it smaller and report it again.", (len(data)+1023)>>10))
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "jpeg" && format != "png" {
		return "", pictureError("image.format", "只接受 JPEG 或 PNG 图像，请另存为其中一种后重新上报。", "The picture has to be JPEG or PNG; save it as one of them and report it again.")
	}
	if config.ColorModel == color.CMYKModel {
		return "", pictureError("image.colour", "图像须为 RGB 或灰度，不接受 CMYK，请另存为 RGB 后重新上报。", "The picture has to be in RGB or grey, not CMYK; save it in RGB and report it again.")
	}
	width, height := config.Width, config.Height
	if photo.IsTurned(photo.ReadOrientation(data)) {
		width, height = height, width
	}
	if wrong := p.checkSides(width, height); wrong != nil {
		return "", wrong
	}
	if format == "jpeg" && bytes.Count(data, []byte{0xFF, 0xDA}) > maxScans {
		return "", pictureError("image.scans", "图像的扫描层次过多，请另存为普通 JPEG。", "The picture is built up in too many passes; save it as an ordinary JPEG.")
	}
	decode := map[string]func(*bytes.Reader) (image.Image, error){
		"jpeg": func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) },
		"png":  func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) },
	}[format]
	m, err := decode(bytes.NewReader(data))
	if err != nil {
		return "", damagedError()
	}
	if wrong := p.checkInk(m); wrong != nil {
		return "", wrong
	}
	return "image/" + format, nil
}

// checkInk refuses a picture that shows nothing, or next to nothing.
func (p pictureRules) checkInk(m image.Image) *certificate.FieldError {
	dots, ok := m.(image.RGBA64Image) // of every decoder
	if !ok {
		return damagedError()
	}
	ink := photo.MeasureInk(dots)
	if ink >= p.leastInk {
		return nil
	}
	return pictureError("image.blank",
		fmt.Sprintf("图像空白或近乎空白：与底色可辨的点只占 %.2f%%，至少应占 %.2f%%。请核对文件并重新采集后上报。", 100*ink, 100*p.leastInk),
		fmt.Sprintf("The picture is blank, or nearly so: %.2f %% of it can be told from its ground, and at least %.2f %% has to be. Check the file, take the picture again and report it.", 100*ink, 100*p.leastInk))
}

// checkSides runs before a picture is decoded, so that 50 KB cannot become gigabytes.
func (p pictureRules) checkSides(width, height int) *certificate.FieldError {
	switch {
	case width < p.narrowest || height < p.lowest:
		return pictureError("image.small",
			fmt.Sprintf("图像为 %d×%d 像素，印出后无法辨认；至少应为 %d×%d 像素。", width, height, p.narrowest, p.lowest),
			fmt.Sprintf("The picture has %d by %d pixels, too few to be recognised in print; it needs at least %d by %d.", width, height, p.narrowest, p.lowest))
	case width > p.longest || height > p.longest:
		return pictureError("image.large",
			fmt.Sprintf("图像为 %d×%d 像素，每边不得超过 %d 像素，请缩小后重新上报。", width, height, p.longest),
			fmt.Sprintf("The picture has %d by %d pixels, and a side may have at most %d; make it smaller and report it again.", width, height, p.longest))
	case p.upright && width >= height:
		return pictureError("image.upright",
			fmt.Sprintf("证件照须为竖幅，该图像显示为 %d×%d 像素的横幅或方形，请旋转或裁剪后重新上报。", width, height),
			fmt.Sprintf("An identity photo is upright, and this one is shown %d pixels wide and %d high; turn or crop it and report it again.", width, height))
	}
	return nil
}

func pictureError(rule, zh, en string) *certificate.FieldError {
	return &certificate.FieldError{Rule: rule, Detail: problem.Text{ZH: zh, EN: en}}
}

package main

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
)

// codes reads the QR code of each rendered page with two readers and compares it with
// the address in the attached data.
func (j *judge) codes(ctx context.Context, ending, pictures, dataEnding string, zbar, zxing manifest.Tool) []outcome {
	files := j.filesFor(zbar, ending)
	var paths []string
	for _, file := range files {
		paths = append(paths, j.resultFile(file, pictures))
	}
	seen := zbarimg(ctx, paths)
	var all []outcome
	for i, file := range files {
		wanted, problem := "", ""
		if c, err := readCopy(j.resultFile(file, dataEnding)); err == nil {
			wanted = c.QR
		} else {
			problem = j.readFailure(file, err)
		}
		for tool, got := range map[manifest.Tool]string{zbar: seen[paths[i]], zxing: scanFile(paths[i])} {
			all = append(all, j.outcomeOf(tool, code, file, cmp.Or(problem, codeMismatch(got, wanted))))
		}
	}
	return all
}

func codeMismatch(got, wanted string) string {
	if got == wanted {
		return ""
	}
	return fmt.Sprintf("the code says %.60q, the data %.60q", got, wanted)
}

// zbarimg reads the codes of all pictures in one process and returns them by path.
func zbarimg(ctx context.Context, paths []string) map[string]string {
	out := lines(ctx, "zbarimg", append([]string{"-q", "--xml", "-Sdisable", "-Sqrcode.enable"}, paths...)...)
	var found struct {
		Sources []struct {
			Href    string   `xml:"href,attr"`
			Symbols []string `xml:"index>symbol>data"`
		} `xml:"source"`
	}
	must.Do(xml.Unmarshal([]byte(strings.Join(out, "\n")), &found))
	seen := map[string]string{}
	for _, s := range found.Sources {
		seen[s.Href] = strings.Join(s.Symbols, " and ")
	}
	return seen
}

// scanFile returns the text that gozxing reads, or its error. It tries the page in a
// few sizes, as a phone sees many frames of a code: at some sizes gozxing mistakes a
// part of the pattern for a corner.
func scanFile(path string) string {
	in, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer in.Close()
	picture, err := png.Decode(in)
	if err != nil {
		return err.Error()
	}
	for _, size := range []float64{1, .75, .6, .5} {
		var text string
		if text, err = scan(resizePicture(picture, size)); err == nil {
			return text
		}
	}
	return err.Error()
}

// scan tries both binarizers of gozxing.
func scan(picture image.Image) (string, error) {
	everyLine := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true} // the code is small on the page
	source := gozxing.NewLuminanceSourceFromImage(picture)
	var errs []error
	for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
		bitmap, err := gozxing.NewBinaryBitmap(binarizer)
		if err == nil {
			var read *gozxing.Result
			if read, err = qrcode.NewQRCodeReader().Decode(bitmap, everyLine); err == nil {
				return read.GetText(), nil
			}
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}

// resizePicture returns a picture at a fraction of its size, in grey.
func resizePicture(picture image.Image, size float64) image.Image {
	if size == 1 {
		return picture
	}
	from := picture.Bounds()
	small := image.NewGray(image.Rect(0, 0, int(float64(from.Dx())*size), int(float64(from.Dy())*size)))
	for i := range small.Pix {
		x, y := i%small.Stride, i/small.Stride
		small.Set(x, y, picture.At(from.Min.X+int(float64(x)/size), from.Min.Y+int(float64(y)/size)))
	}
	return small
}

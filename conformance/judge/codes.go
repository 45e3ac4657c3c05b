package main

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"image"
	_ "image/png" // what the renderers write
	"os"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/jiazhu/jiazhu/conformance/manifest"
)

// codes reads the QR code of each rendered page with two readers and holds it
// against the address in the attached data.
func (j *judge) codes(ctx context.Context, ending, pictures, dataEnding string, zbar, zxing manifest.Tool) ([]outcome, error) {
	files := j.shown(zbar, ending)
	var paths []string
	for _, file := range files {
		paths = append(paths, j.in(file, pictures))
	}
	seen, err := zbarimg(ctx, paths)
	if err != nil {
		return nil, err
	}
	var all []outcome
	for i, file := range files {
		wanted, problem := "", ""
		if c, err := copyIn(j.in(file, dataEnding)); err == nil {
			wanted = c.QR
		} else if problem, err = j.unread(file, err); err != nil {
			return nil, err
		}
		for tool, got := range map[manifest.Tool]string{zbar: seen[paths[i]], zxing: scanned(paths[i])} {
			all = append(all, j.judged(tool, code, file, cmp.Or(problem, otherCode(got, wanted))))
		}
	}
	return all, nil
}

func otherCode(got, wanted string) string {
	if got == wanted {
		return ""
	}
	return fmt.Sprintf("the code says %q, the data %q", got, wanted)
}

// zbarimg reads the codes of all pictures in one process; by path.
func zbarimg(ctx context.Context, paths []string) (map[string]string, error) {
	out, err := lines(ctx, "zbarimg", append([]string{"-q", "--xml", "-Sdisable", "-Sqrcode.enable"}, paths...)...)
	if err != nil {
		return nil, err
	}
	var found struct {
		Sources []struct {
			Href    string   `xml:"href,attr"`
			Symbols []string `xml:"index>symbol>data"`
		} `xml:"source"`
	}
	if err := xml.Unmarshal([]byte(strings.Join(out, "\n")), &found); err != nil {
		return nil, fmt.Errorf("read what zbarimg says: %w", err)
	}
	seen := map[string]string{}
	for _, s := range found.Sources {
		seen[s.Href] = strings.Join(s.Symbols, " and ")
	}
	return seen, nil
}

// scanned is what gozxing reads, by either of its ways to tell black from
// white, or why it does not.
func scanned(path string) string {
	in, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer in.Close()
	picture, _, err := image.Decode(in)
	if err != nil {
		return err.Error()
	}
	source := gozxing.NewLuminanceSourceFromImage(picture)
	for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
		var bitmap *gozxing.BinaryBitmap
		if bitmap, err = gozxing.NewBinaryBitmap(binarizer); err != nil {
			continue
		}
		var read *gozxing.Result
		read, err = qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err == nil {
			return read.GetText()
		}
	}
	return err.Error()
}

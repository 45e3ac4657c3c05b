package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
)

// A copy that was printed, filed and scanned must still verify: 150 dpi, grey, tilted by some
// degrees, slightly blurred and noisy, and stored as JPEG.
func TestAScannedPageVerifies(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	code := renderPage(t, made).SubImage(image.Rect(75, 1310, 395, 1630)).(*image.Gray) // the lower left corner
	for i, degrees := range []float64{-7, -5, -3, 3, 5, 7} {
		t.Run(fmt.Sprintf("%+.0f degrees", degrees), func(t *testing.T) {
			scan := simulateScan(t, code, degrees, uint64(i))
			seen := withGozxing(t, scan)
			if seen != made.Endorsement.QR {
				t.Fatalf("gozxing reads %q, want %q", seen, made.Endorsement.QR)
			}
			if _, err := exec.LookPath("zbarimg"); err == nil {
				if got := withZBar(t, scan); got != made.Endorsement.QR {
					t.Errorf("zbarimg reads %q, want %q", got, made.Endorsement.QR)
				}
			}
			if got := w.postVerification(t, fields{"token": seen}); got.Verdict != "valid" {
				t.Errorf("what was read is %s: %+v", got.Verdict, got.Checks)
			}
		})
	}
}

// renderPage returns the PDF's page at 150 dpi.
func renderPage(t *testing.T, made issuetest.IssuedCopy) *image.Gray {
	t.Helper()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("pdftoppm (poppler-utils) is not installed")
	}
	at := filepath.Join(t.TempDir(), "page")
	if err := os.WriteFile(at+".pdf", made.PDF, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", at+".pdf", at).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(at + ".png")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	page := image.NewGray(drawn.Bounds())
	for y := range page.Rect.Dy() {
		for x := range page.Rect.Dx() {
			page.Set(x, y, drawn.At(x, y))
		}
	}
	return page
}

// simulateScan rotates a picture, blurs it by half a pixel, adds noise and compresses it; the
// result is the same each time.
func simulateScan(t *testing.T, from *image.Gray, degrees float64, seed uint64) []byte {
	t.Helper()
	noise := rand.New(rand.NewPCG(seed, 150))
	size := from.Rect.Size()
	to := image.NewGray(image.Rectangle{Max: size})
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	for y := range size.Y {
		for x := range size.X {
			dx, dy := float64(x-size.X/2), float64(y-size.Y/2)
			sx := cos*dx + sin*dy + float64(from.Rect.Min.X+size.X/2)
			sy := cos*dy - sin*dx + float64(from.Rect.Min.Y+size.Y/2)
			to.Pix[to.PixOffset(x, y)] = uint8(min(255, max(0, blurAt(from, sx, sy)+6*noise.NormFloat64())))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, to, &jpeg.Options{Quality: 70}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// blurAt returns the picture around a point, with Gaussian weights of half a pixel.
func blurAt(from *image.Gray, x, y float64) float64 {
	var sum, weights float64
	for j := int(y) - 1; j <= int(y)+2; j++ {
		for i := int(x) - 1; i <= int(x)+2; i++ {
			dx, dy := float64(i)-x, float64(j)-y
			weight := math.Exp(-2 * (dx*dx + dy*dy))
			grey := 255.0
			if (image.Point{X: i, Y: j}).In(from.Rect) {
				grey = float64(from.GrayAt(i, j).Y)
			}
			sum, weights = sum+weight*grey, weights+weight
		}
	}
	return sum / weights
}

func withGozxing(t *testing.T, scan []byte) string {
	t.Helper()
	picture, err := jpeg.Decode(bytes.NewReader(scan))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatalf("gozxing: %v", err)
	}
	return got.GetText()
}

func withZBar(t *testing.T, scan []byte) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), "scan.jpg")
	if err := os.WriteFile(at, scan, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--quiet", "--raw", at).Output()
	if err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	return strings.TrimSpace(string(out))
}

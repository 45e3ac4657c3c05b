package receiptpdf

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func newPrinter(t testing.TB) *Printer {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	return New(fonts)
}

// longestReceipt is a receipt in which every text is as long as anyone can make it.
func longestReceipt() Receipt {
	s := Receipt{
		ID: "01M833FGAR0000000000000001", At: time.Date(2026, 11, 23, 10, 25, 0, 0, civil.Zone()),
		Verdict: "无法确认", Test: true, Receipt: strings.Repeat("eyJ", 900), Attachment: "receipt.jws",
		Notes: []string{strings.Repeat("再次核验请提交附件。", 8), strings.Repeat("再次核验请提交附件。", 8), strings.Repeat("附件", 40)},
	}
	for i := range 16 {
		value := strings.Repeat("0f", 32)
		if i >= 13 {
			value = strings.Repeat("询", 200) // specialty, purpose and recipient asked for
		}
		s.Facts = append(s.Facts, Fact{fmt.Sprintf("项目%d", i), value})
	}
	for i := range 10 {
		s.Rows = append(s.Rows, Row{fmt.Sprintf("行%d", i), "无法确认", strings.Repeat("说明", 20), Unsure})
	}
	return s
}

func TestTheLongestTextsFitOnThePage(t *testing.T) {
	p := newPrinter(t)
	page, err := p.layout(longestReceipt())
	if err != nil {
		t.Fatal(err)
	}
	paper := displaylist.Rect{X: left - 0.01, Y: 10, W: right - left + 0.02, H: height - 20}
	for _, item := range page.Items {
		if text, ok := item.(*displaylist.Text); ok {
			box := displaylist.Rect{X: text.X, Y: text.Y - text.Size, W: p.fonts.Measure(text.Body, text.Size), H: text.Size}
			if !paper.Contains(box) {
				t.Errorf("%q stands outside: %+v", text.Body, box)
			}
		}
	}
}

func TestTextsWithoutEndAreRefused(t *testing.T) {
	s := longestReceipt()
	s.Facts = append(s.Facts, Fact{"更多", strings.Repeat("询", 9000)})
	if _, err := newPrinter(t).Print(s); !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want %v", err, ErrFull)
	}
}

func TestNoTextIsLostWhenLinesAreBroken(t *testing.T) {
	w := &pageWriter{printer: newPrinter(t)}
	for _, text := range []string{"", "a", "丙招标代理（一部）", strings.Repeat("0f", 32), "𠀀𠀁🙂", "字宽 于 行"} {
		for _, most := range []float64{0.5, 7, 30, 500} {
			lines := w.wrap(text, textSize, most)
			if got := strings.Join(lines, ""); got != w.printer.replaceMissing(text) {
				t.Errorf("%q in %g mm becomes %q", text, most, got)
			}
			for _, line := range lines {
				if many := []rune(line); len(many) > 1 && w.printer.fonts.Measure(line, textSize) > most+1e-6 {
					t.Errorf("%q is wider than %g mm", line, most)
				}
			}
		}
	}
}

func TestTheFileCarriesTheReceiptAndIsAlwaysTheSame(t *testing.T) {
	p, s := newPrinter(t), longestReceipt()
	first, err := p.Print(s)
	if err != nil {
		t.Fatal(err)
	}
	second, err := newPrinter(t).Print(s)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("printed again it differs: %v", err)
	}
	file, err := pdf.Read(first)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Attachments) != 1 || file.Attachments[0].Name != "receipt.jws" || string(file.Attachments[0].Data) != s.Receipt {
		t.Errorf("attached: %+v", file.Attachments)
	}
	if file.Signature != nil {
		t.Error("the page claims a signature of its own")
	}
}

func TestQPDFFindsNothingWrong(t *testing.T) {
	data, err := newPrinter(t).Print(longestReceipt())
	if err != nil {
		t.Fatal(err)
	}
	checkWithQPDF(t, data)
}

// checkWithQPDF checks a file with qpdf where it is installed.
func checkWithQPDF(t *testing.T, data []byte) {
	t.Helper()
	if _, err := exec.LookPath("qpdf"); err != nil {
		return
	}
	at := filepath.Join(t.TempDir(), "slip.pdf")
	if err := os.WriteFile(at, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "qpdf", "--check", at).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func BenchmarkPrint(b *testing.B) {
	p, s := newPrinter(b), longestReceipt()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Print(s); err != nil {
			b.Fatal(err)
		}
	}
}

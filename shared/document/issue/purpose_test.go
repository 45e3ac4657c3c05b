package issue_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// TestPurposeAndRecipientArePrintedAndSigned reads both, as long as they may be,
// off the page and out of what the signature covers.
func TestPurposeAndRecipientArePrintedAndSigned(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	trust, err := evidence.ParseTrust(issuer.Trust)
	if err != nil {
		t.Fatal(err)
	}
	e := issuetest.Endorsement(t)
	e.Purpose = &endorsement.Purpose{Kind: "投标", Text: strings.Repeat("某市轨道交通三号线", 22) + "标段", ProjectCode: "P-2026-7"}
	e.Recipient = &endorsement.Recipient{Name: strings.Repeat("某市公共资源交易中心", 10), USCC: "91110000MA00000152"}
	made := issuer.Make(t, e, issuetest.Certificate(t))
	printed := []string{
		"持证人声明：仅用于投标「" + e.Purpose.Text + "」，项目编号「P-2026-7」",
		"持证人声明：接收单位「" + e.Recipient.Name + "」，统一社会信用代码「91110000MA00000152」",
	}
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(path, made.PDF, 0o600); err != nil {
		t.Fatal(err)
	}
	for kind, data := range map[string][]byte{"PDF": made.PDF, "OFD": made.OFD} {
		t.Run(kind, func(t *testing.T) {
			found := evidence.Examine(data, trust)
			if found.Copy == nil {
				t.Fatalf("not verified: %+v", found)
			}
			if diff := cmp.Diff([]any{e.Purpose, e.Recipient}, []any{found.Copy.Purpose, found.Copy.Recipient}); diff != "" {
				t.Error(diff)
			}
			text := readText(t, made.OFD)
			if kind == "PDF" {
				text = tool(t, "pdftotext", path, "-")
			}
			text = strings.Join(strings.Fields(text), "")
			for _, line := range printed {
				if !strings.Contains(text, line) {
					t.Errorf("not printed: %s", line)
				}
			}
		})
	}
}

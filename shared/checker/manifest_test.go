package checker

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// A receipt of a batch and a manifest are receipts in a file and as an argument, with broken lines too, and what
// they state is printed.
func TestReceiptsOfManyFilesAreReceipts(t *testing.T) {
	w := newFixture(t, nil)
	w.Registry = ""
	at, digest := issuetest.CopyTime(), strings.Repeat("0f", 32)
	signer := w.maker.Issuer().Receipts
	for want, text := range map[string]string{
		"批量核验回执": must.Get(credential.IssueBatchReceipt(t.Context(), signer, credential.BatchReceipt{
			ID: issuetest.CopyID, At: at, Service: issuetest.Origin, AsOf: civil.Of(at),
			Items: []credential.BatchReceiptItem{{Given: credential.Given{Kind: "token", SHA256: digest}, Problem: "unavailable"}},
		})),
		"「甲/x.pdf」": must.Get(credential.IssueManifest(t.Context(), signer, credential.Manifest{
			Job: issuetest.CopyID, At: at, Service: issuetest.Origin, Asker: credential.Asker{Client: "agency", ClientName: "丁公司"},
			Archive: credential.ManifestArchive{SHA256: digest, Size: 7},
			Entries: []credential.ManifestEntry{{Path: "甲/x.pdf", Refused: "link", Text: "未予读取", CheckedAt: at, Verdict: "unknown", Name: "无法确认"}},
		})),
	} {
		broken := text[:76] + "\n" + text[76:]
		for name, in := range map[string]Input{
			"a file": recogniseFile([]byte(text)), "a file with broken lines": recogniseFile([]byte(broken)), "an argument": Source{words: true}.recognise([]byte(broken + " 谢谢")),
		} {
			r, err := w.Judge(t.Context(), in)
			if err != nil || r.Verdict != verdict.GenuineReceipt || !strings.Contains(r.Text("zh"), want) {
				t.Errorf("%s: %v\n%s", name, err, r.Text("zh"))
			}
		}
		if r, err := w.Judge(t.Context(), recogniseFile([]byte(broken+" 谢谢"))); err != nil || r.Verdict != verdict.Unknown {
			t.Errorf("with words: %v %s", err, r.Verdict)
		}
	}
}

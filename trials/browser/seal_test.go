package browser

import (
	"slices"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// TestThePageSaysWhetherTheSealWasValidWhenItSealed, of both files and of the code. Its seal is one with which no other
// test's rows are compared, and is active again, so that later tests may seal with it.
func TestThePageSaysWhetherTheSealWasValidWhenItSealed(t *testing.T) {
	defer must.Fatal(t)
	s, certificate, err := service.LogInWithCertificate(t.Context(), seed.Ministry, holder(t, "an enterprise's qualification, Beijing"))
	must.Do(err)
	e := must.Get(s.Endorse(t.Context(), certificate, client.EndorsementAsk{}))
	files := map[string][]byte{"copy.pdf": downloadFile(t, s, e, "pdf"), "copy.ofd": downloadFile(t, s, e, "ofd")}
	p := open(t, desktopSize)
	verify := func(word, mark string, texts ...string) {
		t.Helper()
		show := func() {
			p.waitForAnswer(word, mark)
			for _, text := range texts {
				p.waitForText(text)
			}
		}
		for name, data := range files {
			p.visit("/v")
			p.submit(name, data)
			show()
		}
		p.visit("/v#" + e.Token())
		show()
	}
	verify("有效", "✓")
	kind, _ := must.Get(scheme.Load()).ByID(seed.Enterprise)
	register := records.New(service.Storage.Tables(), records.Tables{Records: template.TableName("Records")}, must.Get(service.Sealer()), nil)
	sets := must.Get(register.ReadKeySets(t.Context()))
	of := sets[slices.IndexFunc(sets, func(k sealhistory.KeySet) bool { return k.Issuer == kind.Issuer.Code })]
	suspendFor := func(from, until time.Duration) { // after the copy was made
		var h sealhistory.History
		for _, c := range []sealhistory.Change{{State: sealhistory.Suspended, Recorded: e.MadeAt.Add(from)}, {State: sealhistory.Active, Recorded: e.MadeAt.Add(until)}} {
			c.By, c.Why = "operator:test", "印章遗失"
			h = must.Get(h.Add(c))
		}
		must.Do(register.WriteSealHistory(t.Context(), must.Get(register.ReadSeals(t.Context())), of.Names()[0], h))
	}
	suspendFor(2*time.Millisecond, 3*time.Millisecond)
	verify("有效", "✓", "印章状态", "印章和签名证书有效，其他时间有变更")
	p.checkVerifyPage("seal-suspended-later", desktopSize)
	suspendFor(-time.Minute, 2*time.Millisecond)
	verify("无效", "✕", "印章状态", "已停用，请勿采信")
	p.checkVerifyPage("seal-suspended", desktopSize)
}

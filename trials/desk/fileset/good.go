package fileset

import (
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// bidder is a holder, logged in and identified, with a certificate.
type bidder struct {
	*seed.Session
	certificate string
}

// takeHolders returns holders that no file is of yet.
func (m *Maker) takeHolders(n int) []seed.Holder {
	all := seed.SimpleHolders(m.next+n, m.Today)[m.next:]
	m.next += n
	return all
}

func (m *Maker) enter(ctx context.Context, h seed.Holder) bidder {
	must.Do(m.Target.Enter(ctx, []seed.Holder{h}))
	session, certificate := must.Get2(m.LogInWithCertificate(ctx, seed.Ministry, h))
	return bidder{session, certificate}
}

// declareUse is what a bidder asks a copy for.
func declareUse(project string) client.EndorsementAsk {
	return client.EndorsementAsk{
		Purpose:   client.Purpose{Kind: purpose, Text: project, ProjectCode: "DEMO-001"},
		Recipient: client.Recipient{Name: "示例公共资源交易中心"},
	}
}

// endorse makes a copy and downloads both files.
func (b bidder) endorse(ctx context.Context, ask client.EndorsementAsk) (forgery.Copy, client.Endorsement) {
	made := must.Get(b.Endorse(ctx, b.certificate, ask))
	return must.Get(forgery.ReadCopy(
		must.Get(b.Download(ctx, made, "pdf")), must.Get(b.Download(ctx, made, "ofd")), made.VerifyURL, forgery.ReceiptFiles{},
	)), made
}

// copiesEach is how many copies a bidder makes.
const copiesEach = 2

func (m *Maker) makeGood(ctx context.Context) {
	for n := 0; n < m.size.Good; {
		b := m.enter(ctx, m.takeHolders(1)[0])
		for range min(copiesEach, m.size.Good-n) {
			n++
			pair, _ := b.endorse(ctx, declareUse(fmt.Sprintf("示例医院门诊楼施工投标第%d包", n)))
			m.addPair("good/copy", n, pair, File{Kind: "good", Verdict: verdict.Valid})
			m.pdfs = append(m.pdfs, pair.PDF)
		}
	}
}

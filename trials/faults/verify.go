package faults

import (
	"context"
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// verify is an organisation's verification, which is shown the name. What is shown beyond what everybody sees is in
// the ledger, or was not shown.
func verify(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	token := must.Get(l.harness.Token(ctx, "demo-agency", "verify"))
	answers, named := 0, 0
	var last client.Verdict
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context) {
			ask := client.VerificationAsk{Token: e.Token(), StatedPurpose: "评标"}
			last = l.askVerdict(ctx, token, ask, func(v client.Verdict) {
				answers++
				if v.DisclosedName() != "" {
					named++
				}
			})
		},
		check: func(ctx context.Context) {
			entries, shown := must.Get(s.Ledger(ctx, e.Certificate)), 0
			for _, entry := range entries {
				expect("the copy of the ledger's entry", entry.Endorsement, e.Endorsement)
				if len(entry.Shown) > 0 {
					shown++
				}
			}
			if shown < named || len(entries) > answers+maxTries {
				must.Do(fmt.Errorf("%d answers named the holder; of %d entries in the ledger %d say so", named, len(entries), shown))
			}
			expect("the verdict", last.Verdict, "valid")
			expect("whether the name was shown", named > 0, true)
		},
	}
}

// askVerdict asks until a verdict is reached and, with a token of somebody who may see more, until it shows more: an
// answer that shows less says that the ledger could not be written.
func (l *worker) askVerdict(ctx context.Context, token string, ask client.VerificationAsk, seen func(client.Verdict)) client.Verdict {
	for range maxTries {
		v := must.Get(l.faultyAPI.VerifyAs(ctx, token, ask))
		seen(v)
		if v.Verdict != "unknown" && (token == "" || v.DisclosedName() != "") {
			return v
		}
		l.proxy.BeginRetry()
	}
	must.Do(errors.New("no verdict is reached"))
	return client.Verdict{}
}

// receipt is a verification by anybody, with a receipt, which is then verified.
func receipt(ctx context.Context, l *worker) *preparedScenario {
	_, e := l.endorseNewCertificate(ctx)
	var last client.Verdict
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context) {
			ask := client.VerificationAsk{Token: e.Token(), WantReceipt: true}
			last = l.askVerdict(ctx, "", ask, func(client.Verdict) {})
		},
		check: func(ctx context.Context) {
			again := must.Get(l.directAPI.Verify(ctx, client.VerificationAsk{Receipt: last.Receipt}))
			must.Do(seed.CheckReceipt(again, "valid", "pass"))
		},
	}
}

// batch asks about two copies at once, and again about those that were not judged.
func batch(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	asked := 0
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context) {
			left := []client.BatchItem{{Token: e.Token()}, {Token: e.Token()}}
			for range maxTries {
				res, err := l.faultyAPI.Client().VerifyBatch(ctx, client.BatchAsk{Items: left})
				answer := must.Get(client.Read[client.BatchAnswer](res, err))
				expect("the number of entries", len(answer.Items), len(left))
				asked += len(left)
				var again []client.BatchItem
				for i, entry := range answer.Items {
					if entry.Problem.Code != "" {
						again = append(again, left[i])
						continue
					}
					expect("the verdict", entry.Verdict, "valid")
				}
				if left = again; len(left) == 0 {
					return
				}
				l.proxy.BeginRetry()
			}
			must.Do(errors.New("not every item is judged"))
		},
		check: func(ctx context.Context) {
			if entries := must.Get(s.Ledger(ctx, e.Certificate)); len(entries) > asked+2*maxTries {
				must.Do(fmt.Errorf("%d items were asked about, and the ledger has %d entries", asked, len(entries)))
			}
		},
	}
}

// ledger is the holder's look at who verified.
func ledger(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	l.checkVerdict(ctx, e, "valid")
	var entries []client.Sighting
	return &preparedScenario{
		certificate: e.Certificate,
		run:         func(ctx context.Context) { entries = must.Get(l.faulty(s).Ledger(ctx, e.Certificate)) },
		check:       func(context.Context) { expect("how many entries the ledger shows", len(entries), 1) },
	}
}

// report is a certificate's first.
func report(ctx context.Context, l *worker) *preparedScenario {
	return l.prepareReport(ctx, l.row(), "001")
}

// change is a report of a certificate that is there, with another employer.
func change(ctx context.Context, l *worker) *preparedScenario {
	_, row := l.certificate(ctx)
	row.Employer.Name = "示例第二工程局有限公司"
	return l.prepareReport(ctx, row, "002")
}

func (l *worker) prepareReport(ctx context.Context, row client.ReportRow, version string) *preparedScenario {
	token := must.Get(l.harness.Token(ctx, seed.Registry, "report"))
	var done client.Report
	sc := &preparedScenario{run: func(ctx context.Context) {
		res, err := l.faultyAPI.Client().Report(ctx, nil, []client.ReportRow{row}, client.Bearer(token))
		done = must.Get(client.Read[client.Report](res, err))
	}}
	sc.check = func(ctx context.Context) {
		if len(done.Rows) != 1 || done.Refused > 0 {
			must.Do(fmt.Errorf("the report is answered with %+v", done))
		}
		sc.certificate = done.Rows[0].Certificate
		res, err := l.directAPI.Client().GetReport(ctx, done.Report, client.Bearer(token))
		kept := must.Get(client.Read[client.Report](res, err))
		expect("the version", done.Rows[0].Version, version)
		expect("the answer kept", fmt.Sprint(kept), fmt.Sprint(done))
		l.harness.store.checkCertificate(ctx, sc.certificate, row.Number, 0)
	}
	return sc
}

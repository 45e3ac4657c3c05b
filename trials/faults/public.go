package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// verify is an organisation's verification, which is shown the name. What is shown beyond what
// everybody sees stands in the ledger, or was not shown. A verdict that could not be reached is
// asked for again.
func verify(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	if err != nil {
		return nil, err
	}
	token, err := l.harness.agency(ctx)
	answers, named := 0, 0
	var last client.Verdict
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.askVerdict(ctx, token, map[string]any{"token": e.Token(), "statedPurpose": "评标"}, func(v client.Verdict) {
				last = v
				answers++
				if v.DisclosedName() != "" {
					named++
				}
			})
		},
		check: func(ctx context.Context) error {
			entered, shown, err := l.countLedgerEntries(ctx, s, e)
			if shown < named || entered > answers+maxTries {
				err = errors.Join(err, fmt.Errorf("%d answers named the holder; of %d entries in the ledger %d say so", named, entered, shown))
			}
			return errors.Join(err, expect("the verdict", last.Verdict, "valid"), expect("whether the name was shown", named > 0, true))
		},
	}, err
}

// askVerdict asks until a verdict is reached and, for who may see more, until it shows more: an answer
// that shows less says that the ledger could not be written.
func (c *caller) askVerdict(ctx context.Context, token string, ask map[string]any, heard func(client.Verdict)) error {
	for range maxTries {
		var v client.Verdict
		err := c.do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Token: token, JSON: ask}, &v)
		if err != nil {
			return err
		}
		heard(v)
		if v.Verdict != "unknown" && (token == "" || v.DisclosedName() != "") {
			return nil
		}
		c.proxy.BeginRetry()
	}
	return errors.New("no verdict is reached")
}

// countLedgerEntries counts the ledger's entries of a copy, and those that say that more was shown.
func (l *worker) countLedgerEntries(ctx context.Context, s *seed.Session, e client.Endorsement) (all, shown int, err error) {
	entries, err := s.Ledger(ctx, e.Certificate)
	for _, one := range entries {
		if one.Endorsement != e.Endorsement {
			err = errors.Join(err, fmt.Errorf("the ledger has an entry of %q", one.Endorsement))
		}
		if len(one.Shown) > 0 {
			shown++
		}
	}
	return len(entries), shown, err
}

// receipt is a verification by anybody, with a receipt, which then proves itself.
func receipt(ctx context.Context, l *worker) (*preparedScenario, error) {
	_, e, err := l.endorseNewCertificate(ctx)
	var last client.Verdict
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.askVerdict(ctx, "", map[string]any{"token": e.Token(), "wantReceipt": true}, func(v client.Verdict) { last = v })
		},
		check: func(ctx context.Context) error {
			again, err := l.directAPI.Verify(ctx, client.VerificationAsk{Receipt: last.Receipt})
			if err != nil {
				return err
			}
			return seed.CheckReceipt(again, "valid", "pass")
		},
	}, err
}

// ledger is the holder's look at who verified.
func ledger(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	if err != nil {
		return nil, err
	}
	var page struct{ Items []client.Sighting }
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, as(s, http.MethodGet, "/v1/certificates/"+e.Certificate+"/verifications", nil), &page)
		},
		check: func(context.Context) error { return expect("how many entries the ledger shows", len(page.Items), 1) },
	}, l.checkVerdict(ctx, e, "valid")
}

// report is a certificate's first.
func report(ctx context.Context, l *worker) (*preparedScenario, error) {
	return l.prepareReport(ctx, l.row(), "001")
}

// change is a report of a certificate that is there, with another employer.
func change(ctx context.Context, l *worker) (*preparedScenario, error) {
	_, row, err := l.certificate(ctx)
	if err != nil {
		return nil, err
	}
	row.Employer.Name = "示例第二工程局有限公司"
	return l.prepareReport(ctx, row, "002")
}

func (l *worker) prepareReport(ctx context.Context, row client.ReportRow, version string) (*preparedScenario, error) {
	token, err := l.reporter(ctx)
	var done client.Report
	sc := &preparedScenario{run: func(ctx context.Context, c *caller) error {
		return c.do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []client.ReportRow{row}}, &done)
	}}
	sc.check = func(ctx context.Context) error {
		if len(done.Rows) != 1 || done.Refused > 0 {
			return fmt.Errorf("the report is answered with %+v", done)
		}
		sc.certificate = done.Rows[0].Certificate
		var kept client.Report
		err := l.directAPI.Do(ctx, seed.Call{Method: http.MethodGet, Path: "/v1/reports/" + done.Report, Token: token}, &kept)
		return errors.Join(err,
			expect("the version", done.Rows[0].Version, version),
			expect("the answer kept", fmt.Sprint(kept), fmt.Sprint(done)),
			l.harness.store.checkCertificate(ctx, done.Rows[0].Certificate, row.Number, 0))
	}
	return sc, err
}

func (l *worker) reporter(ctx context.Context) (string, error) {
	machine, err := l.harness.target.Machine(seed.Registry)
	if err != nil {
		return "", err
	}
	return machine.Token(ctx, "report")
}

// announcer is a reporter that has announced no files yet.
func (l *worker) announcer(ctx context.Context) (string, error) {
	if err := l.harness.store.forgetAnnounced(ctx, seed.Registry); err != nil {
		return "", err
	}
	return l.reporter(ctx)
}

// announce asks for a place for a file. A try whose answer was lost leaves a place that nobody has.
func announce(ctx context.Context, l *worker) (*preparedScenario, error) {
	token, err := l.announcer(ctx)
	var place client.Drop
	return &preparedScenario{
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, seed.Call{
				Method: http.MethodPost, Path: "/v1/reports/drops", Token: token, JSON: map[string]int{"bytes": 1000},
			}, &place)
		},
		check: func(ctx context.Context) error {
			now, err := l.readProgress(ctx, token, place.Report)
			return errors.Join(err, expect("its state", now.State, "waiting"), expect("the bytes announced", now.Bytes, 1000))
		},
	}, err
}

// importFile is a file of three rows, one of them wrong, which the queue brings to the function again
// until it is done.
func importFile(ctx context.Context, l *worker) (*preparedScenario, error) {
	token, err := l.announcer(ctx)
	if err != nil {
		return nil, err
	}
	rows := []client.ReportRow{l.row(), l.row(), l.row()}
	rows[1].Holder.IDNo = "110101198001011234"
	file, err := encodeRows(rows)
	if err != nil {
		return nil, err
	}
	var end client.Intake
	return &preparedScenario{
		run: func(ctx context.Context, c *caller) error {
			var place client.Drop
			err := c.do(ctx, seed.Call{
				Method: http.MethodPost, Path: "/v1/reports/drops", Token: token, JSON: map[string]int{"bytes": len(file)},
			}, &place)
			if err != nil {
				return err
			}
			if err := l.directAPI.Client().PutFile(ctx, place, strings.NewReader(file), int64(len(file))); err != nil {
				return err
			}
			end, err = l.follow(ctx, token, place.Report)
			return err
		},
		check: func(ctx context.Context) error {
			wrong := []error{
				expect("the rows", end.Rows, 3), expect("those accepted", end.Accepted, 2), expect("those refused", end.Refused, 1),
				l.leftovers(ctx, end),
			}
			for _, row := range []client.ReportRow{rows[0], rows[2]} {
				at, err := l.harness.store.item(ctx, "Records", "NUMBER#"+row.Number, "CERT")
				wrong = append(wrong, err, l.harness.store.checkCertificate(ctx, at.text("id"), row.Number, 0))
			}
			return errors.Join(wrong...)
		},
	}, nil
}

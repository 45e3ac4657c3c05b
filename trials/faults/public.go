package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/local/seed"
)

// verify is an organisation's verification, which is shown the name. What is shown beyond what
// everybody sees stands in the ledger, or was not shown. A verdict that could not be reached is
// asked for again.
func verify(ctx context.Context, l *lane) (*scene, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	if err != nil {
		return nil, err
	}
	token, err := l.world.agency(ctx)
	answers, named := 0, 0
	var last seed.Verdict
	return &scene{
		certificate: e.Certificate,
		act: func(ctx context.Context, c *client) error {
			return c.askVerdict(ctx, token, map[string]any{"token": e.Token(), "statedPurpose": "评标"}, func(v seed.Verdict) {
				last = v
				answers++
				if v.Subject != nil && v.Subject.Disclosed["name"] != nil {
					named++
				}
			})
		},
		check: func(ctx context.Context) error {
			entered, shown, err := l.countLedgerEntries(ctx, s, e)
			if shown < named || entered > answers+tries {
				err = errors.Join(err, fmt.Errorf("%d answers named the holder; of %d entries in the ledger %d say so", named, entered, shown))
			}
			return errors.Join(err, expect("the verdict", last.Verdict, "valid"), expect("whether the name was shown", named > 0, true))
		},
	}, err
}

// askVerdict asks until a verdict is reached and, for who may see more, until it shows more: an answer
// that shows less says that the ledger could not be written.
func (c *client) askVerdict(ctx context.Context, token string, ask map[string]any, heard func(seed.Verdict)) error {
	for range tries {
		var v seed.Verdict
		err := c.do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Token: token, JSON: ask}, &v)
		if err != nil {
			return err
		}
		heard(v)
		if v.Verdict != "unknown" && (token == "" || v.Subject != nil && v.Subject.Disclosed["name"] != nil) {
			return nil
		}
		c.wire.BeginRetry()
	}
	return errors.New("no verdict is reached")
}

// countLedgerEntries counts the ledger's entries of a copy, and those that say that more was shown.
func (l *lane) countLedgerEntries(ctx context.Context, s *seed.Session, e seed.Endorsed) (all, shown int, err error) {
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
func receipt(ctx context.Context, l *lane) (*scene, error) {
	_, e, err := l.endorseNewCertificate(ctx)
	var last seed.Verdict
	return &scene{
		certificate: e.Certificate,
		act: func(ctx context.Context, c *client) error {
			return c.askVerdict(ctx, "", map[string]any{"token": e.Token(), "wantReceipt": true}, func(v seed.Verdict) { last = v })
		},
		check: func(ctx context.Context) error {
			again, err := l.whole.Verify(ctx, map[string]string{"receipt": last.Receipt})
			if err != nil {
				return err
			}
			return again.States("valid", "pass")
		},
	}, err
}

// ledger is the holder's look at who verified.
func ledger(ctx context.Context, l *lane) (*scene, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	if err != nil {
		return nil, err
	}
	var page struct{ Items []seed.Sighting }
	return &scene{
		certificate: e.Certificate,
		act: func(ctx context.Context, c *client) error {
			return c.do(ctx, as(s, http.MethodGet, "/v1/certificates/"+e.Certificate+"/verifications", nil), &page)
		},
		check: func(context.Context) error { return expect("how many entries the ledger shows", len(page.Items), 1) },
	}, l.checkVerdict(ctx, e, "valid")
}

// report is a certificate's first.
func report(ctx context.Context, l *lane) (*scene, error) {
	return l.reportScene(ctx, l.row(), "001")
}

// change is a report of a certificate that is there, with another employer.
func change(ctx context.Context, l *lane) (*scene, error) {
	_, row, err := l.certificate(ctx)
	if err != nil {
		return nil, err
	}
	row.Employer.Name = "示例第二工程局有限公司"
	return l.reportScene(ctx, row, "002")
}

func (l *lane) reportScene(ctx context.Context, row seed.Row, version string) (*scene, error) {
	token, err := l.reporter(ctx)
	var done seed.Report
	sc := &scene{act: func(ctx context.Context, c *client) error {
		return c.do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []seed.Row{row}}, &done)
	}}
	sc.check = func(ctx context.Context) error {
		if len(done.Rows) != 1 || done.Refused > 0 {
			return fmt.Errorf("the report is answered with %+v", done)
		}
		sc.certificate = done.Rows[0].Certificate
		var kept seed.Report
		err := l.whole.Do(ctx, seed.Call{Method: http.MethodGet, Path: "/v1/reports/" + done.Report, Token: token}, &kept)
		return errors.Join(err,
			expect("the version", done.Rows[0].Version, version),
			expect("the answer kept", fmt.Sprint(kept), fmt.Sprint(done)),
			l.world.store.checkCertificate(ctx, done.Rows[0].Certificate, row.Number, 0))
	}
	return sc, err
}

func (l *lane) reporter(ctx context.Context) (string, error) {
	machine, err := l.world.target.Machine(seed.Registry)
	if err != nil {
		return "", err
	}
	return machine.Token(ctx, "report")
}

// announcer is a reporter that has announced no files yet.
func (l *lane) announcer(ctx context.Context) (string, error) {
	if err := l.world.store.forgetAnnounced(ctx, seed.Registry); err != nil {
		return "", err
	}
	return l.reporter(ctx)
}

// announce asks for a place for a file. A try whose answer was lost leaves a place that nobody has.
func announce(ctx context.Context, l *lane) (*scene, error) {
	token, err := l.announcer(ctx)
	var place seed.Place
	return &scene{
		act: func(ctx context.Context, c *client) error {
			return c.do(ctx, seed.Call{
				Method: http.MethodPost, Path: "/v1/reports/drops", Token: token, JSON: map[string]int{"bytes": 1000},
			}, &place)
		},
		check: func(ctx context.Context) error {
			now, err := seed.Machine{API: l.whole}.Intake(ctx, token, place.Report)
			return errors.Join(err, expect("its state", now.State, "waiting"), expect("the bytes announced", now.Bytes, 1000))
		},
	}, err
}

// intake is a file of three rows, one of them wrong, which the queue brings to the function again
// until it is done.
func intake(ctx context.Context, l *lane) (*scene, error) {
	token, err := l.announcer(ctx)
	if err != nil {
		return nil, err
	}
	rows := []seed.Row{l.row(), l.row(), l.row()}
	rows[1].Holder.IDNo = "110101198001011234"
	file, err := encodeRows(rows)
	if err != nil {
		return nil, err
	}
	var end seed.Intake
	return &scene{
		act: func(ctx context.Context, c *client) error {
			var place seed.Place
			err := c.do(ctx, seed.Call{
				Method: http.MethodPost, Path: "/v1/reports/drops", Token: token, JSON: map[string]int{"bytes": len(file)},
			}, &place)
			if err != nil {
				return err
			}
			if err := place.Put(ctx, strings.NewReader(file), int64(len(file))); err != nil {
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
			for _, row := range []seed.Row{rows[0], rows[2]} {
				at, err := l.world.store.item(ctx, "Records", "NUMBER#"+row.Number, "CERT")
				wrong = append(wrong, err, l.world.store.checkCertificate(ctx, at.text("id"), row.Number, 0))
			}
			return errors.Join(wrong...)
		},
	}, nil
}

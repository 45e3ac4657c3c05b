package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
)

const (
	manyChanges      = 1100 // of one certificate in a day
	manyUploads      = 101  // files announced in a day, each of 5 GB
	emptyLines       = 600_000
	maxAmplification = 2
	maxUploadBytes   = 5_000_000_000
)

// row is a reported certificate with members that demo.Row has not.
type row map[string]any

// authorityKeyAttacker has the key of Beijing's authority, which reports first-class constructors.
type authorityKeyAttacker struct {
	*fixture
	beijing, shanghai      string // access tokens
	ownHolder, otherHolder seed.Holder
	rightful               seed.Holder // to whom a certificate of Beijing's is given
	session                *seed.Session
	endorsement            seed.Endorsement
	report                 string // of Shanghai's
	transferReport         string // the report that gave a certificate of Beijing's away
}

func (s *fixture) authorityScenario(order int) scenario {
	return scenario{"An authority's key, against another authority and its own certificates", func(ctx context.Context) (_ []attempt, err error) {
		t := &authorityKeyAttacker{fixture: s}
		if t.ownHolder, err = s.person(ctx, order); err != nil {
			return nil, err
		}
		t.otherHolder = inShanghai(seed.EndorsableHolder(order+1, s.today))
		t.rightful = seed.EndorsableHolder(order+2, s.today)
		for _, portal := range []string{seed.Ministry, seed.National} {
			if err := s.target.Open(ctx, portal, t.rightful); err != nil {
				return nil, err
			}
		}
		for client, token := range map[string]*string{beijing: &t.beijing, shanghai: &t.shanghai} {
			if *token, err = s.token(ctx, client, "report"); err != nil {
				return nil, err
			}
		}
		first, err := t.row(t.otherHolder, nil)
		if err != nil {
			return nil, err
		}
		done, err := t.send(ctx, t.shanghai, first)
		if err != nil {
			return nil, err
		}
		t.report = done.Report
		var certificate string
		if t.session, certificate, err = s.loginAndIdentify(ctx, seed.Ministry, t.ownHolder); err != nil {
			return nil, err
		}
		t.endorsement, err = t.session.Endorse(ctx, certificate, seed.EndorseRequest{})
		return t.attempts(), err
	}}
}

func inShanghai(h seed.Holder) seed.Holder {
	h.Province = "310000"
	return h.WithSerial(h.Order)
}

func (t *authorityKeyAttacker) attempts() []attempt {
	fresh := func(order int) seed.Holder { return seed.EndorsableHolder(order, t.today) }
	squatted := inShanghai(fresh(240))
	suspended, cancelled, moving, changing := fresh(241), fresh(242), inShanghai(fresh(243)), fresh(244)
	level := fresh(245)
	level.Scheme = seed.ConstructorTwo
	level = level.WithSerial(245)
	return []attempt{
		{"reports another authority's certificate, with that one's area", "", t.reportRow(t.otherHolder, row{"state": "04", "operation": "05"})},
		{"… with its own area", "", t.reportRow(t.otherHolder, row{"areaCode": "110000", "state": "04", "operation": "05"})},
		{"takes a number of another province before its authority reports it", "", t.reportRow(squatted, row{"areaCode": "110000"})},
		{"… and that authority is refused", "", t.reportAsRightful(squatted)},
		{"takes a certificate that another authority transfers, for another holder", "", t.transfer(moving, row{"holder": t.holder(fresh(246))})},
		{"reports a kind of certificate that it is not there for", "", t.reportRow(level, nil)},
		{"brings a cancelled certificate back and names no operation", "", t.reportAfter(cancelled, row{"state": "04", "operation": "05"}, row{"state": "01"})},
		{"brings a cancelled certificate back by 延续", "", t.reportAfter(cancelled, row{"state": "04", "operation": "05"}, row{"state": "01", "operation": "02"})},
		{"suspends a certificate of its own", grantedRole, t.reportAfter(suspended, row{}, row{"state": "02", "operation": "03"})},
		{fmt.Sprintf("changes a note %d times, so that its certificate can be cancelled no more", manyChanges), "", t.preventCancelling(changing)},
		{"hides a control character in the certificate's serial", "", t.reportRow(fresh(247), row{"certificateSerial": "0000\u00070247"})},
		{"hides a mark of direction in the qualification's number", "", t.reportRow(fresh(247), row{"qualificationNo": "11\u202e2019\u202c0247"})},
		{"names another holder for a certificate of its own", grantedRole, t.transferCertificate},
		{"… and the new holder sees what was the former's", "", t.lookAsNewHolder},
		{"… and the former holder sees what is the new one's", "", t.lookAsFormerHolder},
		{"… and the former holder's copy stays valid", "", t.verifyCopy},
		{"… and nobody can tell who reported it", "", t.checkTrace},
		{"… and it stays so after `jiazhu undo REPORT -yes`", "", t.undo},
		{"reads what became of another authority's report", "", t.readReport},
		{"reads who reported another authority's certificate", "", t.readHistory},
		{"disputes another province's number", "", t.openDispute},
		{"announces a file, and puts it after the client was taken out of the settings", "", t.uploadLate(former, "330000", func(context.Context) error { return t.writeClients(former) })},
		{"… or after `jiazhu reports revoke CLIENT`", "", t.uploadLate(shanghai, "310000", t.revokeFiles)},
		{fmt.Sprintf("announces %d files of 5 GB in a day", manyUploads), "", t.announceMany},
		{fmt.Sprintf("puts a file of %d lines of one byte, whose result is more than %d times as large", emptyLines, maxAmplification), "", t.amplify},
		{"opens accounts", "", t.requestScope("accounts")},
		{"verifies as an organisation", "", t.requestScope("verify")},
		t.withdrawnClientAttempt(beijing, "report"),
	}
}

func (t *authorityKeyAttacker) holder(h seed.Holder) any {
	r, err := h.Row()
	if err != nil {
		panic(err) // pictures are drawn, not read
	}
	return r.Holder
}

// row is what is reported of a holder, with some members changed.
func (t *authorityKeyAttacker) row(h seed.Holder, with row) (row, error) {
	made, err := h.Row()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(made)
	if err != nil {
		return nil, err
	}
	var r row
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	maps.Copy(r, with)
	return r, nil
}

// send reports rows, and returns the rules that the first refused one breaks as an error.
func (t *authorityKeyAttacker) send(ctx context.Context, token string, rows ...row) (done seed.Report, err error) {
	if err := t.api.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: rows}, &done); err != nil {
		return done, err
	}
	for _, r := range done.Rows {
		if r.Result != "refused" {
			continue
		}
		var rules rowErrors
		for _, e := range r.Errors {
			rules = append(rules, e.Rule)
		}
		return done, rules
	}
	return done, nil
}

func (t *authorityKeyAttacker) reportAs(ctx context.Context, token string, h seed.Holder, with row) error {
	r, err := t.row(h, with)
	if err != nil {
		return err
	}
	_, err = t.send(ctx, token, r)
	return err
}

func (t *authorityKeyAttacker) reportRow(h seed.Holder, with row) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		return "the row is accepted", t.reportAs(ctx, t.beijing, h, with)
	}
}

// reportAsRightful has Shanghai report its own certificate after Beijing has tried.
func (t *authorityKeyAttacker) reportAsRightful(h seed.Holder) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		var rules rowErrors
		err := t.reportAs(ctx, t.shanghai, h, nil)
		if errors.As(err, &rules) {
			return "the rightful authority is refused: `" + rules.Error() + "`", nil
		}
		return "", err
	}
}

// transfer has Shanghai report a certificate and let it go, and Beijing take it.
func (t *authorityKeyAttacker) transfer(h seed.Holder, with row) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		for _, state := range []row{{}, {"state": "06", "operation": "05"}} {
			if err := t.reportAs(ctx, t.shanghai, h, state); err != nil {
				return "", fmt.Errorf("reported by Shanghai: %w", err)
			}
		}
		taken := row{"areaCode": "110000", "operation": "08"}
		maps.Copy(taken, with)
		return "the certificate is Beijing's, and somebody else's", t.reportAs(ctx, t.beijing, h, taken)
	}
}

// reportAfter reports a certificate as it is before, and then as it is tried.
func (t *authorityKeyAttacker) reportAfter(h seed.Holder, before, with row) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if err := t.reportAs(ctx, t.beijing, h, before); err != nil {
			return "", fmt.Errorf("the state before: %v", err)
		}
		return "the row is accepted", t.reportAs(ctx, t.beijing, h, with)
	}
}

// preventCancelling changes a certificate as often as it is let, and then has the authority cancel it.
func (t *authorityKeyAttacker) preventCancelling(h seed.Holder) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if err := t.reportAs(ctx, t.beijing, h, nil); err != nil {
			return "", err
		}
		for from := 0; from < manyChanges; from += 550 {
			var rows []row
			for n := range 550 {
				r, err := t.row(h, row{"certificateSerial": fmt.Sprintf("%08d", from+n)})
				if err != nil {
					return "", err
				}
				delete(r, "photo")
				delete(r, "signatureImage")
				rows = append(rows, r)
			}
			if _, err := t.send(ctx, t.beijing, rows...); err != nil {
				if _, ok := refusal(err); !ok {
					return "", err
				}
			}
		}
		var rules rowErrors
		switch err := t.reportAs(ctx, t.beijing, h, row{"state": "04", "operation": "05"}); {
		case errors.As(err, &rules):
			return "cancelling is refused: `" + rules.Error() + "`", nil
		case err != nil:
			if said, ok := refusal(err); ok {
				return "cancelling is refused: " + said, nil
			}
			return "", err
		}
		return "", nil
	}
}

// transferCertificate reports another person as the holder of a certificate, without pictures.
func (t *authorityKeyAttacker) transferCertificate(ctx context.Context) (string, error) {
	r, err := t.row(t.ownHolder, row{"holder": t.holder(t.rightful)})
	if err != nil {
		return "", err
	}
	delete(r, "photo")
	delete(r, "signatureImage")
	done, err := t.send(ctx, t.beijing, r)
	t.transferReport = done.Report
	return "the number is the other person's", err
}

func (t *authorityKeyAttacker) lookAsNewHolder(ctx context.Context) (string, error) {
	session, certificate, err := t.loginAndIdentify(ctx, seed.Ministry, t.rightful)
	if err != nil {
		return "", err
	}
	var saw []string
	if certificate == t.endorsement.Certificate {
		saw = append(saw, "the certificate's id")
	}
	if copies, err := session.History(ctx, certificate, ""); err != nil || len(copies) > 0 {
		saw = append(saw, "the history")
	}
	if entries, err := session.Ledger(ctx, certificate); err != nil || len(entries) > 0 {
		saw = append(saw, "the ledger")
	}
	if _, err := session.Endorsement(ctx, t.endorsement); err == nil {
		saw = append(saw, "a copy")
	}
	if _, err := session.Endorse(ctx, certificate, seed.EndorseRequest{}); err == nil {
		saw = append(saw, "photo and handwriting, on a copy of their own")
	}
	return strings.Join(saw, ", "), nil
}

func (t *authorityKeyAttacker) lookAsFormerHolder(ctx context.Context) (string, error) {
	var saw []string
	items, bindable, err := t.session.Certificates(ctx)
	if err != nil {
		return "", err
	}
	if len(items)+len(bindable) > 0 {
		saw = append(saw, "the list")
	}
	for _, path := range []string{"", "/preflight", "/endorsements", "/verifications"} {
		if err := t.session.Do(ctx, http.MethodGet, "/v1/certificates/"+t.endorsement.Certificate+path, nil, nil); err == nil {
			saw = append(saw, "the certificate"+path)
		}
	}
	return strings.Join(saw, ", "), nil
}

func (t *authorityKeyAttacker) verifyCopy(ctx context.Context) (string, error) {
	v, err := t.api.Verify(ctx, map[string]string{"token": t.endorsement.Token()})
	return textIf("有效", v.Verdict == "valid"), err
}

func (t *authorityKeyAttacker) checkTrace(ctx context.Context) (string, error) {
	code, said, err := t.jiazhu(ctx, "", "history", t.ownHolder.Number, "-versions")
	traced := code == 0 && strings.Contains(said, beijing) && strings.Contains(said, t.transferReport)
	return textIf("no record names the client and the report", !traced), err
}

// undo has an operator undo the report; the certificate is then its holder's again.
func (t *authorityKeyAttacker) undo(ctx context.Context) (string, error) {
	if code, said, err := t.jiazhu(ctx, "", "undo", t.transferReport, "-yes"); err != nil || code != 0 {
		return "the report is not undone: " + strings.TrimSpace(said), err
	}
	items, _, err := t.session.Certificates(ctx)
	return textIf("the holder has the certificate no more", len(items) != 1 || items[0].Certificate != t.endorsement.Certificate), err
}

func (t *authorityKeyAttacker) readReport(ctx context.Context) (string, error) {
	return "its rows", t.api.Do(ctx, seed.Call{Method: http.MethodGet, Path: "/v1/reports/" + t.report, Token: t.beijing}, nil)
}

func (t *authorityKeyAttacker) readHistory(ctx context.Context) (string, error) {
	path := "/v1/reports/certificates/" + url.PathEscape(t.otherHolder.Number)
	return "its versions", t.api.Do(ctx, seed.Call{Method: http.MethodGet, Path: path, Token: t.beijing}, nil)
}

func (t *authorityKeyAttacker) openDispute(ctx context.Context) (string, error) {
	return "a dispute that an operator has to settle", t.api.Do(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/disputes", Token: t.beijing, JSON: map[string]string{"number": t.otherHolder.Number, "reason": "本市核发"},
	}, nil)
}

// uploadLate announces a file as an authority, has something done against it, and puts the file. The function that takes
// files in begins after the first of these.
func (t *authorityKeyAttacker) uploadLate(client, area string, against func(context.Context) error) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		m, err := t.target.Machine(client)
		if err != nil {
			return "", err
		}
		h := seed.EndorsableHolder(248, t.today)
		h.Province = area
		h = h.WithSerial(248)
		r, err := t.row(h, nil)
		if err != nil {
			return "", err
		}
		line, err := json.Marshal(r)
		if err != nil {
			return "", err
		}
		place, err := m.Announce(ctx, int64(len(line)))
		if err != nil {
			return "", err
		}
		if err := against(ctx); err != nil {
			return "", err
		}
		if err := place.Put(ctx, bytes.NewReader(line), int64(len(line))); err != nil {
			return "", err
		}
		for range 25 { // that it does not land is seen by waiting alone
			time.Sleep(200 * time.Millisecond)
			if code, _, err := t.jiazhu(ctx, "", "history", h.Number); err != nil || code == 0 {
				return "the rows have landed", err
			}
		}
		return "", nil
	}
}

func (t *authorityKeyAttacker) revokeFiles(ctx context.Context) error {
	code, said, err := t.jiazhu(ctx, "", "reports", "revoke", shanghai)
	if err != nil || code != 0 {
		return errors.Join(err, errors.New(said))
	}
	return nil
}

func (t *authorityKeyAttacker) announceMany(ctx context.Context) (string, error) {
	for range manyUploads {
		err := t.api.Do(ctx, seed.Call{
			Method: http.MethodPost, Path: "/v1/reports/drops", Token: t.beijing, JSON: map[string]int64{"bytes": maxUploadBytes},
		}, nil)
		if err != nil {
			return "", err
		}
	}
	return "all of them", nil
}

// amplify puts a file whose rows are refused, each with a text.
func (t *authorityKeyAttacker) amplify(ctx context.Context) (string, error) {
	m, err := t.target.Machine(shanghai)
	if err != nil {
		return "", err
	}
	file := []byte(strings.Repeat("0\n", emptyLines))
	place, err := m.Announce(ctx, int64(len(file)))
	if err != nil {
		return "", err
	}
	if err := place.Put(ctx, bytes.NewReader(file), int64(len(file))); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	done, err := m.Follow(ctx, place.Report, 300*time.Millisecond, func(seed.ImportProgress) {})
	if err != nil {
		return "", err
	}
	refused, err := m.RefusedRows(ctx, done)
	times := len(refused) / len(file)
	return textIf(fmt.Sprintf("a result %d times as large", times), times > maxAmplification), err
}

func (t *authorityKeyAttacker) requestScope(scope string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		_, err := t.fixture.token(ctx, beijing, scope)
		return "a token for it", err
	}
}

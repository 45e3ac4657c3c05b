package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const (
	manyChanges      = 1100 // of one certificate in a day
	manyUploads      = 101  // files announced in a day, each of 5 GB
	emptyLines       = 600_000
	maxAmplification = 2
	maxUploadBytes   = 5_000_000_000
)

// row is a reported certificate whose members may be malformed.
type row map[string]any

// authorityKeyAttacker has the key of Beijing's authority, which reports first-class constructors.
type authorityKeyAttacker struct {
	*fixture
	beijing, shanghai      string // access tokens
	ownHolder, otherHolder seed.Holder
	rightful               seed.Holder // to whom a certificate of Beijing's is given
	session                *seed.Session
	endorsement            client.Endorsement
	report                 string // of Shanghai's
	transferReport         string // the report that gave a certificate of Beijing's away
}

func (s *fixture) authorityScenario(order int) scenario {
	return scenario{"An authority's key, against another authority and its own certificates", func(ctx context.Context) []attempt {
		t := &authorityKeyAttacker{fixture: s}
		t.ownHolder = s.person(ctx, order)
		t.otherHolder = inShanghai(seed.EndorsableHolder(order+1, s.Today))
		t.rightful = seed.EndorsableHolder(order+2, s.Today)
		must.Do(s.OpenAccounts(ctx, t.rightful))
		t.beijing, t.shanghai = s.token(ctx, beijing, "report"), s.token(ctx, shanghai, "report")
		t.report = must.Get(t.send(ctx, t.shanghai, t.row(t.otherHolder, nil))).Report
		var certificate string
		t.session, certificate = must.Get2(s.LogInWithCertificate(ctx, seed.Ministry, t.ownHolder))
		t.endorsement = must.Get(t.session.Endorse(ctx, certificate, client.EndorsementAsk{}))
		return t.attempts()
	}}
}

func inShanghai(h seed.Holder) seed.Holder {
	h.Province = "310000"
	return h.WithSerial(h.Order)
}

func (t *authorityKeyAttacker) attempts() []attempt {
	fresh := func(order int) seed.Holder { return seed.EndorsableHolder(order, t.Today) }
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
		{"announces a file, and puts it after the client was taken out of the settings", "", t.uploadLate(former, "330000", func(context.Context) { t.removeClient(former) })},
		{"… or after `jiazhu reports revoke CLIENT`", "", t.uploadLate(shanghai, "310000", func(ctx context.Context) { t.jiazhu(ctx, "reports", "revoke", shanghai) })},
		{fmt.Sprintf("announces %d files of 5 GB in a day", manyUploads), "", t.announceMany},
		{fmt.Sprintf("puts a file of %d lines of one byte, whose result is more than %d times as large", emptyLines, maxAmplification), "", t.amplify},
		{"opens accounts", "", t.requestScope(beijing, "accounts")},
		{"verifies as an organisation", "", t.requestScope(beijing, "verify")},
		t.withdrawnClientAttempt(beijing, "report"),
	}
}

func (t *authorityKeyAttacker) holder(h seed.Holder) any { return must.Get(h.Row()).Holder }

// row is what is reported of a holder, with some members changed.
func (t *authorityKeyAttacker) row(h seed.Holder, with row) row {
	var r row
	must.Do(json.Unmarshal(encodeJSON(must.Get(h.Row())), &r))
	maps.Copy(r, with)
	return r
}

// withoutPictures is a row that reports no pictures: those reported before stay.
func (r row) withoutPictures() row {
	delete(r, "photo")
	delete(r, "signatureImage")
	return r
}

// send reports rows. The error is the service's problem, or the rules that the first refused row breaks.
func (t *authorityKeyAttacker) send(ctx context.Context, token string, rows ...row) (done client.Report, err error) {
	err = t.API.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: rows}, &done)
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
	return done, err
}

func (t *authorityKeyAttacker) reportAs(ctx context.Context, token string, h seed.Holder, with row) error {
	_, err := t.send(ctx, token, t.row(h, with))
	return err
}

func (t *authorityKeyAttacker) reportRow(h seed.Holder, with row) func(context.Context) string {
	return func(ctx context.Context) string {
		must.Do(t.reportAs(ctx, t.beijing, h, with))
		return "the row is accepted"
	}
}

// checkRefused is what an authority is refused that reports its own certificate, after prefix; "" where it is accepted.
func (t *authorityKeyAttacker) checkRefused(ctx context.Context, token, prefix string, h seed.Holder, with row) string {
	err := t.reportAs(ctx, token, h, with)
	said, refused := refusal(err)
	if !refused {
		must.Do(err)
		return ""
	}
	return prefix + strings.TrimPrefix(said, "row ")
}

// reportAsRightful has Shanghai report its own certificate after Beijing has tried.
func (t *authorityKeyAttacker) reportAsRightful(h seed.Holder) func(context.Context) string {
	return func(ctx context.Context) string {
		return t.checkRefused(ctx, t.shanghai, "the rightful authority is refused: ", h, nil)
	}
}

// transfer has Shanghai report a certificate and let it go, and Beijing take it.
func (t *authorityKeyAttacker) transfer(h seed.Holder, with row) func(context.Context) string {
	return func(ctx context.Context) string {
		for _, state := range []row{{}, {"state": "06", "operation": "05"}} {
			if err := t.reportAs(ctx, t.shanghai, h, state); err != nil {
				must.Do(fmt.Errorf("reported by Shanghai: %v", err))
			}
		}
		taken := row{"areaCode": "110000", "operation": "08"}
		maps.Copy(taken, with)
		must.Do(t.reportAs(ctx, t.beijing, h, taken))
		return "the certificate is Beijing's, and somebody else's"
	}
}

// reportAfter reports a certificate in the state before, and then with the members that are tried.
func (t *authorityKeyAttacker) reportAfter(h seed.Holder, before, with row) func(context.Context) string {
	return func(ctx context.Context) string {
		if err := t.reportAs(ctx, t.beijing, h, before); err != nil {
			must.Do(fmt.Errorf("the state before: %v", err))
		}
		must.Do(t.reportAs(ctx, t.beijing, h, with))
		return "the row is accepted"
	}
}

// preventCancelling changes a certificate many times, and then has the authority cancel it.
func (t *authorityKeyAttacker) preventCancelling(h seed.Holder) func(context.Context) string {
	return func(ctx context.Context) string {
		must.Do(t.reportAs(ctx, t.beijing, h, nil))
		for from := 0; from < manyChanges; from += 550 {
			var rows []row
			for n := range 550 {
				serial := fmt.Sprintf("%08d", from+n)
				rows = append(rows, t.row(h, row{"certificateSerial": serial}).withoutPictures())
			}
			_, err := t.send(ctx, t.beijing, rows...)
			if _, refused := refusal(err); !refused {
				must.Do(err)
			}
		}
		return t.checkRefused(ctx, t.beijing, "cancelling is refused: ", h, row{"state": "04", "operation": "05"})
	}
}

// transferCertificate reports another person as the holder of a certificate, without pictures.
func (t *authorityKeyAttacker) transferCertificate(ctx context.Context) string {
	r := t.row(t.ownHolder, row{"holder": t.holder(t.rightful)}).withoutPictures()
	t.transferReport = must.Get(t.send(ctx, t.beijing, r)).Report
	return "the number is the other person's"
}

func (t *authorityKeyAttacker) lookAsNewHolder(ctx context.Context) string {
	session, certificate := must.Get2(t.LogInWithCertificate(ctx, seed.Ministry, t.rightful))
	var saw []string
	if certificate == t.endorsement.Certificate {
		saw = append(saw, "the certificate's id")
	}
	if copies, err := session.History(ctx, certificate, client.ListEndorsementsParams{}); err != nil || len(copies) > 0 {
		saw = append(saw, "the history")
	}
	if entries, err := session.Ledger(ctx, certificate); err != nil || len(entries) > 0 {
		saw = append(saw, "the ledger")
	}
	if _, err := session.Endorsement(ctx, t.endorsement); err == nil {
		saw = append(saw, "a copy")
	}
	if _, err := session.Endorse(ctx, certificate, client.EndorsementAsk{}); err == nil {
		saw = append(saw, "photo and handwriting, on a copy of their own")
	}
	return strings.Join(saw, ", ")
}

func (t *authorityKeyAttacker) lookAsFormerHolder(ctx context.Context) string {
	var saw []string
	items, bindable := must.Get2(t.session.Certificates(ctx))
	if len(items)+len(bindable) > 0 {
		saw = append(saw, "the list")
	}
	for _, path := range []string{"", "/preflight", "/endorsements", "/verifications"} {
		if err := t.session.Do(ctx, http.MethodGet, "/v1/certificates/"+t.endorsement.Certificate+path, nil, nil); err == nil {
			saw = append(saw, "the certificate"+path)
		}
	}
	return strings.Join(saw, ", ")
}

func (t *authorityKeyAttacker) verifyCopy(ctx context.Context) string {
	v := must.Get(t.API.Verify(ctx, client.VerificationAsk{Token: t.endorsement.Token()}))
	return textIf("有效", v.Verdict == "valid")
}

func (t *authorityKeyAttacker) checkTrace(ctx context.Context) string {
	_, history := t.command(ctx, testservice.Command{}, "history", t.ownHolder.Number, "-versions")
	traced := strings.Contains(history, beijing) && strings.Contains(history, t.transferReport)
	return textIf("no record names the client and the report", !traced)
}

// undo has an operator undo the report; the certificate is then its holder's again.
func (t *authorityKeyAttacker) undo(ctx context.Context) string {
	if code, output := t.command(ctx, testservice.Command{}, "undo", t.transferReport, "-yes"); code != 0 {
		return "the report is not undone: " + strings.TrimSpace(output)
	}
	items, _ := must.Get2(t.session.Certificates(ctx))
	return textIf("the holder has the certificate no more", len(items) != 1 || items[0].Certificate != t.endorsement.Certificate)
}

func (t *authorityKeyAttacker) readReport(ctx context.Context) string {
	must.Do(client.Check(t.Client().GetReport(ctx, t.report, client.Bearer(t.beijing))))
	return "its rows"
}

func (t *authorityKeyAttacker) readHistory(ctx context.Context) string {
	must.Do(client.Check(t.Client().GetPast(ctx, t.otherHolder.Number, nil, client.Bearer(t.beijing))))
	return "its versions"
}

func (t *authorityKeyAttacker) openDispute(ctx context.Context) string {
	dispute := client.DisputeJSONRequestBody{Number: t.otherHolder.Number, Reason: "本市核发"}
	must.Do(client.Check(t.Client().Dispute(ctx, dispute, client.Bearer(t.beijing))))
	return "a dispute that an operator has to settle"
}

// uploadLate announces a file as an authority, has something done against it, and puts the file. The function that
// imports files starts after the first of these.
func (t *authorityKeyAttacker) uploadLate(client, area string, against func(context.Context)) func(context.Context) string {
	return func(ctx context.Context) string {
		m := must.Get(t.Target.Machine(client))
		h := seed.EndorsableHolder(248, t.Today)
		h.Province = area
		h = h.WithSerial(248)
		line := encodeJSON(t.row(h, nil))
		place := must.Get(m.Announce(ctx, int64(len(line))))
		against(ctx)
		must.Do(m.Put(ctx, place, bytes.NewReader(line), int64(len(line))))
		return textIf("the rows have landed", t.isRegistered(ctx, h.Number, 25))
	}
}

func (t *authorityKeyAttacker) announceMany(ctx context.Context) string {
	for range manyUploads {
		file := client.AnnounceDropJSONRequestBody{Bytes: maxUploadBytes}
		must.Do(client.Check(t.Client().AnnounceDrop(ctx, file, client.Bearer(t.beijing))))
	}
	return "all of them"
}

// amplify puts a file whose rows are refused, each with a text.
func (t *authorityKeyAttacker) amplify(ctx context.Context) string {
	m := must.Get(t.Target.Machine(shanghai))
	file := []byte(strings.Repeat("0\n", emptyLines))
	place := must.Get(m.Announce(ctx, int64(len(file))))
	must.Do(m.Put(ctx, place, bytes.NewReader(file), int64(len(file))))
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	done := must.Get(m.Follow(ctx, place.Report, 300*time.Millisecond, func(client.Intake) {}))
	times := len(must.Get(m.RefusedRows(ctx, done))) / len(file)
	return textIf(fmt.Sprintf("a result %d times as large", times), times > maxAmplification)
}

package fileset

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// makeBad makes files of twenty kinds: six of changed bytes and parts, five of other signers and stolen keys, seven of
// which the register knows something, and two that do not answer the question.
func (m *Maker) makeBad(ctx context.Context) {
	m.changeBytes(ctx)
	m.forge(ctx)
	m.makeCopiesThatEnded(ctx)
	m.makeCopiesForOthers(ctx)
}

// changeBytes changes good files as transport, editors and careless hands do.
func (m *Maker) changeBytes(ctx context.Context) {
	for _, k := range []struct {
		name   string
		reason verdict.Reason
		change func(data []byte) []byte
	}{
		{"altered", verdict.Altered, func(data []byte) []byte {
			data[len(data)/2] ^= 1
			return data
		}},
		{"truncated", verdict.Truncated, func(data []byte) []byte { return data[:len(data)*2/3] }},
		{"prefixed", verdict.Prefixed, func(data []byte) []byte { return append([]byte("\r\n"), data...) }},
		{"appended", verdict.Appended, func(data []byte) []byte { return append(data, "\r\n<!-- mail -->\r\n"...) }},
	} {
		for n := range m.size.Bad {
			pair, _ := m.enter(ctx, m.takeHolders(1)[0]).endorse(ctx, declareUse(k.name))
			pair.PDF, pair.OFD = k.change(bytes.Clone(pair.PDF)), k.change(bytes.Clone(pair.OFD))
			m.addPair("bad/"+k.name, n+1, pair, File{Kind: k.name, Verdict: verdict.Invalid, Check: verdict.Integrity, Reason: k.reason})
		}
	}
}

// forge takes some of what the trial of forgeries makes.
func (m *Maker) forge(ctx context.Context) {
	b, other := m.enter(ctx, m.takeHolders(1)[0]), m.enter(ctx, m.takeHolders(1)[0])
	var g forgery.Genuine
	g.Copy, _ = b.endorse(ctx, declareUse("示例学校教学楼施工投标"))
	g.Second, _ = b.endorse(ctx, declareUse("示例学校图书馆施工投标"))
	g.Other, _ = other.endorse(ctx, declareUse("示例学校教学楼施工投标"))
	own := must.Get(testca.New(time.Now()))
	stolen := must.Get(forgery.OpenServiceKeys(testkeys.Location(m.Paths.Sign), m.URL, g.Copy.Seal))
	all := must.Get(forgery.Sample(ctx, g, own, m.ca, stolen))
	for _, k := range []struct {
		name     string
		pdf, ofd string // kinds of forgeries
		f        File
	}{
		{"saved-again", "PDF: saved again with changes", "OFD: packed anew by another program", makeInvalid(verdict.Integrity, "")},
		{"attachment-swapped", "PDF: edited under the genuine signature", "OFD: parts exchanged", makeInvalid(verdict.Integrity, "")},
		{"another-key", "PDF: the genuine certificate, another key", "OFD: the genuine seal, another key", makeInvalid(verdict.Integrity, "")},
		{"another-authority", "PDF: edited and signed by its own authority", "OFD: edited and sealed by its own authority", File{}},
		{"another-subscriber", "PDF: drawn anew, signed with a certificate of the same name, with the genuine JSON", "OFD: drawn anew, sealed with a certificate of the same name, with the genuine JSON", File{}},
		{"never-registered", "PDF: a copy that was never registered", "OFD: a copy that was never registered", makeInvalid(verdict.Copy, "")},
		{"says-something-else", "PDF: a registered copy that says something else", "OFD: a registered copy that says something else", makeInvalid(verdict.Copy, "")},
	} {
		for _, kind := range []string{k.pdf, k.ofd} {
			chosen := slices.DeleteFunc(slices.Clone(all), func(f forgery.Forgery) bool { return f.Kind != kind })
			if len(chosen) < m.size.Bad {
				must.Do(fmt.Errorf("%d forgeries are of the kind %q", len(chosen), kind))
			}
			for n, one := range chosen[:m.size.Bad] {
				f := k.f
				f.Kind, f.Data = k.name, one.Data
				f.Path = fmt.Sprintf("bad/%s-%02d.%s", k.name, n+1, one.Form)
				m.add(f)
			}
		}
	}
}

func makeInvalid(check verdict.Check, reason verdict.Reason) File {
	return File{Verdict: verdict.Invalid, Check: check, Reason: reason}
}

// makeCopiesThatEnded makes copies and has the register end them.
func (m *Maker) makeCopiesThatEnded(ctx context.Context) {
	for n := range m.size.Bad {
		b := m.enter(ctx, m.takeHolders(1)[0])
		pair, made := b.endorse(ctx, declareUse("withdrawn"))
		must.Get(b.Withdraw(ctx, made, "不再参加该项目"))
		m.addPair("bad/withdrawn", n+1, pair, withKind("withdrawn", makeInvalid(verdict.Copy, verdict.Withdrawn)))
	}
	m.supersedeCopies(ctx)
	for _, k := range []struct {
		name   string
		f      File
		change func(row *client.ReportRow)
	}{
		{"cancelled", makeInvalid(verdict.Certificate, verdict.Cancelled), func(row *client.ReportRow) { row.State = "04" }},
		{"suspended", makeInvalid(verdict.Certificate, verdict.Restricted), func(row *client.ReportRow) { row.State = "02" }},
		{"employer-changed", makeInvalid(verdict.Copy, verdict.Changed), func(row *client.ReportRow) { row.Employer.Name = "示例另一工程有限公司" }},
		{"specialty-ended", makeInvalid(verdict.Certificate, verdict.Lapsed), func(row *client.ReportRow) {
			row.Specialties[0].To = m.Today.AddDays(-1).String()
		}},
	} {
		for n := range m.size.Bad {
			h := m.takeHolders(1)[0]
			pair, _ := m.enter(ctx, h).endorse(ctx, declareUse(k.name))
			row := must.Get(h.Row())
			k.change(&row)
			must.Get(m.Target.Report(ctx, row))
			m.addPair("bad/"+k.name, n+1, pair, withKind(k.name, k.f))
		}
	}
}

func withKind(kind string, f File) File {
	f.Kind = kind
	return f
}

// supersedeCopies makes copies of certificates whose newer copy ends the earlier one, and begins later.
func (m *Maker) supersedeCopies(ctx context.Context) {
	for n := range m.size.Bad {
		h := m.Holder("level-two constructor, Beijing").WithSerial(100 + n)
		h.Username, h.Phone, h.Birth = fmt.Sprintf("%s%d", h.Username, n), fmt.Sprintf("1390000%04d", n), h.Birth.AddDays(n+1)
		b := m.enter(ctx, h)
		pair, _ := b.endorse(ctx, declareUse("superseded"))
		m.addPair("bad/superseded", n+1, pair, withKind("superseded", makeInvalid(verdict.Copy, verdict.Superseded)))
		ask := declareUse("not yet")
		ask.UseFrom, ask.UseUntil = m.Today.AddDays(2).String(), m.Today.AddDays(30).String()
		pair, _ = b.endorse(ctx, ask)
		m.addPair("bad/not-yet", n+1, pair, withKind("not-yet", makeInvalid(verdict.Copy, verdict.NotYet)))
	}
}

// makeCopiesForOthers makes good copies that do not answer the question.
func (m *Maker) makeCopiesForOthers(ctx context.Context) {
	for _, k := range []struct {
		name   string
		f      File
		ask    client.EndorsementAsk
		holder func(h *seed.Holder)
	}{
		{"another-purpose", makeInvalid(verdict.Purpose, verdict.Mismatch), client.EndorsementAsk{Purpose: client.Purpose{Kind: "入职"}}, nil},
		{"another-specialty", makeInvalid(verdict.Specialty, verdict.NotRegistered), declareUse("another specialty"), func(h *seed.Holder) {
			h.Specialty = slices.Clone(h.Specialty)
			h.Specialty[0].Name = "机电工程"
		}},
	} {
		for n := range m.size.Bad {
			h := m.takeHolders(1)[0]
			if k.holder != nil {
				k.holder(&h)
			}
			pair, _ := m.enter(ctx, h).endorse(ctx, k.ask)
			m.addPair("bad/"+k.name, n+1, pair, withKind(k.name, k.f))
		}
	}
}

// CountKinds returns how many kinds of bad files there are.
func CountKinds(files []File) int {
	kinds := map[string]bool{}
	for _, f := range files {
		if strings.HasPrefix(f.Path, "bad/") {
			kinds[f.Kind] = true
		}
	}
	return len(kinds)
}

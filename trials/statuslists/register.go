package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// fate is what became of a copy, and what its place has to say.
type fate struct {
	change func(*certificate.Certificate, *endorsement.Endorsement)
	want   statuslist.State
}

func fates() []fate {
	same := func(*certificate.Certificate, *endorsement.Endorsement) {}
	state := func(s certificate.State) func(*certificate.Certificate, *endorsement.Endorsement) {
		return func(c *certificate.Certificate, _ *endorsement.Endorsement) { c.State = s }
	}
	return []fate{
		{same, statuslist.Live}, {same, statuslist.Live}, {same, statuslist.Live}, {same, statuslist.Live}, {same, statuslist.Live},
		{func(_ *certificate.Certificate, e *endorsement.Endorsement) { at := e.MadeAt; e.WithdrawnAt = &at }, statuslist.Ended},
		{func(c *certificate.Certificate, _ *endorsement.Endorsement) { c.Employer.Name = "另一公司" }, statuslist.Ended},
		{func(_ *certificate.Certificate, e *endorsement.Endorsement) { e.Holder = "another" }, statuslist.Ended},
		{state(certificate.Cancelled), statuslist.Ended}, {state(certificate.Suspended), statuslist.Suspended}, {state(certificate.Transferring), statuslist.Suspended},
	}
}

// register holds many copies in memory: of each only its number, from which its content follows.
type register struct {
	copies int64
	now    time.Time
	key    []byte
	fates  []fate
	number map[string]int64 // by the copy's id
}

func newRegister(copies int64) *register {
	return &register{copies: copies, now: time.Date(2026, 11, 23, 12, 0, 0, 0, civil.Zone()), key: []byte("trial"), fates: fates(), number: map[string]int64{}}
}

// fate is spread over the copies, so that neighbours differ.
func (r *register) fate(n int64) fate { return r.fates[n*7919%int64(len(r.fates))] }

func (r *register) copy(n int64) (certificate.Certificate, endorsement.Endorsement) {
	today := civil.Of(r.now)
	c := certificate.Certificate{
		ID: records.NewID(r.now), Scheme: "constructor-1", Version: "001", Number: "京1112019202000001", State: certificate.Valid,
		Holder:      certificate.Holder{Name: "张三", Sex: "男", Birth: civil.Date{Year: 1980, Month: 1, Day: 1}, IDType: "111"},
		Employer:    certificate.Employer{Name: "某某公司"},
		Specialties: []certificate.Specialty{{Name: "建筑工程", From: today.AddDays(-100), To: today.AddDays(900)}},
	}
	e := endorsement.Endorsement{
		ID: records.NewID(r.now), CertID: c.ID, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: r.now, UseFrom: today, UseUntil: today.AddDays(179),
		Holder: "holder", StatusIndex: statuslist.Scatter(r.key, n),
	}
	e.Excerpt = endorsement.NewCopy(e, c, "", false).Excerpt()
	r.fate(n).change(&c, &e)
	return c, e
}

func (r *register) StatusLists(context.Context) (int64, error) {
	return (r.copies + statuslist.Places - 1) / statuslist.Places, nil
}

func (r *register) VisitListed(_ context.Context, _, _ int, do func(endorsement.Endorsement) error) error {
	for n := range r.copies {
		_, e := r.copy(n)
		r.number = map[string]int64{e.ID: n}
		if err := do(e); err != nil {
			return err
		}
	}
	return nil
}

func (r *register) Examine(_ context.Context, x records.Presented) (records.PresentedRecord, error) {
	n, ok := r.number[x.Endorsement]
	if !ok {
		return records.PresentedRecord{}, records.ErrCertificateNotFound
	}
	c, e := r.copy(n)
	e.ID, e.CertID, c.ID = x.Endorsement, x.Certificate, x.Certificate
	return records.PresentedRecord{Record: records.Record{Certificate: c, Holder: "holder", Latest: e.ID}, Endorsement: &e}, nil
}

// readExpected returns what each place of a list has to say, a byte for each.
func (r *register) readExpected(list int64) []byte {
	want := make([]byte, statuslist.Places)
	for n := (list - 1) * statuslist.Places; n < min(list*statuslist.Places, r.copies); n++ {
		want[statuslist.Scatter(r.key, n).Place()] = byte(r.fate(n).want)
	}
	return want
}

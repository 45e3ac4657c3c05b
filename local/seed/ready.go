package seed

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// EndorsableHolder is another invented holder whose certificate can be endorsed for the full 180 days, for
// tests and measurements that need many. Order, from 100 to 899, tells them apart, and from the
// demo's own.
func EndorsableHolder(order int, today civil.Date) Holder {
	h := Holders(today)[0]
	h.Username = fmt.Sprintf("holder%d", order)
	h.Birth = civil.Date{Year: 1970, Month: 1, Day: 1}.AddDays(order)
	h.Phone = fmt.Sprintf("138%08d", order)
	h.deriveFields(order)
	h.Person.Order = order % 100
	return h
}

// WithSerial is the holder with another certificate, whose number ends in n, below 100000.
func (h Holder) WithSerial(n int) Holder {
	h.Number = number(h.Scheme, h.Province, 0)
	h.Number = h.Number[:len(h.Number)-len("2019202000000")] + fmt.Sprintf("20182019%05d", n)
	return h
}

// Open makes the holders' accounts on a portal, sets their passwords and binds their phones, or
// finds it done.
func (t Target) Open(ctx context.Context, portal string, holders ...Holder) error {
	return t.open(ctx, portal, holders)
}

// Report reports rows for the registry and returns what became of them. A refused row is an error.
func (t Target) Report(ctx context.Context, rows ...Row) (Report, error) {
	registry, err := t.Machine(Registry)
	if err != nil {
		return Report{}, err
	}
	token, err := registry.Token(ctx, "report")
	if err != nil {
		return Report{}, err
	}
	var done Report
	if err := t.api().Do(ctx, Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: rows}, &done); err != nil {
		return done, err
	}
	return done, done.refusals()
}

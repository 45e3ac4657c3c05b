package seed

import (
	"fmt"

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

package seed

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

const (
	birthdays     = 9000 // days a generated person may be born on, from 1965 on
	serialsOfYear = 90000
)

// MaxGenerated is how many different rows GenerateRow can make.
const MaxGenerated = 6 * serialsOfYear

// GenerateRow is the i-th invented row, i from 0 to MaxGenerated-1: a person, an ID number and a
// registration number of its own, without pictures.
func GenerateRow(i int) client.ReportRow {
	day, order := i%birthdays, i/birthdays
	p := Person{
		Name: "示例" + string([]rune("甲乙丙丁戊己庚辛壬癸")[i%10]), Sex: "男",
		Birth: civil.Date{Year: 1965, Month: 1, Day: 1}.AddDays(day), Area: "110101", Order: order,
	}
	year := 2020 + i/serialsOfYear
	return client.ReportRow{
		Scheme:      ConstructorOne,
		Number:      fmt.Sprintf("京1112019%d%05d", year, 10000+i%serialsOfYear),
		Holder:      p.ReportedHolder(),
		Employer:    employer(i%97, "110000"),
		IssuedOn:    fmt.Sprintf("%d-12-11", year),
		AreaCode:    "110000",
		State:       "01",
		Specialties: []client.Specialty{{Name: "建筑工程", From: "2025-07-01", To: "2028-06-30"}},
	}
}

// WriteRows writes n generated rows from the first-th on, one a line. Every badEvery rows are followed by
// one whose ID number has a wrong check character; there are n/badEvery of them.
func WriteRows(w io.Writer, first, n, badEvery int) error {
	buffered := bufio.NewWriter(w)
	lines := json.NewEncoder(buffered)
	for i := range n {
		row := GenerateRow(first + i)
		if err := lines.Encode(row); err != nil {
			return fmt.Errorf("write a row: %w", err)
		}
		if (i+1)%badEvery != 0 {
			continue
		}
		if err := lines.Encode(corruptIDNumber(row)); err != nil {
			return fmt.Errorf("write a row: %w", err)
		}
	}
	return buffered.Flush()
}

// corruptIDNumber returns the row with a wrong check character in its ID number.
func corruptIDNumber(r client.ReportRow) client.ReportRow {
	last := "1"
	if r.Holder.IDNo[17:] == last {
		last = "2"
	}
	r.Holder.IDNo = r.Holder.IDNo[:17] + last
	return r
}

// MaxSimpleHolders is how many holders SimpleHolders can make.
const MaxSimpleHolders = 1000

// SimpleHolders returns n holders whose certificates can be endorsed, each with a certificate and a user name of
// their own, for programs that need many. Within one month they are always the same.
func SimpleHolders(n int, today civil.Date) []Holder {
	provinces := []struct{ province, area string }{
		{"110000", "110101"}, {"310000", "310101"}, {"330000", "330102"}, {"460000", "460100"},
	}
	registered := civil.Date{Year: today.Year - 1, Month: 7, Day: 1}
	holders := make([]Holder, min(n, MaxSimpleHolders))
	for i := range holders {
		at := provinces[i%len(provinces)]
		h := Holder{
			Person: Person{
				Name: "示例" + string([]rune("甲乙丙丁戊己庚辛壬癸")[i%10]), Sex: []string{"男", "女"}[i/2%2],
				Birth: civil.Date{Year: 1975, Month: time.March, Day: 1}.AddDays(7 * i), Area: at.area,
				Phone: fmt.Sprintf("1380001%04d", i),
			},
			Username: fmt.Sprintf("visitor%04d", i), Situation: "可以加注", Meaning: "one of a crowd", Province: at.province,
			Specialty: []Specialty{{Name: "建筑工程", From: registered, To: registered.AddYears(3).AddDays(-1)}},
			Limit:     "180D",
		}
		h.deriveFields(50 + i%50)
		h.Number = number(h.Scheme, h.Province, 50000+i)
		holders[i] = h
	}
	return holders
}

// EndorsableHolder is another invented holder whose certificate can be endorsed for the full 180 days, for tests
// and measurements that need many. Order, from 100 to 899, distinguishes them.
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

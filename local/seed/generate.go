package seed

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

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

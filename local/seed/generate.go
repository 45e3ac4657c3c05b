package seed

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

const (
	birthdays     = 9000 // days a generated person may be born on, from 1965 on
	serialsOfYear = 90000
)

// MostGenerated is how many different rows Generated can make.
const MaxGenerated = 6 * serialsOfYear

// GenerateRow is the i-th invented row, i from 0 to MostGenerated-1: a person, an ID number and a
// registration number of its own, without pictures.
func GenerateRow(i int) Row {
	day, order := i%birthdays, i/birthdays
	p := Person{
		Name: "示例" + string([]rune("甲乙丙丁戊己庚辛壬癸")[i%10]), Sex: "男",
		Birth: civil.Date{Year: 1965, Month: 1, Day: 1}.AddDays(day), Area: "110101", Order: order,
	}
	year := 2020 + i/serialsOfYear
	return Row{
		Scheme:   ConstructorOne,
		Number:   fmt.Sprintf("京1112019%d%05d", year, 10000+i%serialsOfYear),
		Holder:   RowHolder{p.Name, p.Sex, p.Birth, "111", p.IDNumber()},
		Employer: employer(i%97, "110000"),
		IssuedOn: civil.Date{Year: year, Month: 12, Day: 11},
		AreaCode: "110000",
		State:    "01",
		Specialties: []Specialty{{
			Name: "建筑工程", From: civil.Date{Year: 2025, Month: 7, Day: 1}, To: civil.Date{Year: 2028, Month: 6, Day: 30},
		}},
	}
}

// WriteRows writes n generated rows from the first-th on, one a line. After every badEvery good rows
// stands one whose ID number has a wrong check character; there are n/badEvery of them.
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
		if err := lines.Encode(row.corruptIDNumber()); err != nil {
			return fmt.Errorf("write a row: %w", err)
		}
	}
	return buffered.Flush()
}

// corruptIDNumber is the row of somebody else with a slip of the pen in the ID number.
func (r Row) corruptIDNumber() Row {
	last := "1"
	if r.Holder.IDNo[17:] == last {
		last = "2"
	}
	r.Holder.IDNo = r.Holder.IDNo[:17] + last
	return r
}

package seed

import (
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// LargestCrowd is how many holders Crowd can make.
const MaxSimpleHolders = 1000

// SimpleHolders returns n holders with nothing in their way, each with a certificate and a user name of
// their own, for programs that need many. They are the same whenever they are made in one month.
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

package seed

import (
	"fmt"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Person is an invented holder.
type Person struct {
	Name  string
	Sex   string // 男 or 女
	Birth civil.Date
	Area  string // six digits of GB/T 2260, the place of first registration
	Order int    // two digits before the parity digit, so that people born on one day differ
	Phone string // eleven digits, never in service: 1380000xxxx

	Passport string // the number of who has no 居民身份证
}

// IDType is the kind of the person's document, by GB/T 36903.
func (p Person) IDType() string {
	if p.Passport != "" {
		return "414"
	}
	return "111"
}

// IDNumber is the person's 公民身份号码 (GB 11643): area, birth, order, check character; or the passport's number.
func (p Person) IDNumber() string {
	if p.Passport != "" {
		return p.Passport
	}
	parity := 1 // odd for men
	if p.Sex == "女" {
		parity = 2
	}
	body := fmt.Sprintf("%s%s%02d%d", p.Area, p.Birth.Compact(), p.Order, parity)
	return body + idCheck(body)
}

// idCheck is the check character over the seventeen digits before it (ISO 7064 MOD 11-2).
func idCheck(body string) string {
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * weight
	}
	return string("10X98765432"[sum%11])
}

// organisationCode is a 统一社会信用代码 (GB 32100) with valid check characters for the
// organisation code and for the whole, made from an area and an order number.
func organisationCode(area string, order int) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	inner := fmt.Sprintf("MA%06d", order)
	body := "91" + area + inner + organisationCheck(inner)
	sum, weight := 0, 1
	for _, c := range body {
		sum += weight * indexOf(alphabet, c)
		weight = weight * 3 % 31
	}
	return body + string(alphabet[(31-sum%31)%31])
}

// organisationCheck is the ninth character of an 组织机构代码 (GB 11714).
func organisationCheck(inner string) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := 0
	for i, weight := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += weight * indexOf(alphabet, rune(inner[i]))
	}
	return string("0123456789X"[(11-sum%11)%11])
}

func indexOf(alphabet string, c rune) int {
	for i, a := range alphabet {
		if a == c {
			return i
		}
	}
	panic(fmt.Sprintf("demo: %q is not in %s", c, alphabet))
}

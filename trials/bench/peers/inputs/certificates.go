package inputs

import (
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
)

// Count is how many certificates there are: more than any writer of ours remembers
// anything of, so that each has to be made from the beginning.
func Count() int { return 64 }

// holder is an invented name. Each has a rare character, many of them one beyond the
// basic plane, where writers of PDF go wrong first. No two names have the same
// characters.
func holder(i int) string {
	surnames := []string{"欧阳", "王", "李", "赵", "陈", "孙", "周", "吴", "郑", "冯", "褚", "卫", "蒋", "沈", "韩", "杨"}
	rare := []string{"䶮", "㛃", "𠅤", "𬱖", "𫖯", "𬍛", "㑇", "𬙊", "喆", "堃", "甪", "䥽", "镕"}
	common := []string{"", "伟", "芳", "敏"}
	return surnames[i%len(surnames)] + rare[i%len(rare)] + common[i/len(surnames)]
}

func certificates() (copies []endorsement.Copy, err error) {
	for i := range Count() {
		h := documents.Holder{
			Order: i + 1, Name: holder(i), Sex: []string{"男", "女"}[i%2], Birth: civil.Date{Year: 1980, Month: time.January, Day: i%28 + 1},
			Employer:    "某某建设集团第" + numeral(i) + "工程有限公司",
			Specialties: []certificate.Specialty{{Name: "建筑工程", Code: "10401001"}, {Name: "市政公用工程", Code: "10401010"}},
			Purpose:     "某某大厦" + numeral(i) + "期工程施工投标", Recipient: "乙公司（集团）",
		}
		c, err := h.Copy(func(endorsement.Endorsement, certificate.Certificate) (string, error) {
			return "https://jiazhu.example.cn/v#" + token(i), nil
		})
		if err != nil {
			return nil, fmt.Errorf("inputs: %w", err)
		}
		copies = append(copies, c)
	}
	return copies, nil
}

func numeral(i int) string {
	return []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}[i%10]
}

// token is as long as a real one; the QR code only has to hold it.
func token(i int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	const length = 330
	var b strings.Builder
	for n := range length {
		b.WriteByte(letters[(n*n*7+n*31+i*13)%len(letters)])
	}
	return b.String()
}

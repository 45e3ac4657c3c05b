package reporting

import (
	"strings"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/problem"
)

// covers reports whether one of an authority's areas holds the area code: GB/T 2260 codes nest,
// a province's ends in four zeros and a city's in two. "*" is everywhere.
func covers(areas []string, code string) bool {
	for _, area := range areas {
		if area == "*" {
			return true
		}
		for strings.HasSuffix(area, "00") {
			area = area[:len(area)-2]
		}
		if len(area) >= 2 && strings.HasPrefix(code, area) {
			return true
		}
	}
	return false
}

// outside refuses a row for an area the client does not speak for. Nor may it take over a
// certificate that another area keeps, unless that one has let it go (办理转出).
func outside(areas []string, now certificate.Certificate, before *certificate.Certificate) *certificate.FieldError {
	if !covers(areas, now.AreaCode) {
		return refuse("/areaCode", "area.foreign", "该客户端不负责此地区。", "This client does not report for that area.")
	}
	if before != nil && before.State != certificate.Transferring && !covers(areas, before.AreaCode) {
		return refuse("/areaCode", "area.kept", "该证书由其他地区管理，尚未办理转出。", "Another area keeps this certificate and has not transferred it.")
	}
	return nil
}

func refuse(field, rule, zh, en string) *certificate.FieldError {
	return &certificate.FieldError{Field: field, Rule: rule, Detail: problem.Text{ZH: zh, EN: en}}
}

package certificate_test

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// A kind of some areas has numbers and certificates of these only.
func TestACertificateIsOfTheAreasOfItsKind(t *testing.T) {
	for _, test := range []struct {
		is, number, area string
		areas            []string
		want             string
	}{
		{"everywhere", "湘1432019202000001", "430000", nil, ""},
		{"its province", "京1112019202000001", "110000", []string{"11"}, ""},
		{"a part of it", "京1112019202000001", "110105", []string{"11"}, ""},
		{"one of several", "京1112019202000001", "110000", []string{"43", "11"}, ""},
		{"a city of the number's province", "湘1432019202000001", "430100", []string{"4301"}, ""},
		{"another city", "湘1432019202000001", "430200", []string{"4301"}, "/areaCode area.scheme"},
		{"another province's number", "湘1432019202000001", "110000", []string{"11"}, "/number number.area"},
		{"another province's certificate", "京1112019202000001", "430000", []string{"11"}, "/areaCode area.scheme"},
		{"another province", "湘1432019202000001", "430000", []string{"11"}, "/number number.area, /areaCode area.scheme"},
		{"no number", "湘143201920200000", "110000", []string{"11"}, "/number number.form"},
	} {
		c, of := validCertificate(t), rules(t)
		c.Number, c.AreaCode, of.Areas = test.number, test.area, test.areas
		var got []string
		for _, e := range certificate.Validate(c, of) {
			got = append(got, e.Field+" "+e.Rule)
			if !e.Entry {
				t.Errorf("%s: %s refuses what is in the register", test.is, e.Rule)
			}
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: %q, not %q", test.is, got, test.want)
		}
	}
	c := validCertificate(t)
	c.Number = strings.Repeat("9", 33)
	if errs := certificate.Validate(c, rules(t)); len(errs) != 1 || errs[0].Entry {
		t.Errorf("what no register has as a number: %+v", errs)
	}
}

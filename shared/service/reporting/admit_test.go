package reporting

import "testing"

func TestAreasNest(t *testing.T) {
	for _, test := range []struct {
		name  string
		areas []string
		code  string
		want  bool
	}{
		{"everywhere", []string{"*"}, "650000", true},
		{"a province and itself", []string{"110000"}, "110000", true},
		{"a province and a district of it", []string{"110000"}, "110105", true},
		{"a province and another", []string{"110000"}, "120000", false},
		{"a city and a county of it", []string{"320500"}, "320583", true},
		{"a city and its province", []string{"320500"}, "320000", false},
		{"two digits", []string{"31"}, "310115", true},
		{"one of several", []string{"310000", "330000"}, "330102", true},
		{"none at all", nil, "110000", false},
		{"nonsense is nowhere", []string{"", "0", "0000"}, "110000", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := covers(test.areas, test.code); got != test.want {
				t.Errorf("%v covers %s: %v", test.areas, test.code, got)
			}
		})
	}
}

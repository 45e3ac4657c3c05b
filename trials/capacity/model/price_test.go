package model

import (
	"math"
	"strings"
	"testing"
)

func TestPricesAddUpTierByTier(t *testing.T) {
	p := Price{Per: "million requests", Source: "a test", Tiers: []Tier{{UpTo: 300, Price: 1}, {UpTo: 1000, Price: 0.9}, {Price: 0.5}}}
	for name, c := range map[string]struct{ amount, want float64 }{
		"nothing costs nothing":            {0, 0},
		"within the first tier":            {10, 10},
		"to its very end":                  {300, 300},
		"the second counts from there":     {400, 300 + 90},
		"the last has no end":              {2000, 300 + 630 + 500},
		"a fraction of the unit is priced": {0.5, 0.5},
	} {
		if got := p.MonthlyCost(c.amount); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPriceListsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"no JSON": {`{`, "read the prices"},
		"a service that is not listed": {
			`[{"region":"here","services":["a"],"prices":{"x":{"service":"b","per":"y","source":"z","tiers":[{"price":1}]}}}]`,
			`prices of here: x, of "b"`,
		},
	} {
		if _, err := ParsePrices([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	for name, tiers := range map[string][]Tier{
		"the last tier ends":           {{UpTo: 5, Price: 1}},
		"a tier in between has no end": {{Price: 1}, {Price: 2}},
		"tiers out of order":           {{UpTo: 5, Price: 1}, {UpTo: 4, Price: 1}, {Price: 2}},
		"no tier":                      nil,
	} {
		if err := (Price{Per: "x", Source: "y", Tiers: tiers}).check(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

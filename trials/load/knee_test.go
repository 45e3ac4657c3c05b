package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheSearchBeginsWithARateThatHolds(t *testing.T) {
	for name, c := range map[string]struct {
		holds func(n, rate int) bool // the n-th try, from 0
		tried []int
	}{
		"the first holds":           {func(int, int) bool { return true }, []int{20}},
		"it holds when tried again": {func(n, _ int) bool { return n == 1 }, []int{20, 20}},
		"a quarter of it holds":     {func(_, rate int) bool { return rate <= 5 }, []int{20, 20, 10, 10, 5}},
		"nothing does, and it ends": {func(int, int) bool { return false }, []int{20, 20, 10, 10, 5, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			var tried []int
			findStartRate(20, func(rate int) bool {
				tried = append(tried, rate)
				return c.holds(len(tried)-1, rate)
			})
			if diff := cmp.Diff(c.tried, tried); diff != "" {
				t.Error(diff)
			}
		})
	}
}

package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// mergeLives makes one count of several: times and lengths, which vary, become the median; everything else has to be
// the same in every life. A key without an owner is everybody's if two lives have it, and fresh otherwise.
func mergeLives(lives [][]countedScenario) (all []*model.Scenario, err error) {
	resolveOwners(lives)
	for i := range lives[0] {
		var same []*model.Scenario
		for _, life := range lives {
			if diff := compareExactly(&lives[0][i].Scenario, &life[i].Scenario); diff != "" {
				return nil, fmt.Errorf("%s is not the same in every life:\n%s", life[i].Name, diff)
			}
			same = append(same, &life[i].Scenario)
		}
		all = append(all, medianScenario(same))
	}
	return all, nil
}

func resolveOwners(lives [][]countedScenario) {
	seen := map[string]int{} // by key: the number of lives that have it
	for _, life := range lives {
		own := map[string]bool{}
		for _, s := range life {
			for _, a := range s.accesses {
				if !own[a.key] {
					own[a.key] = true
					seen[a.key]++
				}
			}
		}
	}
	for _, life := range lives {
		for i := range life {
			s := &life[i]
			for _, a := range s.accesses {
				if a.Owner == "" {
					a.Owner = model.Fresh
					if seen[a.key] > 1 {
						a.Owner = model.Everybody
					}
				}
				s.Accesses = append(s.Accesses, a.Access)
			}
			s.Accesses = model.MergeAccesses(s.Accesses)
		}
	}
}

// compareExactly describes the differences of two counts in what does not vary.
func compareExactly(a, b *model.Scenario) string {
	return cmp.Diff(a, b, cmpopts.IgnoreFields(model.Scenario{}, "What", "Bytes", "CPU"), cmpopts.EquateEmpty())
}

// compareScenario describes how a count differs from the committed one. Lengths vary a little: a signature and a time
// have several lengths, compressed bytes a few more, and the drawing of a QR code with a random text up to a tenth.
func compareScenario(committed, counted *model.Scenario) string {
	if diff := compareExactly(committed, counted); diff != "" {
		return "-committed +counted:\n" + diff
	}
	drawsCode := committed.Routes["POST /v1/identity/challenges"] > 0
	for _, name := range []string{model.Answers, model.Logs, model.Put, model.Got, model.Records, model.Ledger} {
		was, is := float64(committed.Bytes[name]), float64(counted.Bytes[name])
		share := 0.03
		if name == model.Answers && drawsCode {
			share = 0.1
		}
		if math.Abs(was-is) > max(32, math.Abs(was)*share) {
			return fmt.Sprintf("bytes of %s: %.0f, committed are %.0f", name, is, was)
		}
	}
	return ""
}

func medianScenario(same []*model.Scenario) *model.Scenario {
	s := *same[0]
	s.Bytes = map[string]int64{}
	for name := range same[0].Bytes {
		s.Bytes[name] = median(same, func(s *model.Scenario) int64 { return s.Bytes[name] })
	}
	s.CPU = math.Round(median(same, func(s *model.Scenario) float64 { return s.CPU })*10) / 10
	return &s
}

func median[N int64 | float64](same []*model.Scenario, of func(*model.Scenario) N) N {
	var all []N
	for _, s := range same {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

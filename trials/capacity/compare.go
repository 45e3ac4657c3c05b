package main

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// mergeLives joins lives into one: what differs by chance, times and lengths, becomes the median; the key of an
// access that was of nobody in particular becomes fresh, or everybody's where two lives had the same.
// Lives that asked otherwise than the first are named in the error.
func mergeLives(lives [][]model.Scenario) ([]model.Scenario, error) {
	resolve(lives)
	joined := slices.Clone(lives[0])
	for i := range joined {
		var same []model.Scenario
		for _, life := range lives {
			if diff := differ(&joined[i], &life[i]); diff != "" {
				return nil, fmt.Errorf("%s is not the same in every life: %s", joined[i].Name, diff)
			}
			same = append(same, life[i])
		}
		joined[i] = medianScenario(same)
	}
	return joined, nil
}

// resolve replaces keys that stand for their owner.
func resolve(lives [][]model.Scenario) {
	had := map[string]int{} // by key: the last life that had it; -1: more than one
	for n, life := range lives {
		for _, j := range life {
			for _, a := range j.Accesses {
				if last, ok := had[a.Whose]; ok && last != n {
					had[a.Whose] = -1
				} else {
					had[a.Whose] = n
				}
			}
		}
	}
	for _, life := range lives {
		for i := range life {
			for k := range life[i].Accesses {
				a := &life[i].Accesses[k]
				if isOwner(a.Whose) {
					continue
				}
				a.Whose = resolvedOwner(had[a.Whose])
			}
			life[i].Accesses = model.Merge(life[i].Accesses)
		}
	}
}

func resolvedOwner(last int) string {
	if last < 0 {
		return model.Everybody
	}
	return model.Fresh
}

// isOwner tells whether the word names an owner, and is no key.
func isOwner(whose string) bool {
	return slices.Contains([]string{
		byCertificate, byHolder, byNumber, byAccount, bySession, byClient, byNetwork, byAccountAndNetwork, byPhone,
		model.Fresh, model.Everybody,
	}, whose)
}

// differ says in what two counts of a journey differ that cannot differ by chance.
func differ(a, b *model.Scenario) string {
	switch {
	case !maps.Equal(a.Routes, b.Routes):
		return fmt.Sprintf("requests %v and %v", a.Routes, b.Routes)
	case !maps.Equal(a.Tables, b.Tables):
		return fmt.Sprintf("requests to DynamoDB %v and %v", a.Tables, b.Tables)
	case !slices.Equal(a.Accesses, b.Accesses):
		return fmt.Sprintf("units %v and %v", a.Accesses, b.Accesses)
	case a.Puts != b.Puts || a.Gets != b.Gets:
		return fmt.Sprintf("%d and %d puts, %d and %d gets", a.Puts, b.Puts, a.Gets, b.Gets)
	}
	return ""
}

// findOutlier says which of the lengths is further from the committed one than chance takes it: a signature and a
// time have several lengths, and compressed bytes a few more.
func findOutlier(committed, counted *model.Scenario) string {
	for name, pair := range map[string][2]int64{
		"bytes of answers": {committed.AnswerBytes, counted.AnswerBytes},
		"bytes of logs":    {committed.LogBytes, counted.LogBytes},
		"bytes put":        {committed.PutBytes, counted.PutBytes},
		"bytes got":        {committed.GetBytes, counted.GetBytes},
		"bytes in records": {committed.Stored["records"], counted.Stored["records"]},
	} {
		if slack := max(32, math.Abs(float64(pair[0]))*0.03); math.Abs(float64(pair[0]-pair[1])) > slack {
			return fmt.Sprintf("%s: %d, committed are %d", name, pair[1], pair[0])
		}
	}
	return ""
}

// medianScenario is the median of what chance decides.
func medianScenario(same []model.Scenario) model.Scenario {
	j := same[0]
	median := func(of func(*model.Scenario) float64) float64 {
		var all []float64
		for i := range same {
			all = append(all, of(&same[i]))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	whole := func(of func(*model.Scenario) int64) int64 {
		return int64(median(func(j *model.Scenario) float64 { return float64(of(j)) }))
	}
	j.AnswerBytes = whole(func(j *model.Scenario) int64 { return j.AnswerBytes })
	j.LogBytes = whole(func(j *model.Scenario) int64 { return j.LogBytes })
	j.PutBytes = whole(func(j *model.Scenario) int64 { return j.PutBytes })
	j.GetBytes = whole(func(j *model.Scenario) int64 { return j.GetBytes })
	stored, cpu := map[string]int64{}, map[string]float64{}
	for table := range j.Stored {
		stored[table] = whole(func(j *model.Scenario) int64 { return j.Stored[table] })
	}
	for function := range j.CPU {
		ms := median(func(j *model.Scenario) float64 { return j.CPU[function] })
		cpu[function] = math.Round(ms*10) / 10
	}
	j.Stored, j.CPU = stored, cpu
	return j
}

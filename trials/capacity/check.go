package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// checks prints each thing that has to hold, and counts.
type checks struct{ passed, failed int }

func (c *checks) check(name, wrong string) {
	if wrong != "" {
		c.failed++
		fmt.Printf("  ✗ %s\n      %s\n", name, wrong)
		return
	}
	c.passed++
	fmt.Printf("  ✓ %s\n", name)
}

// compareScenarios holds what was counted against what is committed.
func (c *checks) compareScenarios(f *figures, counted []model.Scenario) {
	fmt.Println()
	for i := range counted {
		now := &counted[i]
		read, write := now.Units()
		name := fmt.Sprintf("%s: %d requests, %d to DynamoDB, %s read and %s write units", now.Name,
			now.Requests(), now.TableRequests(), figure(read), figure(write))
		before := f.FindScenario(now.Name)
		if before == nil {
			c.check(name, "is not among the committed counts")
			continue
		}
		wrong := differ(before, now)
		if wrong == "" {
			wrong = findOutlier(before, now)
		} else {
			wrong = "committed and counted are " + wrong
		}
		c.check(name, wrong)
	}
}

// keys looks for a key that everybody shares.
func (c *checks) keys(counted []model.Scenario) {
	wrong := ""
	for _, j := range counted {
		for _, a := range j.Accesses {
			if a.Whose == model.Everybody {
				wrong = fmt.Sprintf("%s asks the same %s whoever it is", j.Name, a.Kind)
			}
		}
	}
	c.check("no key is the same for everybody", wrong)
}

// heat holds keys and partitions against what a partition bears.
func (c *checks) heat(f *figures, h *heatResults) {
	for i, s := range f.Workload.Scales {
		for _, table := range slices.Sorted(maps.Keys(h.scales[i])) {
			t, wrong := h.scales[i][table], ""
			if t.Busiest.Share() > 1 {
				wrong = fmt.Sprintf("%s takes %s", t.Busiest.Name, percent(t.Busiest.Share()))
			}
			c.check(fmt.Sprintf("%s: the busiest key of %s takes %s of what a partition bears", s.Name, table, percent(t.Busiest.Share())), wrong)
			wrong = ""
			if t.Hottest > 1 {
				wrong = "DynamoDB would hold requests back"
			}
			c.check(fmt.Sprintf("%s: the hottest of %d partitions of %s takes %s of it", s.Name, t.Partitions, table, percent(t.Hottest)), wrong)
		}
	}
}

// document holds docs/capacity.md against the figures, where they are those it should have.
func (c *checks) document(root string, f *figures, h *heatResults, s settings) error {
	document, err := os.ReadFile(documentOf(root))
	if err != nil {
		return err
	}
	for _, b := range blocks() {
		if (b.name == "heat" || b.name == "exponents") && (s.seconds != simulatedSeconds || s.seed != defaultSeed) {
			continue
		}
		wrong := ""
		if err := checkBlock(document, b, f, h); err != nil {
			wrong = err.Error()
		}
		c.check("docs/capacity.md: "+b.name, wrong)
	}
	return nil
}

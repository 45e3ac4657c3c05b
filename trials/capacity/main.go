// Command simulate counts what the service asks of its cloud, and computes load, cost and hot keys up to the nation.
//
//	make simulate                # count, compare with the committed counts, print the figures
//	make simulate WRITE=1        # the same, and write the counts and docs/capacity.md anew
//
// It starts the whole service on this machine with a meter between the functions and DynamoDB and S3, takes a few
// invented holders through every scenario, and records every request, every partition key, the request units and
// the bytes. The rest is multiplication (package model).
//
// It fails when a scenario asks for more or less than the committed counts say, when the owner of a key is unknown
// or two holders share a key, when a key or a partition takes more than DynamoDB supports at the size of the
// nation, or when docs/capacity.md does not have the figures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/figures"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

func main() {
	lives := flag.Int("lives", 3, "holders who are counted, from 2 to 9; one more comes before them")
	write := flag.Bool("write", false, "write the counts and the figures of docs/capacity.md anew")
	flag.Parse()
	checks.Run("simulate", func(ctx context.Context) (int, error) { return run(ctx, *lives, *write) })
}

func run(ctx context.Context, lives int, write bool) (failed int, err error) {
	if lives < 2 || lives > 9 {
		return 0, errors.New("-lives: from 2 to 9")
	}
	root := must.Get(testservice.FindRoot())
	started := time.Now()
	counted := must.Get(countLives(ctx, lives))
	fmt.Printf("%d holders, %d scenarios each, all alike, in %s\n", lives, len(counted), time.Since(started).Round(time.Millisecond))
	if write {
		must.Do(writeScenarios(root, counted))
	}
	r := must.Get(readReport(root))
	document := filepath.Join(root, "docs", "capacity.md")
	if write {
		must.Do(figures.Write(document, must.Get(r.blocks())...))
	}
	must.Do(r.print(counted))
	text := must.Get(os.ReadFile(document))
	all := slices.Concat(r.compareScenarios(counted), []checks.Check{checkKeys(counted)}, r.checkHeat(), must.Get(r.checkDocument(string(text))))
	return checks.Judge(os.Stdout, "simulate", all), nil
}

// print prints the figures of the document, the CPU time of this run beside the committed one, and the figures that
// are compared from run to run.
func (r *report) print(counted []*model.Scenario) (err error) {
	defer must.Catch(&err)
	for _, name := range blockNames {
		if name != "prices" {
			fmt.Printf("\n%s", must.Get(r.render(name)))
		}
	}
	fmt.Println("\nCPU time in milliseconds, in this run and as committed")
	for _, now := range counted {
		if s := r.FindScenario(now.Name); s != nil {
			fmt.Printf("  %-22s %6.1f %6.1f\n", s.Name, now.CPU, s.CPU)
		}
	}
	fmt.Println()
	largest := r.Workload.LargestScale()
	for _, l := range r.Prices {
		endorsement, verification := must.Get(l.FirstTier(r.Endorsement())), must.Get(l.FirstTier(r.Verification()))
		fmt.Printf("endorsement_%s %.6f\nverification_%s %.6f\nnation_month_%s %.0f\n", l.Currency, endorsement.Total,
			l.Currency, verification.Total, l.Currency, must.Get(l.Monthly(r.Month(largest, 1))).Total)
	}
	load := r.Load(largest)
	var all model.Units
	for _, units := range load.Tables {
		all.Read, all.Write = all.Read+units.Read, all.Write+units.Write
	}
	fmt.Printf("nation_requests_per_second %.0f\nnation_write_units_per_second %.0f\nnation_read_units_per_second %.0f\n",
		load.Requests, all.Write, all.Read)
	return nil
}

// compareScenarios compares the counts with the committed ones.
func (r *report) compareScenarios(counted []*model.Scenario) (all []checks.Check) {
	for _, now := range counted {
		got := "it is not among the committed counts"
		if committed := r.FindScenario(now.Name); committed != nil {
			got = compareScenario(committed, now)
		}
		all = append(all, checks.Check{
			Name: fmt.Sprintf("%s: %d requests, %d to DynamoDB, %s read and %s write units", now.Name,
				now.Requests(), now.TableRequests(), figure(now.Units().Read), figure(now.Units().Write)),
			OK: got == "", Got: got,
		})
	}
	return all
}

// checkKeys looks for a key that everybody shares.
func checkKeys(counted []*model.Scenario) checks.Check {
	c := checks.Check{Name: "no key is the same for everybody", OK: true}
	for _, s := range counted {
		for _, a := range s.Accesses {
			if a.Owner == model.Everybody {
				c.OK, c.Got = false, fmt.Sprintf("%s asks for the same %s whoever it is", s.Name, a.Kind)
			}
		}
	}
	return c
}

// checkHeat compares keys and partitions with the capacity of a partition.
func (r *report) checkHeat() (all []checks.Check) {
	for _, s := range r.Scales {
		for _, table := range slices.Sorted(maps.Keys(s.Heat)) {
			h := s.Heat[table]
			all = append(all, checks.Check{
				Name: fmt.Sprintf("%s: the busiest key of %s takes %s of a partition's capacity", s.Name, table, percent(h.Busiest.Share())),
				OK:   h.Busiest.Share() <= 1, Got: "DynamoDB throttles " + h.Busiest.Kind,
			}, checks.Check{
				Name: fmt.Sprintf("%s: the hottest of %d partitions of %s takes %s of it", s.Name, h.Partitions, table, percent(h.Hottest)),
				OK:   h.Hottest <= 1, Got: "DynamoDB throttles the partition of " + h.Busiest.Kind,
			})
		}
	}
	return all
}

// checkDocument compares docs/capacity.md with the figures.
func (r *report) checkDocument(document string) (all []checks.Check, err error) {
	blocks, err := r.blocks()
	for i, b := range blocks {
		err := b.Check(document, "make simulate WRITE=1")
		all = append(all, checks.Check{Name: "docs/capacity.md: " + blockNames[i], OK: err == nil, Got: fmt.Sprint(err)})
	}
	return all, err
}

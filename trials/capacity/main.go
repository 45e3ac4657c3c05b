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
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
	"github.com/jiazhu/jiazhu/trials/checks"
)

func main() {
	lives := flag.Int("lives", 3, "holders who are counted, from 2 to 9; one more comes before them")
	write := flag.Bool("write", false, "write the counts and the figures of docs/capacity.md anew")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, *lives, *write)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

func run(ctx context.Context, lives int, write bool) (failed int, err error) {
	if lives < 2 || lives > 9 {
		return 0, errors.New("-lives: from 2 to 9")
	}
	wd, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		return 0, err
	}
	started := time.Now()
	counted, err := countLives(ctx, lives)
	if err != nil {
		return 0, err
	}
	fmt.Printf("%d holders, %d scenarios each, all alike, in %s\n", lives, len(counted), time.Since(started).Round(time.Millisecond))
	if write {
		if err := writeScenarios(root, counted); err != nil {
			return 0, err
		}
	}
	r, err := readReport(root)
	if err != nil {
		return 0, err
	}
	document := filepath.Join(root, "docs", "capacity.md")
	if write {
		if err := r.renew(document); err != nil {
			return 0, err
		}
	}
	if err := r.print(counted); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(document)
	if err != nil {
		return 0, err
	}
	all := slices.Concat(r.compareScenarios(counted), checkKeys(counted), r.checkHeat(), r.checkDocument(text))
	return checks.Judge(os.Stdout, "simulate", all), nil
}

// print prints the figures of the document, the CPU time of this run beside the committed one, and the figures that
// are compared from run to run.
func (r *report) print(counted []model.Scenario) error {
	for _, name := range blocks() {
		text, err := r.render(name)
		if err != nil {
			return err
		}
		if name != "prices" {
			fmt.Printf("\n%s", text)
		}
	}
	fmt.Println("\nCPU time in milliseconds, in this run and as committed")
	for i := range counted {
		if s := r.FindScenario(counted[i].Name); s != nil {
			fmt.Printf("  %-22s %6.1f %6.1f\n", s.Name, counted[i].CPU, s.CPU)
		}
	}
	fmt.Println()
	for _, l := range r.Prices {
		endorsement, err1 := l.FirstTier(r.Endorsement())
		verification, err2 := l.FirstTier(r.Verification())
		month, err3 := l.Monthly(r.Month(r.Workload.LargestScale(), 1))
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		fmt.Printf("endorsement_%s %.6f\nverification_%s %.6f\nnation_month_%s %.0f\n",
			l.Currency, endorsement.Total, l.Currency, verification.Total, l.Currency, month.Total)
	}
	load := r.Load(r.Workload.LargestScale())
	fmt.Printf("nation_requests_per_second %.0f\nnation_write_units_per_second %.0f\nnation_read_units_per_second %.0f\n",
		load.Requests, load.Tables["records"].Write+load.Tables["sessions"].Write, load.Tables["records"].Read+load.Tables["sessions"].Read)
	return nil
}

// compareScenarios compares the counts with the committed ones.
func (r *report) compareScenarios(counted []model.Scenario) (all []checks.Check) {
	for i := range counted {
		now := &counted[i]
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
func checkKeys(counted []model.Scenario) []checks.Check {
	c := checks.Check{Name: "no key is the same for everybody", OK: true}
	for _, s := range counted {
		for _, a := range s.Accesses {
			if a.Owner == model.Everybody {
				c.OK, c.Got = false, fmt.Sprintf("%s asks for the same %s whoever it is", s.Name, a.Kind)
			}
		}
	}
	return []checks.Check{c}
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
func (r *report) checkDocument(document []byte) (all []checks.Check) {
	for _, name := range blocks() {
		err := r.checkBlock(document, name)
		all = append(all, checks.Check{Name: "docs/capacity.md: " + name, OK: err == nil, Got: fmt.Sprint(err)})
	}
	return all
}

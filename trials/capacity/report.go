package main

import (
	_ "embed" // the templates
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
	"github.com/jiazhu/jiazhu/trials/figures"
)

// The data, in the repository.
const (
	scenariosFile = "trials/capacity/data/counts.json"
	workloadFile  = "trials/capacity/data/workload.json"
	pricesFile    = "trials/capacity/data/prices.json"
)

// report is what the templates of figures.md.tmpl show.
type report struct {
	model.Model
	Scales    []scaleHeat
	Exponents []exponentHeat
}

type scaleHeat struct {
	model.Scale
	Heat map[string]model.Heat // by table
}

// exponentHeat is the heat of the ledger at the largest scale.
type exponentHeat struct {
	Exponent float64
	model.Heat
}

// readReport reads the committed data and computes the heat.
func readReport(root string) (r *report, err error) {
	defer must.Catch(&err)
	read := func(file string) []byte { return must.Get(os.ReadFile(filepath.Join(root, file))) }
	r = &report{Model: model.Model{
		Deployed: must.Get(readDeployed(filepath.Join(root, "template.yaml"))),
		Workload: must.Get(model.ParseWorkload(read(workloadFile))), Prices: must.Get(model.ParsePrices(read(pricesFile))),
	}}
	must.Do(json.Unmarshal(read(scenariosFile), &r.Scenarios))
	must.Do(r.Check())
	for _, s := range r.Workload.Scales {
		r.Scales = append(r.Scales, scaleHeat{s, r.Heat(s, r.Workload.Zipf)})
	}
	for _, exponent := range []float64{0.8, 1, 1.2, 1.5} {
		r.Exponents = append(r.Exponents, exponentHeat{exponent, r.Heat(r.Workload.LargestScale(), exponent)[model.Ledger]})
	}
	return r, nil
}

// writeScenarios writes the counts, a scenario a line.
func writeScenarios(root string, counted []*model.Scenario) (err error) {
	defer must.Catch(&err)
	var lines []string
	for _, s := range counted {
		lines = append(lines, string(must.Get(json.Marshal(s))))
	}
	text := "[\n" + strings.Join(lines, ",\n") + "\n]\n"
	return os.WriteFile(filepath.Join(root, scenariosFile), []byte(text), 0o644)
}

//go:embed figures.md.tmpl
var templates string

// blockNames are the names of the templates, in the document's order.
var blockNames = []string{
	"journeys", "once", "load", "concurrency", "storage", "month", "parts", "classes", "heat", "exponents", "one-key", "quotas", "prices",
}

// blocks are the figures of docs/capacity.md, in the order of their names.
func (r *report) blocks() (all []figures.Block, err error) {
	defer must.Catch(&err)
	for _, name := range blockNames {
		all = append(all, figures.Block{
			Begin: "<!-- figures: " + name + " -->", End: "<!-- end of figures -->", Text: must.Get(r.render(name)),
		})
	}
	return all, nil
}

func (r *report) render(block string) (text string, err error) {
	defer must.Catch(&err)
	var out strings.Builder
	must.Do(must.Get(template.New("").Funcs(template.FuncMap{
		"figure": figure, "count": count, "percent": percent, "storage": storage, "times": func(a, b float64) float64 { return a * b },
		"bytes":   bytesText,
		"page":    func(l model.Load) float64 { return l.Routes["GET /v"] + l.Routes["GET /v/{file}"] },
		"service": func(c model.Cost, name string) float64 { return c.By[name] },
		"price":   func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) },
	}).Parse(templates)).ExecuteTemplate(&out, block, r))
	return strings.TrimPrefix(out.String(), "\n"), nil
}

// Column is a column of the table of what one thing costs.
type Column struct {
	Title string
	Times float64
	Cost  model.Cost
}

// UnitCosts are the columns of what an endorsement and a verification cost.
func (r *report) UnitCosts() (all []Column, err error) {
	defer must.Catch(&err)
	for _, l := range r.Prices {
		for _, c := range []Column{
			{"1000 endorsements", 1000, must.Get(l.FirstTier(r.Endorsement()))},
			{"1 000 000 verifications", 1_000_000, must.Get(l.FirstTier(r.Verification()))},
			{"a job of 1000 files", 1, must.Get(l.FirstTier(r.Job()))},
		} {
			if c.Cost.Total == 0 {
				continue // not counted yet
			}
			c.Title += ", " + l.Region + ", " + l.Currency
			all = append(all, c)
		}
	}
	return all, nil
}

// ClassRow is what a table costs in a month of year 5 at the largest scale, for each class with and without recovery.
type ClassRow struct {
	Table string
	Costs []string // the deployed one is bold
}

// Classes are the rows, in the order of the tables' names.
func (r *report) Classes() (rows []ClassRow, err error) {
	defer must.Catch(&err)
	for _, name := range slices.Sorted(maps.Keys(r.Tables)) {
		row := ClassRow{Table: name}
		for _, as := range []model.Table{{Recovery: true}, {}, {Infrequent: true, Recovery: true}, {Infrequent: true}} {
			text := figure(must.Get(r.Prices[0].Monthly(r.TableMonth(name, as, r.Workload.LargestScale(), 5))).Total)
			if as == r.Tables[name] {
				text = "**" + text + "**"
			}
			row.Costs = append(row.Costs, text)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// LimitRow is a limit with its share at each scale.
type LimitRow struct {
	Name   string
	Limit  float64
	Shares []string
}

// Limits leaves out routes and functions of which even the largest scale needs little.
func (r *report) Limits() (rows []LimitRow) {
	const little = 0.1
	for _, q := range r.Quotas(r.Workload.LargestScale()) {
		if q.Ours && q.Share() < little {
			continue
		}
		row := LimitRow{Name: q.Name, Limit: q.Limit}
		for _, s := range r.Workload.Scales {
			at := r.Quotas(s)
			share := at[slices.IndexFunc(at, func(o model.Quota) bool { return o.Name == q.Name })].Share()
			text := percent(share)
			if share > 1 {
				text = "**" + text + "**"
			}
			row.Shares = append(row.Shares, text)
		}
		rows = append(rows, row)
	}
	return rows
}

// figure writes a number with as many digits as matter, its thousands separated.
func figure(n float64) string {
	switch size := math.Abs(n); {
	case size == 0:
		return "0"
	case size >= 100:
		return separateThousands(strconv.FormatFloat(n, 'f', 0, 64))
	case size >= 10:
		return trimZeros(strconv.FormatFloat(n, 'f', 1, 64))
	case size >= 0.01:
		return trimZeros(strconv.FormatFloat(n, 'f', 2, 64))
	default:
		return strconv.FormatFloat(n, 'f', int(3-math.Floor(math.Log10(size)))-1, 64)
	}
}

func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

func separateThousands(s string) string {
	if len(s) <= 4 {
		return s
	}
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

func count(n int) string { return separateThousands(strconv.Itoa(n)) }

// bytesText adds up bytes; what a scenario removes from a table counts as nothing.
func bytesText(all ...int64) string {
	total := int64(0)
	for _, n := range all {
		total += n
	}
	return count(int(max(0, total)))
}

func percent(share float64) string { return figure(share*100) + " %" }

// storage writes GB, or TB where there are many.
func storage(gb float64) string {
	if gb >= 1000 {
		return figure(gb/1024) + " TB"
	}
	return figure(gb) + " GB"
}

package main

import (
	"bytes"
	_ "embed" // the templates
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
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

// exponentHeat is the heat of the records at the largest scale.
type exponentHeat struct {
	Exponent float64
	model.Heat
}

// readReport reads the committed data and computes the heat.
func readReport(root string) (*report, error) {
	r := &report{}
	for file, parse := range map[string]func([]byte) error{
		scenariosFile: func(data []byte) (err error) { r.Scenarios, err = model.ParseScenarios(data); return err },
		workloadFile:  func(data []byte) (err error) { r.Workload, err = model.ParseWorkload(data); return err },
		pricesFile:    func(data []byte) (err error) { r.Prices, err = model.ParsePrices(data); return err },
	} {
		data, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return nil, err
		}
		if err := parse(data); err != nil {
			return nil, err
		}
	}
	var err error
	if r.Deployed, err = readDeployed(filepath.Join(root, "template.yaml")); err != nil {
		return nil, err
	}
	if err := r.Check(); err != nil {
		return nil, err
	}
	for _, s := range r.Workload.Scales {
		r.Scales = append(r.Scales, scaleHeat{s, r.Heat(s, r.Workload.Zipf)})
	}
	for _, exponent := range []float64{0.8, 1, 1.2, 1.5} {
		r.Exponents = append(r.Exponents, exponentHeat{exponent, r.Heat(r.Workload.LargestScale(), exponent)["records"]})
	}
	return r, nil
}

// writeScenarios writes the counts, a scenario a line.
func writeScenarios(root string, counted []model.Scenario) error {
	var lines []string
	for _, s := range counted {
		line, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("write the counts: %w", err)
		}
		lines = append(lines, string(line))
	}
	text := "[\n" + strings.Join(lines, ",\n") + "\n]\n"
	return os.WriteFile(filepath.Join(root, scenariosFile), []byte(text), 0o644)
}

//go:embed figures.md.tmpl
var templates string

// blocks are the names of the templates, in the document's order.
func blocks() []string {
	return []string{
		"journeys", "once", "load", "concurrency", "storage", "month", "parts", "heat", "exponents", "one-key", "quotas", "prices",
	}
}

func (r *report) render(block string) (string, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"figure": figure, "count": count, "percent": percent, "storage": storage, "times": func(a, b float64) float64 { return a * b },
		"bytes":   bytesText,
		"page":    func(l model.Load) float64 { return l.Routes["GET /v"] + l.Routes["GET /v/{file}"] },
		"service": func(c model.Cost, name string) float64 { return c.By[name] },
		"price":   func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) },
	}).Parse(templates)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := t.ExecuteTemplate(&out, block, r); err != nil {
		return "", err
	}
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
	for _, l := range r.Prices {
		for _, c := range []struct {
			name    string
			times   float64
			amounts model.Amounts
		}{{"1000 endorsements", 1000, r.Endorsement()}, {"1 000 000 verifications", 1_000_000, r.Verification()}} {
			cost, err := l.FirstTier(c.amounts)
			if err != nil {
				return nil, err
			}
			all = append(all, Column{fmt.Sprintf("%s, %s, %s", c.name, l.Region, l.Currency), c.times, cost})
		}
	}
	return all, nil
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

// findBlock finds the figures of a block in the document.
func findBlock(document []byte, name string) (from, to int, err error) {
	begin := fmt.Appendf(nil, "<!-- figures: %s -->\n", name)
	from = bytes.Index(document, begin)
	if from < 0 {
		return 0, 0, fmt.Errorf("docs/capacity.md has no figures called %s", name)
	}
	from += len(begin)
	length := bytes.Index(document[from:], []byte("<!-- end of figures -->\n"))
	if length < 0 {
		return 0, 0, fmt.Errorf("in docs/capacity.md the figures called %s do not end", name)
	}
	return from, from + length, nil
}

// checkBlock is an error if a block of the document is not as the template renders it.
func (r *report) checkBlock(document []byte, name string) error {
	from, to, err := findBlock(document, name)
	if err != nil {
		return err
	}
	text, err := r.render(name)
	if err == nil && string(document[from:to]) != text {
		err = fmt.Errorf("the figures called %s in docs/capacity.md are out of date: make simulate WRITE=1", name)
	}
	return err
}

// renew writes all blocks of the document anew.
func (r *report) renew(file string) error {
	document, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, name := range blocks() {
		from, to, err := findBlock(document, name)
		if err != nil {
			return err
		}
		text, err := r.render(name)
		if err != nil {
			return err
		}
		document = slices.Concat(document[:from], []byte(text), document[to:])
	}
	return os.WriteFile(file, document, 0o644)
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

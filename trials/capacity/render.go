package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// block is a part of the document that is made of figures.
type block struct {
	name   string
	render func(f *figures, h *heatResults) string
}

func blocks() []block {
	return []block{
		{"journeys", (*figures).scenariosTable},
		{"once", (*figures).onceTable},
		{"load", (*figures).loadTable},
		{"concurrency", (*figures).concurrencyTable},
		{"storage", (*figures).storageTable},
		{"month", (*figures).monthTable},
		{"parts", (*figures).partsTable},
		{"heat", (*figures).heatTable},
		{"exponents", (*figures).sharpTable},
		{"one-key", (*figures).keyTable},
		{"quotas", (*figures).quotaTable},
		{"prices", (*figures).priceTable},
	}
}

func (f *figures) scenariosTable(*heatResults) string {
	g := newMarkdownTable("journey", "API", "DynamoDB", "reads", "writes", "S3 put, get", "table bytes", "file bytes", "CPU ms", "on Lambda ms")
	for i := range f.Journeys {
		j := &f.Journeys[i]
		read, write := j.Units()
		files := j.PutBytes + j.GetBytes
		g.row(j.Name+": "+j.What, count(j.Requests()), count(j.TableRequests()), figure(read), figure(write),
			fmt.Sprintf("%d, %d", j.Puts, j.Gets), figure(float64(max(0, j.Stored["records"]))), figure(float64(files)),
			figure(j.CPU[j.Function()]), figure(f.BusyMillis(j)))
	}
	return g.String()
}

// services join prices to what a reader asks for.
func services() []struct {
	name   string
	prices []string
} {
	return []struct {
		name   string
		prices []string
	}{
		{"Lambda", []string{model.LambdaRequests, model.LambdaSeconds}},
		{"HTTP API", []string{model.APIRequests}},
		{"DynamoDB writes", []string{model.TableWrites}},
		{"DynamoDB reads", []string{model.TableReads}},
		{"DynamoDB storage, with recovery", []string{model.TableStorage, model.TableBackup}},
		{"S3 requests", []string{model.ObjectPuts, model.ObjectGets}},
		{"S3 storage", []string{model.ObjectStorage}},
		{"data out", []string{model.DataOut, model.NetworkOut, model.NetworkRequests}},
		{"logs, metrics, alarms", []string{model.Logs, model.LogStorage, model.Metrics, model.AlarmMetrics}},
		{"KMS signatures and keys", []string{model.KeyRequests, model.Keys}},
	}
}

func sumAmounts(by map[string]float64, prices []string) (total float64) {
	for _, name := range prices {
		total += by[name]
	}
	return total
}

func (f *figures) onceTable(*heatResults) string {
	type column struct {
		times float64
		by    map[string]float64
		total float64
	}
	names := []string{"cost of"}
	var columns []column
	for _, l := range f.prices {
		for _, what := range []struct {
			name  string
			times float64
			a     model.Amounts
		}{{"1000 endorsements", 1000, f.Endorsement()}, {"1 000 000 verifications", 1_000_000, f.Verification()}} {
			names = append(names, fmt.Sprintf("%s, %s, %s", what.name, l.Region, l.Currency))
			by, total := what.a.FirstTierCost(l)
			columns = append(columns, column{what.times, by, total})
		}
	}
	g := newMarkdownTable(names...)
	for _, s := range services() {
		row := []string{s.name}
		for _, c := range columns {
			row = append(row, figure(c.times*sumAmounts(c.by, s.prices)))
		}
		g.row(row...)
	}
	last := []string{"together"}
	for _, c := range columns {
		last = append(last, "**"+figure(c.times*c.total)+"**")
	}
	g.row(last...)
	return g.String()
}

// scales begins a table with a column for each scale.
func (f *figures) scales(first string) *markdownTable {
	columns := []string{first}
	for _, s := range f.Workload.Scales {
		columns = append(columns, s.Name)
	}
	return newMarkdownTable(columns...)
}

// addScaleRow adds a row with a figure for each scale.
func (f *figures) addScaleRow(g *markdownTable, name string, of func(model.Scale) string) {
	row := []string{name}
	for _, s := range f.Workload.Scales {
		row = append(row, of(s))
	}
	g.row(row...)
}

func (f *figures) loadTable(*heatResults) string {
	g := f.scales("in the busiest second")
	f.addScaleRow(g, "holders", func(s model.Scale) string { return count(s.Holders) })
	f.addScaleRow(g, "verifications a day", func(s model.Scale) string { return figure(s.Verifications) })
	f.addScaleRow(g, "API requests", func(s model.Scale) string { return figure(f.Load(s).Requests) })
	f.addScaleRow(g, "of them verifications", func(s model.Scale) string { return figure(f.Load(s).Routes["POST /v1/verifications"]) })
	f.addScaleRow(g, "of them the page", func(s model.Scale) string {
		routes := f.Load(s).Routes
		return figure(routes["GET /v"] + routes["GET /v/{file}"])
	})
	f.addScaleRow(g, "of them endorsements", func(s model.Scale) string {
		return figure(f.Load(s).Routes["POST /v1/certificates/{certificate}/endorsements"])
	})
	for _, table := range []string{"records", "sessions"} {
		f.addScaleRow(g, table+": read, write units", func(s model.Scale) string {
			u := f.Load(s).Tables[table]
			return figure(u.Read) + ", " + figure(u.Write)
		})
	}
	f.addScaleRow(g, "S3 puts", func(s model.Scale) string { return figure(f.Load(s).Puts) })
	f.addScaleRow(g, "signatures", func(s model.Scale) string { return figure(f.Load(s).Signs) })
	return g.String()
}

func (f *figures) concurrencyTable(*heatResults) string {
	g := f.scales("executions at a time, wanted of reserved")
	for _, name := range slices.Sorted(maps.Keys(f.Functions)) {
		f.addScaleRow(g, name, func(s model.Scale) string {
			return fmt.Sprintf("%d of %d", f.Load(s).Functions[name].NeededExecutions(), f.Functions[name].Reserved)
		})
	}
	return g.String()
}

func (f *figures) storageTable(*heatResults) string {
	g := f.scales("stored")
	for _, years := range []float64{1, 5} {
		after := fmt.Sprintf(" after %.0f years", years)
		if years == 1 {
			after = " after a year"
		}
		f.addScaleRow(g, "records"+after, func(s model.Scale) string { return storage(f.Storage(s, years).Records) })
		f.addScaleRow(g, "files"+after, func(s model.Scale) string { return storage(f.Storage(s, years).Files) })
		f.addScaleRow(g, "logs"+after, func(s model.Scale) string { return storage(f.Storage(s, years).Logs) })
	}
	return g.String()
}

func (f *figures) monthTable(*heatResults) string {
	g := f.scales("a month")
	for _, l := range f.prices {
		for _, years := range []float64{1, 5} {
			f.addScaleRow(g, fmt.Sprintf("%s, %s, in year %.0f", l.Region, l.Currency, years), func(s model.Scale) string {
				_, total := f.Month(s, years).Cost(l)
				return figure(total)
			})
		}
		f.addScaleRow(g, fmt.Sprintf("the same by CloudFront, in year 1, %s", l.Currency), func(s model.Scale) string {
			_, total := f.MonthWithCloudFront(s, 1).Cost(l)
			return figure(total)
		})
	}
	return g.String()
}

func (f *figures) partsTable(*heatResults) string {
	list := f.prices[0]
	g := f.scales(fmt.Sprintf("a month of year 1, %s, %s", list.Region, list.Currency))
	for _, service := range services() {
		f.addScaleRow(g, service.name, func(s model.Scale) string {
			by, _ := f.Month(s, 1).Cost(list)
			return figure(sumAmounts(by, service.prices))
		})
	}
	return g.String()
}

func (f *figures) heatTable(h *heatResults) string {
	g := newMarkdownTable("scale, table", "partitions", "keys touched", "busiest key", "its reads, writes a second", "it takes", "partitions: half below", "99 % below", "hottest")
	for i, s := range f.Workload.Scales {
		for _, table := range slices.Sorted(maps.Keys(h.scales[i])) {
			t := h.scales[i][table]
			g.row(s.Name+", "+table, count(t.Partitions), count(t.Keys), "`"+t.Busiest.Kind+"`",
				figure(t.Busiest.Read)+", "+figure(t.Busiest.Write), percent(t.Busiest.Share()), percent(t.P50), percent(t.P99), percent(t.Hottest))
		}
	}
	return g.String()
}

func (f *figures) sharpTable(h *heatResults) string {
	g := newMarkdownTable("exponent", "verifications of the first certificate a second", "its key takes", "hottest partition")
	for i, exponent := range exponents() {
		t := h.byExponent[i]
		g.row(figure(exponent), figure(t.Busiest.Write), percent(t.Busiest.Share()), percent(t.Hottest))
	}
	return g.String()
}

// keyTable says how often something may happen to one key in a second before its partition is full, for what
// strangers can do: verify, and try to log in.
func (f *figures) keyTable(*heatResults) string {
	type most struct {
		kind, whose, journey string
		rate                 float64
	}
	found := map[string]most{}
	for i := range f.Journeys {
		j := &f.Journeys[i]
		for _, a := range j.Accesses {
			share := model.Units{Read: a.Read, Write: a.Write}.Share()
			if share == 0 || a.Whose == model.Fresh || j.Function() != "verify" && j.Name != "login" {
				continue
			}
			if one, ok := found[a.Kind]; !ok || 1/share < one.rate {
				found[a.Kind] = most{a.Kind, a.Whose, j.Name, 1 / share}
			}
		}
	}
	g := newMarkdownTable("key", "one for each", "journey that takes most of it", "times a second")
	for _, m := range slices.SortedFunc(maps.Values(found), func(a, b most) int {
		return cmp.Or(cmp.Compare(a.rate, b.rate), cmp.Compare(a.kind, b.kind))
	}) {
		g.row("`"+m.kind+"`", m.whose, m.journey, figure(m.rate))
	}
	return g.String()
}

// quotaTable leaves out routes and functions of which even the nation wants little.
func (f *figures) quotaTable(*heatResults) string {
	const little = 0.1
	scales := f.Workload.Scales
	g := f.scales("limit")
	for _, q := range f.Quotas(scales[len(scales)-1]) {
		if q.Ours && q.Share() < little {
			continue
		}
		f.addScaleRow(g, fmt.Sprintf("%s: %s", q.Name, figure(q.Limit)), func(s model.Scale) string {
			at := f.Quotas(s)
			i := slices.IndexFunc(at, func(o model.Quota) bool { return o.Name == q.Name })
			if share := at[i].Share(); share > 1 {
				return "**" + percent(share) + "**"
			}
			return percent(at[i].Share())
		})
	}
	return g.String()
}

func (f *figures) priceTable(*heatResults) string {
	var out strings.Builder
	for i, l := range f.prices {
		if i > 0 {
			out.WriteByte('\n')
		}
		g := newMarkdownTable(fmt.Sprintf("%s, %s, looked up %s", l.Region, l.Currency, l.Date), "price", "read in")
		for _, name := range slices.Sorted(maps.Keys(l.Prices)) {
			p := l.Prices[name]
			var tiers []string
			for _, t := range p.Tiers {
				text := strconv.FormatFloat(t.Price, 'f', -1, 64)
				if t.UpTo > 0 {
					text += " up to " + figure(t.UpTo)
				}
				tiers = append(tiers, text)
			}
			g.row(name+", "+p.Per, strings.Join(tiers, ", then "), p.Source)
		}
		out.WriteString(g.String())
	}
	return out.String()
}

package model

// Amounts are how much is taken of what has a price, in the price's units.
type Amounts map[string]float64

func (a Amounts) add(times float64, more Amounts) {
	for name, amount := range more {
		a[name] += times * amount
	}
}

// Cost is what amounts cost in a month, service by service and together.
func (a Amounts) Cost(l PriceList) (by map[string]float64, total float64) {
	return a.sumPrices(l.Prices, Price.MonthlyCost)
}

// FirstTierCost is what amounts cost at the price of the first tier: a journey among few.
func (a Amounts) FirstTierCost(l PriceList) (by map[string]float64, total float64) {
	return a.sumPrices(l.Prices, func(p Price, amount float64) float64 { return p.Tiers[0].Price * amount })
}

// sumPrices goes in the order of the list, so that sums are the same each time.
func (a Amounts) sumPrices(prices map[string]Price, of func(Price, float64) float64) (by map[string]float64, total float64) {
	by = map[string]float64{}
	for _, name := range amountNames() {
		by[name] = of(prices[name], a[name])
		total += by[name]
	}
	return by, total
}

// Usage is what a journey takes each time, besides storage.
func (m *Model) Usage(j *Scenario) Amounts {
	read, write := j.Units()
	requests := float64(j.Requests())
	a := Amounts{
		LambdaRequests: requests / million,
		LambdaSeconds:  m.BusyMillis(j) / 1000 * float64(m.Functions[j.Function()].Memory) / 1024 / million,
		APIRequests:    requests / million,
		TableReads:     read / million,
		TableWrites:    write / million,
		ObjectPuts:     float64(j.Puts) / million,
		ObjectGets:     float64(j.Gets) / million,
		DataOut:        (float64(j.AnswerBytes+j.GetBytes) + float64(m.Workload.PerBody)*(requests+float64(j.Gets))) / gigabyte,
		Logs:           m.logBytes(j) / gigabyte,
	}
	if j.Puts > 0 {
		a[KeyRequests] = float64(m.Workload.Signs) / million
	}
	return a
}

// Retention is what keeping a journey's traces takes over their life, in GB-months: of an endorsement five years in
// the register, of the rest what the template and the register say.
func (m *Model) Retention(j *Scenario) Amounts {
	days := 5 * 365.0
	if j.Function() == "verify" {
		days = VerificationEntryDays
	}
	table := float64(max(0, j.Stored["records"])) / gigabyte * days / monthDays
	return Amounts{
		TableStorage:  table,
		TableBackup:   table,
		ObjectStorage: float64(j.PutBytes) / gigabyte * float64(m.FileDays) / monthDays,
		LogStorage:    m.logBytes(j) * m.Workload.Packed / gigabyte * float64(m.LogDays) / monthDays,
	}
}

// Endorsement is what one endorsement takes with all that leads to it and follows: what the holders do in a
// year, shared out.
func (m *Model) Endorsement() Amounts {
	all := Amounts{}
	for i := range m.Journeys {
		j := &m.Journeys[i]
		times := m.Workload.PerHolderYear[j.Name] / m.Workload.PerHolderYear["endorse"]
		all.add(times, m.Usage(j))
		if j.Name == "endorse" {
			all.add(1, m.Retention(j))
		}
	}
	return all
}

// Verification is what one verification takes, on the average of all kinds.
func (m *Model) Verification() Amounts {
	all := Amounts{}
	for i := range m.Journeys {
		j := &m.Journeys[i]
		all.add(m.Workload.PerVerification[j.Name], m.Usage(j))
		all.add(m.Workload.PerVerification[j.Name], m.Retention(j))
	}
	return all
}

// Month is what a scale takes in the last month of a year.
func (m *Model) Month(s Scale, years float64) Amounts {
	all := Amounts{}
	for i := range m.Journeys {
		j := &m.Journeys[i]
		all.add(m.Workload.DailyCount(j.Name, s)*monthDays, m.Usage(j))
	}
	stored := m.Storage(s, years)
	all.add(1, Amounts{
		TableStorage: stored.Records + stored.Sessions, TableBackup: stored.Records + stored.Sessions,
		ObjectStorage: stored.Files, LogStorage: stored.Logs,
		Metrics: m.metrics(), AlarmMetrics: float64(m.Workload.Alarms), Keys: float64(1 + m.Workload.Signs),
	})
	return all
}

// metrics are those that the log lines carry: two of each function and five of each route (shared/service/api).
func (m *Model) metrics() float64 { return float64(2*len(m.Functions) + 5*len(m.Routes)) }

// MonthWithCloudFront is the same with CloudFront before the API: the API's answers leave by it, documents by S3 still.
func (m *Model) MonthWithCloudFront(s Scale, years float64) Amounts {
	all := m.Month(s, years)
	files := 0.0
	for i := range m.Journeys {
		j := &m.Journeys[i]
		files += m.Workload.DailyCount(j.Name, s) * monthDays * (float64(j.GetBytes) + float64(m.Workload.PerBody*j.Gets)) / gigabyte
	}
	all[NetworkOut], all[NetworkRequests] = all[DataOut]-files, all[APIRequests]
	all[DataOut] = files
	return all
}

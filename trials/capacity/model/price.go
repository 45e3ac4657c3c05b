package model

import (
	"encoding/json"
	"fmt"
	"math"
)

// Tier is a price up to an amount in a month; no amount: for all that is left.
type Tier struct {
	UpTo  float64 `json:"upTo,omitempty"`
	Price float64 `json:"price"`
}

// Price is what one service costs in one region.
type Price struct {
	Per    string `json:"per"`    // what is counted, such as "million requests"
	Tiers  []Tier `json:"tiers"`  // the first first
	Source string `json:"source"` // where it was read, or "from memory"
}

// PriceList is what everything costs in one region.
type PriceList struct {
	Region   string           `json:"region"`
	Currency string           `json:"currency"`
	Date     string           `json:"date"` // when it was looked up
	Prices   map[string]Price `json:"prices"`
}

// The prices a list has to have.
const (
	LambdaRequests  = "lambda requests"
	LambdaSeconds   = "lambda arm64 seconds"
	APIRequests     = "http api requests"
	TableReads      = "dynamodb reads"
	TableWrites     = "dynamodb writes"
	TableStorage    = "dynamodb storage"
	TableBackup     = "dynamodb point-in-time recovery"
	ObjectPuts      = "s3 puts"
	ObjectGets      = "s3 gets"
	ObjectStorage   = "s3 storage"
	DataOut         = "data out"
	Logs            = "logs taken in"
	LogStorage      = "logs kept"
	Metrics         = "metrics"
	AlarmMetrics    = "alarms"
	KeyRequests     = "kms signatures"
	Keys            = "kms keys"
	NetworkRequests = "cloudfront requests"
	NetworkOut      = "cloudfront data out"
)

// amountNames lists them.
func amountNames() []string {
	return []string{
		LambdaRequests, LambdaSeconds, APIRequests, TableReads, TableWrites, TableStorage, TableBackup,
		ObjectPuts, ObjectGets, ObjectStorage, DataOut, Logs, LogStorage, Metrics, AlarmMetrics, KeyRequests, Keys,
		NetworkRequests, NetworkOut,
	}
}

// ParsePrices reads price lists. A list without one of the prices, or with tiers out of order, is an error.
func ParsePrices(data []byte) ([]PriceList, error) {
	var lists []PriceList
	if err := json.Unmarshal(data, &lists); err != nil {
		return nil, fmt.Errorf("read the prices: %w", err)
	}
	for _, l := range lists {
		for _, name := range amountNames() {
			if err := l.Prices[name].check(); err != nil {
				return nil, fmt.Errorf("prices of %s: %s: %w", l.Region, name, err)
			}
		}
	}
	return lists, nil
}

func (p Price) check() error {
	if len(p.Tiers) == 0 || p.Per == "" || p.Source == "" {
		return fmt.Errorf("want per, tiers and source")
	}
	last := len(p.Tiers) - 1
	for i, t := range p.Tiers {
		if (t.UpTo == 0) != (i == last) || i > 0 && i < last && t.UpTo <= p.Tiers[i-1].UpTo {
			return fmt.Errorf("every tier but the last ends, each above the one before")
		}
	}
	return nil
}

// MonthlyCost is what an amount costs in a month.
func (p Price) MonthlyCost(amount float64) float64 {
	cost, from := 0.0, 0.0
	for _, t := range p.Tiers {
		to := t.UpTo
		if to == 0 {
			to = math.Inf(1)
		}
		cost += t.Price * max(0, min(amount, to)-from)
		from = to
	}
	return cost
}

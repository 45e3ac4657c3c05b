package main

import (
	"bytes"
	_ "embed" // for the data
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/jiazhu/jiazhu/local/cmd/simulate/model"
)

var (
	//go:embed data/counts.json
	countsData []byte
	//go:embed data/workload.json
	workloadData []byte
	//go:embed data/prices.json
	pricesData []byte
)

// countsFile is where countsData come from.
const countsFile = "local/cmd/simulate/data/counts.json"

// figures are the model with the committed data, and the prices.
type figures struct {
	model.Model
	prices []model.PriceList
}

func readFigures(root string) (*figures, error) {
	journeys, err := model.ParseJourneys(countsData)
	if err != nil {
		return nil, err
	}
	return figuresOf(root, journeys)
}

func figuresOf(root string, journeys []model.Journey) (*figures, error) {
	d, err := readDeployed(root)
	if err != nil {
		return nil, err
	}
	workload, err := model.ParseWorkload(workloadData)
	if err != nil {
		return nil, err
	}
	prices, err := model.ParsePrices(pricesData)
	if err != nil {
		return nil, err
	}
	f := &figures{prices: prices, Model: model.Model{
		Journeys: journeys, Workload: workload, Functions: d.functions, Routes: d.routes,
		FileDays: d.fileDays, LogDays: d.logDays,
	}}
	return f, f.Check()
}

// encode writes journeys, one a line.
func encode(journeys []model.Journey) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("[\n")
	for i, j := range journeys {
		line, err := json.Marshal(j)
		if err != nil {
			return nil, fmt.Errorf("write the counted journeys: %w", err)
		}
		out.Write(line)
		if i < len(journeys)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]\n")
	return out.Bytes(), nil
}

func documentOf(root string) string { return filepath.Join(root, "docs", "capacity.md") }

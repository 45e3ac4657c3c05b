package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// The data, in the repository.
const (
	countsFile   = "trials/capacity/data/counts.json"
	workloadFile = "trials/capacity/data/workload.json"
	pricesFile   = "trials/capacity/data/prices.json"
)

// figures are the model with the committed data, and the prices.
type figures struct {
	model.Model
	prices []model.PriceList
}

func readFigures(root string) (*figures, error) {
	journeys, err := parseFile(root, countsFile, model.ParseScenarios)
	if err != nil {
		return nil, err
	}
	return figuresOf(root, journeys)
}

func figuresOf(root string, journeys []model.Scenario) (*figures, error) {
	d, err := readDeployed(root)
	if err != nil {
		return nil, err
	}
	workload, err := parseFile(root, workloadFile, model.ParseWorkload)
	if err != nil {
		return nil, err
	}
	prices, err := parseFile(root, pricesFile, model.ParsePrices)
	if err != nil {
		return nil, err
	}
	f := &figures{prices: prices, Model: model.Model{
		Journeys: journeys, Workload: workload, Functions: d.functions, Routes: d.routes,
		FileDays: d.fileDays, LogDays: d.logDays,
	}}
	return f, f.Check()
}

func parseFile[T any](root, file string, parse func([]byte) (T, error)) (T, error) {
	data, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		var none T
		return none, err
	}
	return parse(data)
}

// encode writes journeys, one a line.
func encode(journeys []model.Scenario) ([]byte, error) {
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

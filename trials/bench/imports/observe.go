package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
)

// observation is everything that can be seen of the service afterwards.
type observation struct {
	monitor
	progress    client.Intake
	refusedRows []int          // numbers of the rows in the result that give a reason
	table       map[string]int // items by kind
}

// The kinds of items that a certificate is made of.
const (
	certificates  = "certificates"
	firstVersions = "certificates in version 001"
	numbers       = "numbers"
	holders       = "holders' entries"
)

func observe(ctx context.Context, s *stack.Stack, registry seed.Machine, done client.Intake, w monitor) (o observation, err error) {
	o = observation{monitor: w, progress: done}
	result, err := registry.RefusedRows(ctx, done)
	if err != nil {
		return o, err
	}
	if o.refusedRows, err = readRefusedRows(result); err != nil {
		return o, err
	}
	o.table, err = count(ctx, s)
	return o, err
}

// readRefusedRows reads the result file: one refused row a line.
func readRefusedRows(result []byte) (rows []int, err error) {
	lines := json.NewDecoder(bytes.NewReader(result))
	for lines.More() {
		var one struct {
			Row    int
			Number string
			Errors []struct{ Rule, Detail string }
		}
		if err := lines.Decode(&one); err != nil {
			return nil, fmt.Errorf("read the result: %w", err)
		}
		if one.Number != "" && len(one.Errors) > 0 && one.Errors[0].Detail != "" {
			rows = append(rows, one.Row)
		}
	}
	return rows, nil
}

// page is how many items of a table are asked for at a time. Without a number the local DynamoDB server
// reads what is left of the table for every megabyte it answers.
const pageSize = 1000

// count reads the whole table of records.
func count(ctx context.Context, s *stack.Stack) (map[string]int, error) {
	config, err := s.Storage.Config(ctx)
	if err != nil {
		return nil, err
	}
	client := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) { o.BaseEndpoint = &s.Storage.DynamoDB })
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{
		TableName: aws.String(template.TableName("Records")), ConsistentRead: aws.Bool(true),
		ProjectionExpression: aws.String("pk, sk, version"), Limit: aws.Int32(pageSize),
	})
	found := map[string]int{}
	for pages.HasMorePages() {
		got, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("count the items: %w", err)
		}
		for _, item := range got.Items {
			pk, sk := text(item["pk"]), text(item["sk"])
			switch {
			case strings.HasPrefix(pk, "CERT#") && sk == "CERT":
				found[certificates]++
				if text(item["version"]) == "001" {
					found[firstVersions]++
				}
			case strings.HasPrefix(pk, "NUMBER#"):
				found[numbers]++
			case strings.HasPrefix(pk, "HOLDER#") && strings.HasPrefix(sk, "CERT#"):
				found[holders]++
			}
		}
	}
	return found, nil
}

func text(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// print writes the figures, a name and a value to a line.
func (o observation) print(to io.Writer) {
	figure := func(name, format string, value any) { fmt.Fprintf(to, "%-36s "+format+"\n", name, value) }
	took := o.finished.Sub(o.started).Seconds()
	fmt.Fprintln(to)
	figure("rows", "%d", o.progress.Rows)
	figure("seconds", "%.0f", took)
	figure("rows a second", "%.0f", float64(o.progress.Rows)/took)
	if first, last, ok := o.rates(); ok {
		figure("rows a second, before the kill", "%.0f", first)
		figure("rows a second, at the end", "%.0f", last)
	}
	figure("kills -9", "%d", o.kills)
	if n := len(o.samples); n > 0 {
		figure("memory at the first mark, MB", "%.0f", o.samples[0].memory)
		figure("memory at the last mark, MB", "%.0f", o.samples[n-1].memory)
		figure("memory at most, MB", "%.0f", o.peakMemory())
	}
	for _, kind := range []string{certificates, firstVersions, numbers, holders} {
		figure(kind, "%d", o.table[kind])
	}
	figure("rows refused, with a reason each", "%d", len(o.refusedRows))
}

// rates are how fast the file went before the kill, and how fast at the end: over three tenths each.
func (o observation) rates() (first, last float64, ok bool) {
	n := len(o.samples)
	if n < 8 {
		return 0, 0, false
	}
	between := func(a, b sample) float64 { return float64(b.rows-a.rows) / (b.at - a.at).Seconds() }
	return between(o.samples[0], o.samples[3]), between(o.samples[n-4], o.samples[n-1]), true
}

// peakMemory is the most memory that any of the function's processes was seen to have taken.
func (o observation) peakMemory() (most float64) {
	for _, t := range o.samples {
		most = max(most, t.peakMemory)
	}
	return most
}

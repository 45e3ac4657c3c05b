package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestRefusedRowsLeaveNoNumberInTheTable: the answer to a report is kept for 90 days, compressed
// and not encrypted.
func TestRefusedRowsLeaveNoNumberInTheTable(t *testing.T) {
	const number = "110101198001010010"
	d := newFixture(t)
	row := validRow(t)
	a := d.report(t,
		row.within("holder", map[string]any{"idNo": "ll0101198OO1010010"}), row.within("holder", map[string]any{"idNo": "110101198001010011"}),
		row.with(fields{"number": number}), row.with(fields{"state": number}), row.with(fields{number: number}),
		row.with(fields{"number": "E12345678"}).within("holder", map[string]any{"idType": "414", "idNo": "E12345678"}),
	)
	if a.Refused != 6 {
		t.Fatalf("%+v", a)
	}
	answers := 0
	for _, item := range d.Items(t, d.Table) {
		for name, value := range item {
			var kept []byte
			switch v := value.(type) {
			case *types.AttributeValueMemberS:
				kept = []byte(v.Value)
			case *types.AttributeValueMemberB:
				kept = unpackRows(v.Value)
				if name == "rows" {
					answers++
				}
			}
			if text := string(kept); strings.Contains(text, number[:17]) || strings.Contains(text, "E12345678") {
				t.Errorf("%s has a number: %s", name, text)
			}
		}
	}
	if answers != 1 {
		t.Errorf("%d answers were looked at", answers)
	}
}

// unpackRows decompresses data, or returns it unchanged if it is not compressed.
func unpackRows(data []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return data
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return data
	}
	return plain
}

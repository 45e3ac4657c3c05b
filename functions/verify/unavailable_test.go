package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// If the register cannot be read, the answer still has what a copy proves by itself, and the log
// says why there is no more.
func TestWithoutItsTableTheRegistryCannotBeAsked(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	var log bytes.Buffer
	w.app.Log = &log
	table := recordstest.Open(t).Tables()
	if _, err := table.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &w.Table}); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]reply{
		"token": w.postVerification(t, fields{"token": made.Token}),
		"PDF":   w.upload(t, "application/pdf", made.PDF, ""),
		"OFD":   w.upload(t, "application/ofd", made.OFD, ""),
	} {
		if result, _ := got.row(verdict.Integrity); got.Verdict != "unknown" || result != "pass" {
			t.Errorf("%s: %s: %+v", name, got.Verdict, got.Checks)
		}
	}
	if !strings.Contains(log.String(), "ResourceNotFoundException") || !strings.Contains(log.String(), `"unavailable"`) {
		t.Errorf("the log says %s", &log)
	}
}

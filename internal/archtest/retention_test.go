package archtest

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/retention"
)

// TestEveryPlaceIsKeptAsLongAsStated: buckets, queues and logs of the template, and none without a time.
func TestEveryPlaceIsKeptAsLongAsStated(t *testing.T) {
	s, _ := readTemplate(t)
	for _, p := range retention.Locations() {
		if got := s.get(p.Resource, p.Property); got != p.Value {
			t.Errorf("%s: %s of %s is %q, want %q", p.What, p.Property, p.Resource, got, p.Value)
		}
	}
	for _, id := range s.of("AWS::Logs::LogGroup") {
		if got := s.get(id, "RetentionInDays"); got != "LogDays" {
			t.Errorf("%s is kept %q", id, got)
		}
	}
	for _, id := range s.of("AWS::SQS::Queue") {
		if got := s.get(id, "MessageRetentionPeriod"); got != "1209600" {
			t.Errorf("%s is kept %q", id, got)
		}
	}
	for _, id := range s.of("AWS::DynamoDB::Table") {
		if s.get(id, "TimeToLiveSpecification.AttributeName") != "ttl" || s.get(id, "TimeToLiveSpecification.Enabled") != "true" {
			t.Errorf("%s removes nothing by ttl", id)
		}
	}
	for name, want := range map[string]string{"FileDaysAfterUse": "90", "JournalDays": "400", "LogDays": "180", "ReplacedFileDays": "30"} {
		parameter := s.Parameters[name]
		if got := at(&parameter, "Default"); got == nil || got.Value != want {
			t.Errorf("%s is %v, want %s", name, got, want)
		}
	}
	for _, p := range retention.Locations() {
		if _, days, ok := strings.Cut(p.Until, "`, "); ok {
			name := strings.Split(p.Until, "`")[1]
			parameter := s.Parameters[name]
			if got := at(&parameter, "Default"); got == nil || got.Value+" days" != days {
				t.Errorf("%s says %q", p.What, p.Until)
			}
		}
	}
}

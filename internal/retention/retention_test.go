package retention_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/retention"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// TestTheDocumentSaysHowLongEverythingIsKept: docs/retention.md has the table of this package.
func TestTheDocumentSaysHowLongEverythingIsKept(t *testing.T) {
	doc, err := os.ReadFile("../../docs/retention.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), retention.Markdown()) {
		t.Errorf("docs/retention.md does not hold this table:\n%s", retention.Markdown())
	}
}

// TestAnItemWithAnotherEndIsNoticed: without one, with one too many, too early, too late.
func TestAnItemWithAnotherEndIsNoticed(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	at := func(days int) int64 { return now.AddDate(0, 0, days).Unix() }
	for name, c := range map[string]struct {
		table, pk, sk string
		ttl           int64
		right         bool
	}{
		"an endorsement":             {"Records", "COPY#x", "ENDORSE#y", at(endorsement.RecordDays + 180), true},
		"an endorsement for ever":    {"Records", "COPY#x", "ENDORSE#y", 0, false},
		"an endorsement for a year":  {"Records", "COPY#x", "ENDORSE#y", at(365), false},
		"an endorsement for decades": {"Records", "COPY#x", "ENDORSE#y", at(9000), false},
		"a certificate":              {"Records", "CERT#x", "CERT", 0, true},
		"a certificate that ends":    {"Records", "CERT#x", "CERT", at(1), false},
	} {
		t.Run(name, func(t *testing.T) {
			k, ok := retention.Of(c.table, c.pk, c.sk)
			if err := k.Check(c.ttl, now, time.Hour); !ok || (err == nil) != c.right {
				t.Errorf("%t, %v", ok, err)
			}
		})
	}
	if k, ok := retention.Of("Records", "COPY#x", "NEW#y"); ok {
		t.Errorf("an unknown kind is taken for %+v", k)
	}
}

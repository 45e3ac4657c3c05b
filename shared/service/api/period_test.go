package api_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

func TestAPeriodRefusesWhatIsGivenButEmptyOrNoDay(t *testing.T) {
	for query, want := range map[string]string{
		"":                                 "",
		"from=2026-11-01&to=2026-11-23":    "",
		"from=2026-11-23&to=2026-11-23":    "",
		"limit=50":                         "",
		"from=":                            "/from",
		"to=":                              "/to",
		"to=2026-02-30":                    "/to",
		"from=2026-11-23&to=2026-11-22":    "/to",
		"limit=":                           "/limit",
		"limit=0":                          "/limit",
		"limit=51":                         "/limit",
		"limit=1.0":                        "/limit",
		"from=2026-11-23T00:00:00%2B08:00": "/from",
	} {
		t.Run(query, func(t *testing.T) {
			values, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			_, err = api.ReadPeriod(values)
			var got string
			if p, ok := problem.As(err); ok && p.Code == problem.InvalidField && len(p.Fields) == 1 {
				got = p.Fields[0].Pointer
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

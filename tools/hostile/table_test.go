package main

import (
	"strings"
	"testing"
)

const refusedEvent = `{"Action":"attr","Package":"x/verify","Test":"TestHostileUploads/a_bomb","Key":"hostile","Value":"{\"refused\":\"altered\",\"sent\":1048576,\"cpu\":2.5,\"allocated\":2097152,\"bound\":4194304}"}`

func TestTheTableCountsInputs(t *testing.T) {
	for name, test := range map[string]struct {
		events         []string
		passed, failed int
		shown          string
	}{
		"an input that was refused": {
			[]string{refusedEvent, `{"Action":"pass","Package":"x/verify","Test":"TestHostileUploads/a_bomb"}`, `{"Action":"pass","Package":"x/verify","Test":"TestHostileUploads"}`},
			1, 0, "     1.000       2.5      2.00       4.0  altered                  a bomb",
		},
		"an input that was not": {
			[]string{refusedEvent, `{"Action":"output","Package":"x/verify","Test":"TestHostileUploads/a_bomb","Output":"    a_test.go:9: not refused\n"}`,
				`{"Action":"fail","Package":"x/verify","Test":"TestHostileUploads/a_bomb"}`, `{"Action":"fail","Package":"x/verify","Test":"TestHostileUploads"}`, `{"Action":"fail","Package":"x/verify"}`},
			0, 1, "✗ a_test.go:9: not refused",
		},
		"a package that does not compile": {[]string{`{"Action":"fail","Package":"x/verify"}`}, 0, 1, "✗ verify"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			table := &table{out: &out, tried: map[string]bool{}}
			if err := table.read(strings.NewReader(strings.Join(test.events, "\n"))); err != nil {
				t.Fatal(err)
			}
			table.total()
			if table.passed != test.passed || table.failed != test.failed || !strings.Contains(out.String(), test.shown) {
				t.Errorf("%d passed, %d failed:\n%s", table.passed, table.failed, &out)
			}
		})
	}
}

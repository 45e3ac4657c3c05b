package main

import (
	"strings"
	"testing"
)

func TestTheDrillBringsEverythingBack(t *testing.T) {
	var out strings.Builder
	failed, err := runDrill(t.Context(), &out, false)
	if err != nil || failed > 0 || !strings.HasSuffix(out.String(), " passed, 0 failed\n") {
		t.Errorf("%v\n%s", err, &out)
	}
}

// TestADrillWithoutTheReplayFails and says what restored tables take back.
func TestADrillWithoutTheReplayFails(t *testing.T) {
	var out strings.Builder
	failed, err := runDrill(t.Context(), &out, true)
	if err != nil || failed != 1 || !strings.Contains(out.String(), lostError(losses()).Error()) {
		t.Errorf("%d failed, %v\n%s", failed, err, &out)
	}
}

func TestCopiesThatDifferAreTold(t *testing.T) {
	copied := map[string][]byte{"records.jsonl": []byte("{}\n"), "object-000000": []byte("{}")}
	for name, test := range map[string]struct {
		now  map[string][]byte
		same bool
	}{
		"the same":        {map[string][]byte{"records.jsonl": []byte("{}\n"), "object-000000": []byte("{}")}, true},
		"another item":    {map[string][]byte{"records.jsonl": []byte("[]\n"), "object-000000": []byte("{}")}, false},
		"an object fewer": {map[string][]byte{"records.jsonl": []byte("{}\n")}, false},
		"an object more":  {map[string][]byte{"records.jsonl": []byte("{}\n"), "object-000000": []byte("{}"), "object-000001": nil}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := differences(copied, test.now); (err == nil) != test.same {
				t.Errorf("%v", err)
			}
		})
	}
}

package dynamo

import (
	"encoding/json"
	"net/http"
	"testing"
)

// canceller cancels transactions for the given reasons, one list per transaction, and lets later
// ones through.
type canceller struct {
	reasons [][]string
	calls   int
}

func (c *canceller) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	c.calls++
	if c.calls > len(c.reasons) {
		_, _ = w.Write([]byte("{}"))
		return
	}
	var reasons []map[string]string
	for _, code := range c.reasons[c.calls-1] {
		reasons = append(reasons, map[string]string{"Code": code})
	}
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"__type":              "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
		"CancellationReasons": reasons,
	})
}

func TestTransactionsThatMeetTryAgain(t *testing.T) {
	const conflict, condition, none = "TransactionConflict", "ConditionalCheckFailed", "None"
	endless := make([][]string, 20)
	for i := range endless {
		endless[i] = []string{conflict, none}
	}
	for _, test := range []struct {
		name    string
		reasons [][]string
		calls   int
		refused bool
		failed  bool
	}{
		{"nobody is in the way", nil, 1, false, false},
		{"another transaction passes", [][]string{{conflict, none}, {none, conflict}}, 3, false, false},
		{"a condition does not hold", [][]string{{none, condition}}, 1, true, false},
		{"a conflict hides what matters", [][]string{{conflict, condition}, {condition, none}}, 2, true, false},
		{"the table cannot keep up", [][]string{{"ThrottlingError", none}}, 2, false, false},
		{"others never leave", endless, maxAttempts, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &canceller{reasons: test.reasons}
			err := newTableOn(t, c).Transact(t.Context(), "trying", Delete(Key{"a", "1"}), Delete(Key{"a", "2"}))
			if refused := AsRefusal(err) != nil; refused != test.refused || c.calls != test.calls {
				t.Errorf("refused %v after %d calls: %v", refused, c.calls, err)
			}
			if IsUnavailable(err) != test.failed || err != nil && !test.refused && !test.failed {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAMistakeOfTheProgramIsNotTriedAgain(t *testing.T) {
	c := &canceller{reasons: [][]string{{"ValidationError", "None"}}}
	err := newTableOn(t, c).Transact(t.Context(), "trying", Delete(Key{"a", "1"}), Delete(Key{"a", "2"}))
	if err == nil || IsUnavailable(err) || AsRefusal(err) != nil || c.calls != 1 {
		t.Errorf("%d calls: %v", c.calls, err)
	}
}

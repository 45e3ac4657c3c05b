package records

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
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
		code    problem.Code // "": no error
	}{
		{"nobody is in the way", nil, 1, false, ""},
		{"another transaction passes", [][]string{{conflict, none}, {none, conflict}}, 3, false, ""},
		{"a condition does not hold", [][]string{{none, condition}}, 1, true, ""},
		{"a conflict hides what matters", [][]string{{conflict, condition}, {condition, none}}, 2, true, ""},
		{"the table cannot keep up", [][]string{{"ThrottlingError", none}}, 2, false, ""},
		{"others never leave", endless, transactAttempts, false, problem.Unavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &canceller{reasons: test.reasons}
			refused, err := newStoreOn(t, c).transact(t.Context(), "trying", []types.TransactWriteItem{})
			if (refused != nil) != test.refused || c.calls != test.calls {
				t.Errorf("refused %v after %d calls: %v", refused, c.calls, err)
			}
			if test.code == "" && err != nil || test.code != "" && !problem.Is(err, test.code) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAMistakeOfTheProgramIsNotTriedAgain(t *testing.T) {
	c := &canceller{reasons: [][]string{{"ValidationError", "None"}}}
	_, err := newStoreOn(t, c).transact(t.Context(), "trying", []types.TransactWriteItem{})
	if _, ours := problem.As(err); err == nil || ours || c.calls != 1 {
		t.Errorf("%d calls: %v", c.calls, err)
	}
}

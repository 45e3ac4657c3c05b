package dynamo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
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

func TestARefusalNamesTheConditionsThatAreFalse(t *testing.T) {
	c := &canceller{reasons: [][]string{{"None", "ConditionalCheckFailed"}}}
	err := newTableOn(t, c).Transact(t.Context(), "trying",
		Delete(Key{"a", "1"}).WithName("first"), Delete(Key{"a", "2"}).WithName("second"))
	r := AsRefusal(fmt.Errorf("wrapped: %w", err))
	if r == nil || r.IsOf("first") || !r.IsOf("second") || r.Existing("second") != nil {
		t.Fatalf("got %v", err)
	}
	if !errors.Is(err, ErrRefused) || IgnoreRefusal(err) != nil {
		t.Errorf("%v is not a refusal", err)
	}
	if other := NewUnavailable("throttled"); errors.Is(other, ErrRefused) || IgnoreRefusal(other) != other || AsRefusal(other) != nil {
		t.Errorf("%v is a refusal", other)
	}
}

func TestAnExpressionNamesItsAttributesItself(t *testing.T) {
	w, err := newTableOn(t, &canceller{}).prepare(
		Update(Key{"a", "1"}, "SET #ttl = :ttl", Values{"ttl": 1}).If("#hash = :hash", Values{"hash": "h"}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"#ttl": "ttl", "#hash": "hash"}, w.names); diff != "" {
		t.Error(diff)
	}
	if len(w.values) != 2 || w.values[":ttl"] == nil || w.values[":hash"] == nil {
		t.Errorf("the values are %v", w.values)
	}
}

func TestAKeyInAnErrorTellsNothingOfItsItem(t *testing.T) {
	if got := (Key{"ACCOUNT#mohurd#zhangsan", "ACCOUNT"}).String(); got != "ACCOUNT|ACCOUNT" {
		t.Errorf("got %s", got)
	}
}

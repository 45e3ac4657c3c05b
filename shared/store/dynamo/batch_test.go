package dynamo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// partialBatch answers one key of a batch at a time and returns the others as unprocessed, as
// DynamoDB does under load. Without a table behind it, it returns all keys as unprocessed.
type partialBatch struct {
	each  int
	calls int
}

func (s *partialBatch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		RequestItems map[string]struct {
			ConsistentRead bool
			Keys           []map[string]any
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.calls++
	asked := ask.RequestItems["records"]
	n := min(s.each, len(asked.Keys))
	answer := map[string]any{"Responses": map[string]any{"records": asked.Keys[:n]}, "UnprocessedKeys": map[string]any{}}
	if rest := asked.Keys[n:]; len(rest) > 0 {
		answer["UnprocessedKeys"] = map[string]any{"records": map[string]any{"ConsistentRead": asked.ConsistentRead, "Keys": rest}}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(answer)
}

// newTableOn returns a table that is an HTTP handler and whose client does not retry. Its items have
// no tags.
func newTableOn(t *testing.T, table http.Handler) *Table {
	server := httptest.NewServer(table)
	t.Cleanup(server.Close)
	client := dynamodb.New(dynamodb.Options{
		BaseEndpoint: &server.URL, Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	})
	untagged := tags.Kinds{Table: "records", Of: []tags.Kind{{Untagged: true}}}
	return New(client, "records", tags.NewTagger(untagged, nil), func(string) int { return 1 })
}

func TestUnprocessedKeysAreAskedForAgain(t *testing.T) {
	table := &partialBatch{each: 1}
	keys := []Key{{"a", "1"}, {"a", "2"}, {"b", "1"}}
	got, err := newTableOn(t, table).BatchGet(t.Context(), keys...)
	if err != nil || table.calls != 3 {
		t.Fatalf("asked %d times: %v", table.calls, err)
	}
	for _, k := range keys {
		if _, ok := got[k]; !ok {
			t.Errorf("%v is missing", k)
		}
	}
}

func TestATableThatAnswersNothingIsGivenUpOn(t *testing.T) {
	table := &partialBatch{}
	_, err := newTableOn(t, table).BatchGet(t.Context(), Key{"a", "1"})
	if !IsUnavailable(err) || table.calls != maxAttempts {
		t.Errorf("asked %d times: %v", table.calls, err)
	}
}

package faultproxy

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// largestCall bounds what is read of a call that is refused; DynamoDB takes 16 MB.
const maxCallBytes = 16 << 20

// RefuseTables answers as DynamoDB does when a table cannot keep up: a transaction names the reason
// for each of its parts, in order.
func RefuseTables(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxCallBytes))
	answer := map[string]any{
		"__type":  "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
		"message": "The level of configured provisioned throughput for the table was exceeded.",
	}
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		var call struct{ TransactItems []json.RawMessage }
		_ = json.Unmarshal(body, &call)
		reasons := make([]map[string]string, len(call.TransactItems))
		for i := range reasons {
			reasons[i] = map[string]string{"Code": "ThrottlingError", "Message": "Throughput exceeds the current capacity."}
		}
		answer = map[string]any{
			"__type":              "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
			"Message":             "Transaction cancelled, please refer cancellation reasons for specific reasons",
			"CancellationReasons": reasons,
		}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(answer)
}

// RefuseObjects answers as S3 does when it is asked too much at once.
func RefuseObjects(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxCallBytes))
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+
		`<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
}

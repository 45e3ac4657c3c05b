package sessions_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

// answerLosingTransport loses the response to the first attempt of every call of an operation.
type answerLosingTransport struct{ operation string }

func (l answerLosingTransport) Do(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultClient.Do(r)
	if err != nil || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+l.operation) ||
		!strings.HasPrefix(r.Header.Get("Amz-Sdk-Request"), "attempt=1") {
		return answer, err
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	return nil, errors.Join(errors.New("connection reset by peer"), answer.Body.Close())
}

// newLosingStore returns the table's store with a transport that loses responses.
func newLosingStore(table *sessionstest.Table, operation string) *sessions.Store {
	options := table.Client.Options()
	options.HTTPClient = answerLosingTransport{operation}
	return sessions.New(dynamodb.New(options), table.Name, table.Sealer)
}

func TestAWriteWhoseAnswerWasLostCountsOnce(t *testing.T) {
	table := sessionstest.Open(t)
	once := identity.Limit{Name: "once", Key: []string{"k"}, Burst: 1, Every: time.Hour}
	if err := newLosingStore(table, "PutItem").Take(t.Context(), once, noon); err != nil {
		t.Errorf("the only token: %v", err)
	}
	if err := table.Store.Take(t.Context(), once, noon); !isExhausted(err) {
		t.Errorf("a token there is not: %v", err)
	}

	many := identity.Limit{Name: "many", Key: []string{"k"}, Burst: 3, Every: time.Hour}
	for n, operation := range []string{"PutItem", "UpdateItem", "UpdateItem"} {
		if err := newLosingStore(table, operation).Take(t.Context(), many, noon); err != nil {
			t.Errorf("token %d of three: %v", n+1, err)
		}
	}
	if err := table.Store.Take(t.Context(), many, noon); !isExhausted(err) {
		t.Errorf("a fourth token: %v", err)
	}

	challenge := identity.Challenge{ID: "challenge", State: identity.Pending, CreatedAt: noon, ExpiresAt: noon.Add(time.Minute)}
	if err := newLosingStore(table, "PutItem").PutChallenge(t.Context(), challenge); err != nil {
		t.Errorf("a challenge: %v", err)
	}
}

func TestABucketLeftByAClockAheadIsEmptyAndNoMore(t *testing.T) {
	table := sessionstest.Open(t)
	limit := identity.Limit{Name: "ahead", Key: []string{"k"}, Burst: 3, Every: time.Minute}
	if err := table.Store.Take(t.Context(), limit, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	var exhausted *sessions.LimitError
	if err := table.Store.Take(t.Context(), limit, noon); !errors.As(err, &exhausted) || exhausted.RetryIn != time.Minute {
		t.Errorf("right after: %v", err)
	}
	if err := table.Store.Take(t.Context(), limit, noon.Add(time.Minute)); err != nil {
		t.Errorf("after the time told: %v", err)
	}
}

package meter

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/local/stack"
)

type attributes = map[string]types.AttributeValue

func stringValue(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func itemKey(pk, sk string) attributes {
	return attributes{"pk": stringValue(pk), "sk": stringValue(sk)}
}

// itemOfSize is an item of so many KB, to a byte.
func itemOfSize(pk string, kb int) attributes {
	i := itemKey(pk, "A") // 2+len(pk) and 2+1
	i["x"] = stringValue(strings.Repeat("x", kb*1024-2-len(pk)-3-1))
	return i
}

// newMeteredClient is a client that talks through a meter to a DynamoDB of its own.
func newMeteredClient(t *testing.T) (*Meter, *dynamodb.Client, string) {
	t.Helper()
	env, stop, err := stack.StartTemporary(t.Context(), stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	m := New()
	t.Cleanup(m.Close)
	if err := m.SetTargets(env["AWS_ENDPOINT_URL_DYNAMODB"], env["AWS_ENDPOINT_URL_S3"]); err != nil {
		t.Fatal(err)
	}
	client := dynamodb.New(dynamodb.Options{
		Region: stack.Region, BaseEndpoint: &m.URL,
		Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
	})
	return m, client, env["RECORDS_TABLE"]
}

// totalCapacity asks the server what it consumed: a second opinion.
const totalCapacity = types.ReturnConsumedCapacityTotal

func TestTheMeterCountsWhatEachOperationTakes(t *testing.T) {
	m, client, table := newMeteredClient(t)
	ctx := t.Context()
	for _, step := range []struct {
		name string
		do   func() (*types.ConsumedCapacity, error)
		want []Access
	}{
		{"a put of 3 KB", func() (*types.ConsumedCapacity, error) {
			out, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: itemOfSize("a", 3), ReturnConsumedCapacity: totalCapacity})
			return out.ConsumedCapacity, err
		}, []Access{{table, "a", 0, 3, 3*1024 + 100}}},
		{"a put that its condition refuses takes what is there", func() (*types.ConsumedCapacity, error) {
			_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: itemOfSize("a", 1), ConditionExpression: aws.String("attribute_not_exists(pk)")})
			return nil, expectConditionFailed(err)
		}, []Access{{table, "a", 0, 3, 0}}},
		{"a consistent get of 3 KB", func() (*types.ConsumedCapacity, error) {
			out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: itemKey("a", "A"), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: totalCapacity})
			return out.ConsumedCapacity, err
		}, []Access{{table, "a", 1, 0, 0}}},
		{"a get of a part is charged whole", func() (*types.ConsumedCapacity, error) {
			out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: itemKey("a", "A"), ProjectionExpression: aws.String("sk"), ReturnConsumedCapacity: totalCapacity})
			return out.ConsumedCapacity, err
		}, []Access{{table, "a", 0.5, 0, 0}}},
		{"a batch rounds each item up, found or not", func() (*types.ConsumedCapacity, error) {
			out, err := client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{ReturnConsumedCapacity: totalCapacity, RequestItems: map[string]types.KeysAndAttributes{
				table: {Keys: []attributes{itemKey("a", "A"), itemKey("b", "A")}},
			}})
			return &out.ConsumedCapacity[0], err
		}, []Access{{table, "a", 0.5, 0, 0}, {table, "b", 0.5, 0, 0}}},
		{"an update that makes it 4 KB", func() (*types.ConsumedCapacity, error) {
			out, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: &table, Key: itemKey("a", "A"), UpdateExpression: aws.String("SET y = :y"), ReturnConsumedCapacity: totalCapacity,
				ExpressionAttributeValues: attributes{":y": stringValue(strings.Repeat("y", 1000))},
			})
			return out.ConsumedCapacity, err
		}, []Access{{table, "a", 0, 4, 1001}}},
		{"a query adds up before it rounds", func() (*types.ConsumedCapacity, error) {
			out, err := client.Query(ctx, &dynamodb.QueryInput{
				TableName: &table, KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :a)"), ConsistentRead: aws.Bool(true),
				ExpressionAttributeValues: attributes{":pk": stringValue("a"), ":a": stringValue("A")}, ReturnConsumedCapacity: totalCapacity,
			})
			return out.ConsumedCapacity, err
		}, []Access{{table, "a", 1, 0, 0}}},
		{"a transaction takes everything twice", func() (*types.ConsumedCapacity, error) {
			out, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: totalCapacity, TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: &table, Item: itemOfSize("c", 2)}},
				{Delete: &types.Delete{TableName: &table, Key: itemKey("a", "A")}},
			}})
			return &out.ConsumedCapacity[0], err
		}, []Access{{table, "c", 0, 4, 2*1024 + 100}, {table, "a", 0, 8, -(3*1024 + 1001 + 100)}}},
	} {
		server, err := step.do()
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		calls, err := m.Take()
		if err != nil || len(calls) != 1 {
			t.Fatalf("%s: %d calls, %v", step.name, len(calls), err)
		}
		if diff := cmp.Diff(step.want, calls[0].Accesses); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
		if server == nil {
			continue
		}
		units := 0.0
		for _, a := range calls[0].Accesses {
			units += a.Read + a.Write
		}
		if units != aws.ToFloat64(server.CapacityUnits) {
			t.Errorf("%s: %v units, the server says %v", step.name, units, *server.CapacityUnits)
		}
	}
}

func put(ctx context.Context, client *dynamodb.Client, table string, i attributes) error {
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: i})
	return err
}

// expectConditionFailed expects that a condition did not hold.
func expectConditionFailed(err error) error {
	var broken *types.ConditionalCheckFailedException
	if errors.As(err, &broken) {
		return nil
	}
	return err
}

func TestWhatTheMeterCannotCountIsAnError(t *testing.T) {
	m, client, table := newMeteredClient(t)
	if _, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Take(); err == nil || !strings.Contains(err.Error(), "Scan is not known") {
		t.Error(err)
	}
	if err := put(t.Context(), client, table, itemOfSize("a", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &table, KeyConditionExpression: aws.String("pk = :pk"), ProjectionExpression: aws.String("sk"),
		ExpressionAttributeValues: attributes{":pk": stringValue("a")},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Take(); err == nil || !strings.Contains(err.Error(), "reads more than it returns") {
		t.Error(err)
	}
}

// A filter that lets everything through reads what it answers with.
func TestWhatAFilterLeavesOutCannotBeCounted(t *testing.T) {
	m, client, table := newMeteredClient(t)
	if err := put(t.Context(), client, table, itemOfSize("a", 1)); err != nil {
		t.Fatal(err)
	}
	for filter, counted := range map[string]bool{"attribute_exists(x)": true, "attribute_not_exists(x)": false} {
		if _, err := client.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: aws.String("pk = :pk"), FilterExpression: &filter,
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: "a"}},
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Take(); (err == nil) != counted {
			t.Errorf("%s: %v", filter, err)
		}
	}
}

func TestARequestThatIsSentAgainIsNoticed(t *testing.T) {
	s3 := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s3.Close)
	m := New()
	t.Cleanup(m.Close)
	if err := m.SetTargets("", s3.URL); err != nil {
		t.Fatal(err)
	}
	for attempt, want := range map[string]int{"": 0, "attempt=1; max=3": 0, "attempt=2; max=3": 1} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, m.URL+"/bucket/key", strings.NewReader("four"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Amz-Sdk-Request", attempt)
		before := m.RetryCount()
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusNotFound {
			t.Errorf("%d, %v", res.StatusCode, err)
		}
		calls, err := m.Take()
		if diff := cmp.Diff([]Call{{Method: http.MethodPut, Bytes: 4}}, calls); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
		if got := m.RetryCount() - before; got != want {
			t.Errorf("%q counts %d, want %d", attempt, got, want)
		}
	}
}

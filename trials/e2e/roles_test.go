package e2e

import (
	"bytes"
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/local/roles"
	"github.com/jiazhu/jiazhu/local/template"
)

// TestAFunctionTakenOverIsHeldToItsRole speaks to the tables as each function that somebody has taken
// over would. What this package's other tests need, the roles allow: their calls pass the same judge.
func TestAFunctionTakenOverIsHeldToItsRole(t *testing.T) {
	var log bytes.Buffer
	judge, err := roles.New(filepath.Join(service.root, "template.yaml"), service.proxy.URL, &log)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(judge)
	defer server.Close()
	cloud := service.stack.Storage.Config()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	at := func(pk, sk string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"pk": text(pk), "sk": text(sk)}
	}
	records, sessions, ledger := aws.String(template.TableName("Records")), aws.String(template.TableName("Sessions")), aws.String(template.TableName("Ledger"))
	put := func(table *string, pk, sk string) func(context.Context, *dynamodb.Client) error {
		return func(ctx context.Context, c *dynamodb.Client) error {
			_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: at(pk, sk)})
			return err
		}
	}
	update := func(table *string, pk, sk, expression string) func(context.Context, *dynamodb.Client) error {
		return func(ctx context.Context, c *dynamodb.Client) error {
			_, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: table, Key: at(pk, sk), UpdateExpression: &expression,
				ExpressionAttributeValues: map[string]types.AttributeValue{":x": text("x")},
			})
			return err
		}
	}
	get := func(table *string, pk, sk string) func(context.Context, *dynamodb.Client) error {
		return func(ctx context.Context, c *dynamodb.Client) error {
			_, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: at(pk, sk)})
			return err
		}
	}
	for _, tt := range []struct {
		function, does string
		call           func(context.Context, *dynamodb.Client) error
		allowed        bool
	}{
		{"verify", "writes a certificate", put(records, "CERT#taken", "CERT"), false},
		{"verify", "writes a copy", put(records, "COPY#taken", "ENDORSE#x"), false},
		{"verify", "writes a consent", put(records, "COPY#taken", "CONSENT#x"), false},
		{"verify", "notes what it answered", put(ledger, "SEEN#taken", "x"), true},
		{"verify", "writes a certificate behind a note", func(ctx context.Context, c *dynamodb.Client) error {
			_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: ledger, Item: at("SEEN#taken", "y")}},
				{Put: &types.Put{TableName: records, Item: at("CERT#taken", "CERT")}},
			}})
			return err
		}, false},
		{"identify", "makes a session another's", update(sessions, "SESSION#taken", "SESSION", "SET holder = :x"), false},
		{"identify", "steps a session up", update(sessions, "SESSION#taken", "SESSION", "SET identifiedBy = :x"), true},
		{"identify", "reads a password's hash", get(sessions, "ACCOUNT#mohurd#zhangsan", "ACCOUNT"), false},
		{"endorse", "changes a record", update(records, "CERT#taken", "CERT", "SET latest = :x"), false},
		{"certificates", "reads a password's hash", get(sessions, "ACCOUNT#mohurd#zhangsan", "ACCOUNT"), false},
		{"download", "reads a password's hash", get(sessions, "ACCOUNT#mohurd#zhangsan", "ACCOUNT"), false},
		{"report", "reads a password's hash", get(sessions, "ACCOUNT#mohurd#zhangsan", "ACCOUNT"), false},
		{"report", "writes a copy", put(records, "COPY#taken", "ENDORSE#x"), false},
		{"login", "reads a password's hash", get(sessions, "ACCOUNT#mohurd#zhangsan", "ACCOUNT"), true},
		{"login", "scans", func(ctx context.Context, c *dynamodb.Client) error {
			_, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: sessions})
			return err
		}, false},
		{"nobody", "reads a session", get(sessions, "SESSION#taken", "SESSION"), false},
	} {
		client := dynamodb.NewFromConfig(cloud, func(o *dynamodb.Options) {
			o.BaseEndpoint, o.RetryMaxAttempts = aws.String(server.URL+"/"+tt.function), 1
		})
		err := tt.call(t.Context(), client)
		if tt.allowed && err != nil || !tt.allowed && (err == nil || !strings.Contains(err.Error(), "AccessDeniedException")) {
			t.Errorf("%s %s: allowed %t, %v", tt.function, tt.does, tt.allowed, err)
		}
	}
	if got := len(judge.RefusedCalls()); got != 13 || strings.Count(log.String(), "\n") != got {
		t.Errorf("%d refusals are written down: %s", got, &log)
	}
}

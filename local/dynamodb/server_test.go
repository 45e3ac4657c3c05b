package dynamodb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/local/template"
)

var testTables = []template.Table{{Name: "jiazhu-things", Partition: "pk", Sort: "sk", TTL: "ttl"}}

func binary(t *testing.T) string {
	t.Helper()
	b, err := filepath.Abs("../../.cache/bin/dynoxide")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b); err != nil {
		t.Fatal("dynoxide is not there: run `make fetch`")
	}
	return b
}

func connect(t *testing.T, s *Server) *dynamodb.Client {
	t.Helper()
	c, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("us-east-1"),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("a", "b", "")))
	if err != nil {
		t.Fatal(err)
	}
	return dynamodb.NewFromConfig(c, func(o *dynamodb.Options) { o.BaseEndpoint = &s.Endpoint })
}

func TestTablesAndItemsSurviveARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "dynamodb.sqlite")
	key := map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "CERT#1"}, "sk": &types.AttributeValueMemberS{Value: "CERT"},
	}
	for _, again := range []bool{false, true} {
		s, err := Start(t.Context(), binary(t), file)
		if err != nil {
			t.Fatal(err)
		}
		client := connect(t, s)
		if err := Ensure(t.Context(), client, testTables); err != nil {
			t.Fatal(err)
		}
		got, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &testTables[0].Name, Key: key, ConsistentRead: aws.Bool(true)})
		if err != nil {
			t.Fatal(err)
		}
		if there := len(got.Item) > 0; there != again {
			t.Errorf("the item is there: %t", there)
		}
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &testTables[0].Name, Item: key}); err != nil {
			t.Fatal(err)
		}
		ttl, err := client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &testTables[0].Name})
		if err != nil || aws.ToString(ttl.TimeToLiveDescription.AttributeName) != "ttl" {
			t.Errorf("time to live: %v, %v", ttl, err)
		}
		s.Stop()
		<-s.Done()
	}
}

func TestWhatKeepsTheServerFromStartingIsSaid(t *testing.T) {
	if _, err := Start(t.Context(), "/nowhere/dynoxide", filepath.Join(t.TempDir(), "db")); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v, want ErrMissing", err)
	}
	if _, err := Start(t.Context(), binary(t), t.TempDir()); err == nil || !strings.Contains(err.Error(), "ended early") {
		t.Errorf("a directory as database gave %v", err)
	}
}

package e2e

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func sessionKey(token string) string { return "SESSION#" + identity.HashToken(token) }

// lapse puts one of an item's times a second into the past, so that no test has to wait for it.
func lapse(t *testing.T, pk, sk, attribute string) {
	t.Helper()
	client := awsdynamodb.NewFromConfig(service.stack.Storage.Config(), func(o *awsdynamodb.Options) { o.BaseEndpoint = &service.database.Endpoint })
	_, err := client.UpdateItem(t.Context(), &awsdynamodb.UpdateItemInput{
		TableName: aws.String(template.TableName("Sessions")),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk},
		},
		UpdateExpression:         aws.String("SET #time = :past"),
		ConditionExpression:      aws.String("attribute_exists(#time)"),
		ExpressionAttributeNames: map[string]string{"#time": attribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":past": &types.AttributeValueMemberN{Value: fmt.Sprint(time.Now().Add(-time.Second).UnixMilli())},
		},
	})
	if err != nil {
		t.Fatalf("%s: %v", pk, err)
	}
	people := sessions.New(client, template.TableName("Sessions"), secrets(t))
	if done, err := people.Adopt(t.Context(), 0, 1, dynamo.AdoptOptions{Believe: true}); err != nil || done.Wrong > 0 {
		t.Fatalf("tagging what lapsed: %+v, %v", done, err)
	}
}

// secrets are the service's own.
func secrets(t *testing.T) *fieldcrypto.Sealer {
	t.Helper()
	var files fieldcrypto.KeyFiles
	paths := service.stack.Paths
	for into, path := range map[*[]byte]string{
		&files.Names: paths.NamesKey, &files.Limits: paths.LimitsKey, &files.Field: paths.FieldKey, &files.Integrity: paths.IntegrityKey,
	} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		*into = data
	}
	v, err := fieldcrypto.New(files)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

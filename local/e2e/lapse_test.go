package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/identity"
)

func sessionKey(token string) string { return "SESSION#" + identity.HashToken(token) }

// lapse puts one of an item's times a second into the past, so that no test has to wait for it.
func lapse(t *testing.T, pk, sk, attribute string) {
	t.Helper()
	c, err := service.stack.Storage.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := awsdynamodb.NewFromConfig(c, func(o *awsdynamodb.Options) { o.BaseEndpoint = &service.database.Endpoint })
	_, err = client.UpdateItem(t.Context(), &awsdynamodb.UpdateItemInput{
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
}

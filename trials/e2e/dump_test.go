package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// database is the storage of DynamoDB itself, past the wire.
func database(t *testing.T) *awsdynamodb.Client {
	t.Helper()
	c := service.stack.Storage.Config()
	return awsdynamodb.NewFromConfig(c, func(o *awsdynamodb.Options) {
		o.BaseEndpoint, o.HTTPClient = &service.database.Endpoint, http.DefaultClient
	})
}

// items returns every item of the tables as JSON, by "table pk sk".
func items(t *testing.T, tables ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range tables {
		pages := awsdynamodb.NewScanPaginator(database(t), &awsdynamodb.ScanInput{
			TableName: aws.String(template.TableName(name)), ConsistentRead: aws.Bool(true),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				key, text := itemText(t, item)
				all[name+" "+key] = text
			}
		}
	}
	return all
}

func itemText(t *testing.T, item map[string]types.AttributeValue) (key, text string) {
	t.Helper()
	members := plainValue(&types.AttributeValueMemberM{Value: item}).(map[string]any)
	if _, packed := item["r"]; packed {
		e, err := records.DecodeEndorsement(item)
		if err != nil {
			t.Fatal(err)
		}
		members["r"] = e
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(members); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %s", members["pk"], members["sk"]), b.String()
}

// plainValue is a value as it reads; binary ones as text, so that what stands in them is found.
func plainValue(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		members := map[string]any{}
		for name, member := range v.Value {
			members[name] = plainValue(member)
		}
		return members
	case *types.AttributeValueMemberL:
		list := []any{}
		for _, item := range v.Value {
			list = append(list, plainValue(item))
		}
		return list
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberSS:
		return v.Value
	}
	return fmt.Sprintf("%#v", v)
}

// objects returns every file whose key begins so, by key; without read only their names.
func objects(t *testing.T, prefix string, read bool) map[string][]byte {
	t.Helper()
	return objectsIn(t, "Files", prefix, read)
}

// objectsIn is objects of a bucket by its logical name.
func objectsIn(t *testing.T, id, prefix string, read bool) map[string][]byte {
	t.Helper()
	c := service.stack.Storage.Config()
	client := awss3.NewFromConfig(c, func(o *awss3.Options) {
		o.BaseEndpoint, o.UsePathStyle, o.HTTPClient = &service.stack.Storage.S3, true, http.DefaultClient
	})
	bucket := aws.String(template.BucketName(id))
	all := map[string][]byte{}
	pages := awss3.NewListObjectsV2Paginator(client, &awss3.ListObjectsV2Input{Bucket: bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Contents {
			all[*o.Key] = nil
			if !read {
				continue
			}
			got, err := client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: bucket, Key: o.Key})
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(got.Body)
			_ = got.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			all[*o.Key] = data
		}
	}
	return all
}

// forget removes the sessions table's items whose key begins so.
func forget(t *testing.T, prefix string) {
	t.Helper()
	forgetIn(t, "Sessions", prefix)
}

// forgetIn removes the items of a table whose partition keys begin with a prefix.
func forgetIn(t *testing.T, table, prefix string) {
	t.Helper()
	for key := range items(t, table) {
		pk, sk, _ := strings.Cut(strings.TrimPrefix(key, table+" "), " ")
		if !strings.HasPrefix(pk, prefix) {
			continue
		}
		if _, err := database(t).DeleteItem(t.Context(), &awsdynamodb.DeleteItemInput{
			TableName: aws.String(template.TableName(table)),
			Key: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk},
			},
		}); err != nil {
			t.Fatal(err)
		}
	}
}

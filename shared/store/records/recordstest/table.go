package recordstest

import (
	"context"
	"crypto/rand"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Table makes an empty table with the keys pk and sk, for this test alone, and returns its name.
func (c *Cloud) Table(t *testing.T) string {
	t.Helper()
	tables, name := c.Tables(), uniqueName()
	key := func(of string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(of), KeyType: kind}
	}
	text := func(of string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(of), AttributeType: types.ScalarAttributeTypeS}
	}
	_, err := tables.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            &name,
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{text("pk"), text("sk")},
		KeySchema:            []types.KeySchemaElement{key("pk", types.KeyTypeHash), key("sk", types.KeyTypeRange)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Transport.On(nil)
		_, err := tables.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		if err != nil {
			t.Log(err)
		}
	})
	return name
}

// Bucket makes an empty bucket for this test alone and returns its name.
func (c *Cloud) Bucket(t *testing.T) string {
	t.Helper()
	buckets, name := c.Buckets(), uniqueName()
	if _, err := buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Transport.On(nil); c.removeBucket(t, name) })
	return name
}

// LockedBucket makes a bucket whose object versions cannot be removed for a day. It outlives the
// test.
func (c *Cloud) LockedBucket(t *testing.T) string {
	t.Helper()
	name := uniqueName()
	client := c.Buckets()
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name, ObjectLockEnabledForBucket: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	_, err := client.PutObjectLockConfiguration(t.Context(), &s3.PutObjectLockConfigurationInput{Bucket: &name, ObjectLockConfiguration: &s3types.ObjectLockConfiguration{
		ObjectLockEnabled: s3types.ObjectLockEnabledEnabled,
		Rule:              &s3types.ObjectLockRule{DefaultRetention: &s3types.DefaultRetention{Mode: s3types.ObjectLockRetentionModeCompliance, Days: aws.Int32(1)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func (c *Cloud) removeBucket(t *testing.T, bucket string) {
	ctx, buckets := context.Background(), c.Buckets()
	for _, k := range c.Keys(t, bucket) {
		if _, err := buckets.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &k}); err != nil {
			t.Log(err)
		}
	}
	if _, err := buckets.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
		t.Log(err)
	}
}

// Keys lists the keys of a bucket.
func (c *Cloud) Keys(t *testing.T, bucket string) (keys []string) {
	t.Helper()
	pages := s3.NewListObjectsV2Paginator(c.Buckets(), &s3.ListObjectsV2Input{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range page.Contents {
			keys = append(keys, aws.ToString(object.Key))
		}
	}
	return keys
}

// Object reads an object.
func (c *Cloud) Object(t *testing.T, bucket, key string) string {
	t.Helper()
	out, err := c.Buckets().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	data, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Items scans a whole table.
func (c *Cloud) Items(t *testing.T, table string) (items []map[string]types.AttributeValue) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(c.Tables(), &dynamodb.ScanInput{
		TableName: &table, ConsistentRead: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, page.Items...)
	}
	return items
}

func uniqueName() string { return "jiazhu-test-" + strings.ToLower(rand.Text()) }

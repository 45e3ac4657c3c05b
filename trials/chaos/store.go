package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// store looks into the table and the bucket themselves: each endorsement has the one key that led to
// it, and each key its endorsement; the files of all of them are there, those of withdrawn ones too,
// and every object is what its name says, which is its digest.
func (a *auditor) store(ctx context.Context) error {
	made, keys, err := a.records(ctx)
	if err != nil {
		return err
	}
	objects, err := a.objects(ctx)
	if err != nil {
		return err
	}
	var wrong error
	for id, e := range made {
		if keys[id] != 1 {
			wrong = errors.Join(wrong, fmt.Errorf("%d keys lead to the endorsement %s", keys[id], id))
		}
		for name, f := range e.Files {
			if objects[f.Key] != f.SHA256 {
				wrong = errors.Join(wrong, fmt.Errorf("the %s of %s is not in the bucket as it was recorded", name, id))
			}
		}
		a.outcomes.check(id, nil)
	}
	for id := range keys {
		if _, ok := made[id]; !ok {
			wrong = errors.Join(wrong, fmt.Errorf("a key leads to %s, which is not there", id))
		}
	}
	return wrong
}

// records are the endorsements in the table, and how many keys lead to each.
func (a *auditor) records(ctx context.Context) (map[string]endorsement.Endorsement, map[string]int, error) {
	config, err := a.harness.stack.Storage.Config(ctx)
	if err != nil {
		return nil, nil, err
	}
	client := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) { o.BaseEndpoint = aws.String(a.harness.storage.Tables.URL) })
	all := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{
		TableName: aws.String(template.TableName("Records")), ConsistentRead: aws.Bool(true),
	})
	made, keys := map[string]endorsement.Endorsement{}, map[string]int{}
	for all.HasMorePages() {
		page, err := all.NextPage(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("read the table: %w", err)
		}
		for _, item := range page.Items {
			switch sk := text(item, "sk"); {
			case strings.HasPrefix(sk, "KEY#"):
				keys[text(item, "endorsement")]++
			case strings.HasPrefix(sk, "ENDORSE#"):
				var e endorsement.Endorsement
				if err := json.Unmarshal([]byte(text(item, "record")), &e); err != nil {
					return nil, nil, fmt.Errorf("the record %s: %w", sk, err)
				}
				made[e.ID] = e
			}
		}
	}
	return made, keys, nil
}

func text(item map[string]types.AttributeValue, name string) string {
	if v, ok := item[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

// objects are the digests of the files in the bucket, by key.
func (a *auditor) objects(ctx context.Context) (map[string]string, error) {
	client, err := a.client(ctx)
	if err != nil {
		return nil, err
	}
	bucket := template.BucketName("Files")
	all := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String("endorsements/")})
	digests := map[string]string{}
	for all.HasMorePages() {
		page, err := all.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the bucket: %w", err)
		}
		for _, object := range page.Contents {
			digest, err := digestOf(ctx, client, bucket, *object.Key)
			if err != nil {
				return nil, err
			}
			if name := path.Base(*object.Key); strings.TrimSuffix(name, path.Ext(name)) != digest {
				return nil, fmt.Errorf("%s has the digest %s", *object.Key, digest)
			}
			digests[*object.Key] = digest
		}
	}
	return digests, nil
}

// client calls S3 without the wire.
func (a *auditor) client(ctx context.Context) (*s3.Client, error) {
	config, err := a.harness.stack.Storage.Config(ctx)
	return s3.NewFromConfig(config, func(o *s3.Options) {
		o.BaseEndpoint, o.UsePathStyle = aws.String(a.harness.storage.Objects.URL), true
	}), err
}

func digestOf(ctx context.Context, client *s3.Client, bucket, key string) (string, error) {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	defer out.Body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, out.Body); err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// storage is the service's tables and bucket.
type storage struct {
	tables  testservice.Tables
	files   *s3.Client
	bucket  string
	deleted []table // and not created again
}

func openStorage(s *testservice.Service) *storage {
	return &storage{tables: s.Tables(), files: s.Objects(), bucket: template.BucketName("Files")}
}

// tableNames are the tables, as in template.yaml.
func tableNames() []string { return []string{"Records", "Ledger", "Sessions"} }

// size is how much was copied.
type size struct {
	items, objects int
	bytes          int64
}

// backUp writes each table and every object into a directory.
func (s *storage) backUp(ctx context.Context, dir string) (all size, err error) {
	defer must.Catch(&err)
	must.Do(os.MkdirAll(dir, 0o700))
	for _, name := range tableNames() {
		lines := must.Get(s.export(ctx, name))
		all.items += bytes.Count(lines, []byte("\n"))
		all.bytes += int64(len(lines))
		must.Do(os.WriteFile(tableFile(dir, name), lines, 0o600))
	}
	for i, key := range must.Get(s.keys(ctx)) {
		o := must.Get(s.read(ctx, key))
		// A key may be no file's name: it is in the file.
		must.Do(os.WriteFile(filepath.Join(dir, fmt.Sprintf("object-%06d", i)), must.Get(json.Marshal(o)), 0o600))
		all.bytes += int64(len(o.Data))
		all.objects++
	}
	return all, nil
}

func tableFile(dir, name string) string { return filepath.Join(dir, template.TableName(name)+".jsonl") }

// export is a whole table: an item a line in DynamoDB's own JSON, in the order of the lines.
func (s *storage) export(ctx context.Context, table string) (text []byte, err error) {
	defer must.Catch(&err)
	var lines [][]byte
	for _, i := range must.Get(s.tables.ReadAll(ctx, table)) {
		var sorted any // an item's attributes have no order
		must.Do(json.Unmarshal(must.Get(attributevalue.MarshalMapJSON(i)), &sorted))
		lines = append(lines, append(must.Get(json.Marshal(sorted)), '\n'))
	}
	slices.SortFunc(lines, bytes.Compare)
	return slices.Concat(lines...), nil
}

// table is the description of a table.
type table struct {
	*types.TableDescription
	expiry *types.TimeToLiveDescription
}

const (
	pollDelay   = 10 * time.Millisecond
	tableWithin = time.Minute
)

// deleteTables deletes the tables, and waits until they are gone.
func (s *storage) deleteTables(ctx context.Context) error {
	s.deleted = nil
	for _, name := range tableNames() {
		name := aws.String(template.TableName(name))
		was := must.Get(s.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: name}))
		expiry := must.Get(s.tables.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: name}))
		must.Get(s.tables.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: name}))
		gone := dynamodb.NewTableNotExistsWaiter(s.tables, func(o *dynamodb.TableNotExistsWaiterOptions) { o.MinDelay = pollDelay })
		must.Do(gone.Wait(ctx, &dynamodb.DescribeTableInput{TableName: name}, tableWithin))
		s.deleted = append(s.deleted, table{was.Table, expiry.TimeToLiveDescription})
	}
	return nil
}

// createTables creates the tables that were deleted anew, empty.
func (s *storage) createTables(ctx context.Context) error {
	for _, t := range s.deleted {
		must.Get(s.tables.CreateTable(ctx, &dynamodb.CreateTableInput{
			TableName: t.TableName, AttributeDefinitions: t.AttributeDefinitions, KeySchema: t.KeySchema, BillingMode: types.BillingModePayPerRequest,
		}))
		there := dynamodb.NewTableExistsWaiter(s.tables, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = pollDelay })
		must.Do(there.Wait(ctx, &dynamodb.DescribeTableInput{TableName: t.TableName}, tableWithin))
		if t.expiry != nil && t.expiry.AttributeName != nil {
			must.Get(s.tables.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
				TableName:               t.TableName,
				TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: t.expiry.AttributeName, Enabled: aws.Bool(true)},
			}))
		}
	}
	return nil
}

// restoreTables puts every item of the copies, in batches of 25, the most that DynamoDB takes, and again what it had no
// room for.
func (s *storage) restoreTables(ctx context.Context, dir string) error {
	for _, name := range tableNames() {
		var puts []types.WriteRequest
		for line := range bytes.Lines(must.Get(os.ReadFile(tableFile(dir, name)))) {
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: must.Get(attributevalue.UnmarshalMapJSON(line))}})
		}
		for batch := range slices.Chunk(puts, 25) {
			for left := map[string][]types.WriteRequest{template.TableName(name): batch}; len(left) > 0; {
				left = must.Get(s.tables.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: left})).UnprocessedItems
			}
		}
	}
	return nil
}

// object is one object with all its properties.
type object struct {
	Key, Type    string
	Disposition  string            `json:",omitempty"`
	CacheControl string            `json:",omitempty"`
	Metadata     map[string]string `json:",omitempty"`
	Data         []byte
}

// keys are the keys of the bucket, in order.
func (s *storage) keys(ctx context.Context) (keys []string, err error) {
	for pages := s3.NewListObjectsV2Paginator(s.files, &s3.ListObjectsV2Input{Bucket: &s.bucket}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the bucket: %w", err)
		}
		for _, o := range page.Contents {
			keys = append(keys, *o.Key)
		}
	}
	return keys, nil
}

// read reads an object, and compares S3's checksum of it.
func (s *storage) read(ctx context.Context, key string) (o object, err error) {
	answer, err := s.files.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return o, fmt.Errorf("read object %s: %w", key, err)
	}
	o = object{
		Key: key, Type: aws.ToString(answer.ContentType), Disposition: aws.ToString(answer.ContentDisposition),
		CacheControl: aws.ToString(answer.CacheControl), Metadata: answer.Metadata,
	}
	o.Data, err = io.ReadAll(answer.Body)
	return o, errors.Join(err, answer.Body.Close())
}

func (s *storage) put(ctx context.Context, o object) error {
	optional := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	_, err := s.files.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &o.Key, Body: bytes.NewReader(o.Data), ContentType: optional(o.Type),
		ContentDisposition: optional(o.Disposition), CacheControl: optional(o.CacheControl), Metadata: o.Metadata,
	})
	return err
}

// wipeBucket deletes every object, and makes sure.
func (s *storage) wipeBucket(ctx context.Context) error {
	for _, key := range must.Get(s.keys(ctx)) {
		must.Get(s.files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &key}))
	}
	if left := must.Get(s.keys(ctx)); len(left) > 0 {
		return fmt.Errorf("the bucket still has %d objects", len(left))
	}
	return nil
}

// restoreBucket puts every object of the copies.
func (s *storage) restoreBucket(ctx context.Context, dir string) error {
	for _, file := range must.Get(filepath.Glob(filepath.Join(dir, "object-*"))) {
		var o object
		must.Do(json.Unmarshal(must.Get(os.ReadFile(file)), &o))
		must.Do(s.put(ctx, o))
	}
	return nil
}

// checkUnchanged copies everything once more and compares the copies.
func (s *storage) checkUnchanged(ctx context.Context, was, dir string) error {
	must.Get(s.backUp(ctx, dir))
	return differences(readFiles(was), readFiles(dir))
}

// differences are those between two copies, by the names of their files.
func differences(before, now map[string][]byte) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if !bytes.Equal(before[name], now[name]) {
			errs = append(errs, fmt.Errorf("%s differs: %d bytes, and %d before", name, len(now[name]), len(before[name])))
		}
	}
	if len(before) != len(now) {
		errs = append(errs, fmt.Errorf("%d tables and objects, and %d before", len(now), len(before)))
	}
	return errors.Join(errs...)
}

// readFiles reads the files of a directory by name.
func readFiles(dir string) map[string][]byte {
	all := map[string][]byte{}
	for _, e := range must.Get(os.ReadDir(dir)) {
		if !e.IsDir() {
			all[e.Name()] = must.Get(os.ReadFile(filepath.Join(dir, e.Name())))
		}
	}
	return all
}

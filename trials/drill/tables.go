package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type item = map[string]types.AttributeValue

// export is a whole table: an item a line in DynamoDB's own JSON, in the order of
// the lines. Reads are strongly consistent.
func (s *storage) export(ctx context.Context, table string) ([]byte, error) {
	var lines [][]byte
	err := s.scan(ctx, table, func(i item) error {
		line, err := attributevalue.MarshalMapJSON(i)
		if err != nil {
			return err
		}
		var sorted any // an item's attributes have no order
		if err := json.Unmarshal(line, &sorted); err != nil {
			return err
		}
		if line, err = json.Marshal(sorted); err != nil {
			return err
		}
		lines = append(lines, append(line, '\n'))
		return nil
	})
	slices.SortFunc(lines, bytes.Compare)
	return slices.Concat(lines...), err
}

func (s *storage) scan(ctx context.Context, table string, each func(item) error) error {
	consistent := true
	for pages := dynamodb.NewScanPaginator(s.tables, &dynamodb.ScanInput{TableName: &table, ConsistentRead: &consistent}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("scan %s: %w", table, err)
		}
		for _, i := range page.Items {
			if err := each(i); err != nil {
				return fmt.Errorf("scan %s: %w", table, err)
			}
		}
	}
	return nil
}

// loseTables deletes the tables, and waits until they are gone.
func (s *storage) loseTables(ctx context.Context) error {
	s.deletedTables = nil
	for _, name := range s.names {
		was, err := s.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			return fmt.Errorf("describe %s: %w", name, err)
		}
		expiry, err := s.tables.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name})
		if err != nil {
			return fmt.Errorf("describe %s: %w", name, err)
		}
		if _, err := s.tables.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			return fmt.Errorf("delete %s: %w", name, err)
		}
		gone := dynamodb.NewTableNotExistsWaiter(s.tables, func(o *dynamodb.TableNotExistsWaiterOptions) { o.MinDelay = 10 * time.Millisecond })
		if err := gone.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, time.Minute); err != nil {
			return fmt.Errorf("delete %s: %w", name, err)
		}
		s.deletedTables = append(s.deletedTables, table{was.Table, expiry.TimeToLiveDescription})
	}
	return nil
}

// table is what a table was like.
type table struct {
	description *types.TableDescription
	expiry      *types.TimeToLiveDescription
}

// makeTables makes the tables that were lost anew, empty.
func (s *storage) makeTables(ctx context.Context) error {
	for _, t := range s.deletedTables {
		_, err := s.tables.CreateTable(ctx, &dynamodb.CreateTableInput{
			TableName: t.description.TableName, AttributeDefinitions: t.description.AttributeDefinitions,
			KeySchema: t.description.KeySchema, BillingMode: types.BillingModePayPerRequest,
		})
		if err != nil {
			return fmt.Errorf("make %s: %w", *t.description.TableName, err)
		}
		there := dynamodb.NewTableExistsWaiter(s.tables, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 10 * time.Millisecond })
		if err := there.Wait(ctx, &dynamodb.DescribeTableInput{TableName: t.description.TableName}, time.Minute); err != nil {
			return fmt.Errorf("make %s: %w", *t.description.TableName, err)
		}
		if t.expiry == nil || t.expiry.AttributeName == nil {
			continue
		}
		on := true
		_, err = s.tables.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName:               t.description.TableName,
			TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: t.expiry.AttributeName, Enabled: &on},
		})
		if err != nil {
			return fmt.Errorf("make %s: %w", *t.description.TableName, err)
		}
	}
	return nil
}

// restoreTables puts every item of the copies.
func (s *storage) restoreTables(ctx context.Context, folder string) error {
	for _, table := range s.names {
		lines, err := os.ReadFile(tableFile(folder, table))
		if err != nil {
			return err
		}
		var puts []types.WriteRequest
		for line := range bytes.Lines(lines) {
			i, err := attributevalue.UnmarshalMapJSON(line)
			if err != nil {
				return fmt.Errorf("read the copy of %s: %w", table, err)
			}
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: i}})
		}
		if err := s.write(ctx, table, puts); err != nil {
			return err
		}
	}
	return nil
}

// write sends requests in batches of 25, the most DynamoDB takes, and again what it
// had no room for.
func (s *storage) write(ctx context.Context, table string, requests []types.WriteRequest) error {
	for batch := range slices.Chunk(requests, 25) {
		for left := map[string][]types.WriteRequest{table: batch}; len(left) > 0; {
			answer, err := s.tables.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: left})
			if err != nil {
				return fmt.Errorf("write %s: %w", table, err)
			}
			left = answer.UnprocessedItems
		}
	}
	return nil
}

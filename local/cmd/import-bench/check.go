package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/local/demo"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
)

// check holds what the service says against what was sent, and both against the table.
func check(ctx context.Context, s *stack.Stack, registry demo.Machine, done demo.Intake, rows int) error {
	bad := rows / badEvery
	if int(done.Rows) != rows+bad || int(done.Accepted) != rows || int(done.Refused) != bad || done.Unchanged != 0 {
		return fmt.Errorf("%d rows: %d accepted, %d unchanged, %d refused", done.Rows, done.Accepted, done.Unchanged, done.Refused)
	}
	refused, err := registry.Refused(ctx, done)
	if err != nil {
		return err
	}
	if got := bytes.Count(refused, []byte("\n")); got != bad {
		return fmt.Errorf("the result has %d rows, want %d", got, bad)
	}
	all, first, err := count(ctx, s)
	if err != nil {
		return err
	}
	fmt.Printf("in the register: %d certificates, %d of them in version 001; refused, with their reasons: %d\n", all, first, bad)
	if all != rows || first != rows {
		return errors.New("rows were lost or entered twice")
	}
	return nil
}

// count counts the certificates in the table, and those in their first version.
func count(ctx context.Context, s *stack.Stack) (all, first int, err error) {
	config, err := s.Storage.Config(ctx)
	if err != nil {
		return 0, 0, err
	}
	client := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) { o.BaseEndpoint = &s.Storage.DynamoDB })
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{
		TableName: aws.String(template.TableName("Records")), ConsistentRead: aws.Bool(true),
		FilterExpression:          aws.String("sk = :sk AND begins_with(pk, :pk)"),
		ProjectionExpression:      aws.String("version"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":sk": &types.AttributeValueMemberS{Value: "CERT"}, ":pk": &types.AttributeValueMemberS{Value: "CERT#"}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, 0, fmt.Errorf("count the certificates: %w", err)
		}
		for _, item := range page.Items {
			all++
			if v, ok := item["version"].(*types.AttributeValueMemberS); ok && v.Value == "001" {
				first++
			}
		}
	}
	return all, first, nil
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
)

// copies is how many are verified in turn: none so often that the service slows it down.
const copies = 20

// bench is a stack with copies to verify.
type bench struct {
	url    string
	http   *http.Client
	tokens []string
	items  []map[string]types.AttributeValue // of the certificate and of one copy
	tables *dynamodb.Client
	table  string
}

func prepare(ctx context.Context, s *stack.Stack) (*bench, error) {
	b := &bench{url: s.URL, http: &http.Client{Timeout: time.Minute}, table: template.TableName("Records")}
	cloud, err := s.Storage.Config(ctx)
	if err != nil {
		return nil, err
	}
	b.tables = dynamodb.NewFromConfig(cloud, func(o *dynamodb.Options) { o.BaseEndpoint = aws.String(s.Storage.DynamoDB) })
	made, err := endorse(ctx, seed.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL, HTTP: b.http}, s)
	if err != nil {
		return nil, err
	}
	for _, e := range made {
		b.tokens = append(b.tokens, e.Token())
	}
	return b, b.find(ctx, made[0])
}

// endorse has the demo's first holder make the copies.
func endorse(ctx context.Context, t seed.Target, s *stack.Stack) ([]client.Endorsement, error) {
	holders, err := seed.Seed(ctx, t)
	if err != nil {
		return nil, err
	}
	api := &seed.API{URL: t.URL, HTTP: t.HTTP}
	session, err := api.Login(ctx, seed.Ministry, holders[0])
	if err != nil {
		return nil, err
	}
	signer, err := client.OpenSigner(s.Paths.AppKey)
	if err != nil {
		return nil, err
	}
	if err := session.Identify(ctx, identityapp.App{Signer: signer, Audience: s.URL, Device: "bench", Person: holders[0].Person}); err != nil {
		return nil, err
	}
	held, _, err := session.Certificates(ctx)
	if err != nil || len(held) == 0 {
		return nil, errors.Join(errors.New("the holder has no certificate"), err)
	}
	var made []client.Endorsement
	for range copies {
		e, err := session.Endorse(ctx, held[0].Certificate, client.EndorsementAsk{})
		if err != nil {
			return nil, err
		}
		made = append(made, e)
	}
	return made, nil
}

// find takes the keys of the certificate and of a copy from the table.
func (b *bench) find(ctx context.Context, e client.Endorsement) error {
	for _, partition := range []string{"CERT#", "COPY#"} {
		out, err := b.tables.Query(ctx, &dynamodb.QueryInput{
			TableName: &b.table, KeyConditionExpression: aws.String("pk = :pk"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": text(partition + e.Certificate)},
		})
		if err != nil {
			return err
		}
		for _, item := range out.Items {
			sk, _ := item["sk"].(*types.AttributeValueMemberS)
			if sk != nil && (sk.Value == "CERT" || len(sk.Value) > 26 && sk.Value[len(sk.Value)-26:] == e.Endorsement) {
				b.items = append(b.items, map[string]types.AttributeValue{"pk": item["pk"], "sk": item["sk"]})
			}
		}
	}
	if len(b.items) != 2 {
		return fmt.Errorf("found %d of the two items", len(b.items))
	}
	return nil
}

// read is the one read of a verification, and nothing else.
func (b *bench) read(ctx context.Context, _ int) error {
	out, err := b.tables.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{b.table: {Keys: b.items, ConsistentRead: aws.Bool(true)}},
	})
	if err == nil && len(out.Responses[b.table]) != 2 {
		err = errors.New("an item is missing")
	}
	return err
}

// write is the one write of a verification, in a partition of its own.
func (b *bench) write(ctx context.Context, _ int) error {
	_, err := b.tables.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &b.table,
		Item: map[string]types.AttributeValue{
			"pk": text("BENCH"), "sk": text("SEEN#" + rand.Text()), "id": text(rand.Text()), "by": text("qr"), "verdict": text("valid"),
		},
		ConditionExpression: aws.String("attribute_not_exists(pk)"),
	})
	return err
}

// readAndWrite is all that a verification asks of DynamoDB: its answer comes from the
// read, and is then written down.
func (b *bench) readAndWrite(ctx context.Context, i int) error {
	if err := b.read(ctx, i); err != nil {
		return err
	}
	return b.write(ctx, i)
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

package sessions

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

const codeSK = "CODE"

func codePK(portal, username string) string { return "CODE#" + portal + "#" + username }

type codeItem struct {
	itemHeader
	Hash      string `dynamodbav:"hash"`
	Tries     int    `dynamodbav:"tries"`
	ExpiresAt millis `dynamodbav:"expires"`
}

// CodeHash is the keyed hash of a code for one account and phone. There are few six-digit codes, so
// a plain hash could be reversed by trying all.
func (s *Store) CodeHash(portal, username, phone, code string) string {
	return s.sealer.HashPassing("code", portal, username, phone, code)
}

// PutCode makes code the account's only one. An older code never replaces a newer one.
func (s *Store) PutCode(ctx context.Context, c identity.Code) error {
	item := codeItem{
		itemHeader: newItemHeader(codePK(c.Portal, c.Username), codeSK, c.ExpiresAt),
		Hash:       c.Hash, ExpiresAt: toMillis(c.ExpiresAt),
	}
	m, err := encode(item)
	if err != nil {
		return err
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: m,
		ConditionExpression:       aws.String(absent + " OR expires <= :expires"),
		ExpressionAttributeValues: attributes{":expires": number(item.ExpiresAt)},
	})
	return writeError("store a code", err)
}

// TryCode counts one try of the account's code and returns the code after it, or the problem
// code-expired if there is none. It counts before the code is compared, so concurrent tries are all
// counted.
func (s *Store) TryCode(ctx context.Context, portal, username string) (identity.Code, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(codePK(portal, username), codeSK),
		UpdateExpression:          aws.String("ADD tries :one"),
		ConditionExpression:       aws.String(present),
		ExpressionAttributeValues: attributes{":one": number(1)},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if err = writeError("count a try", err); errors.Is(err, ErrChanged) {
		return identity.Code{}, problem.New(problem.CodeExpired)
	}
	if err != nil {
		return identity.Code{}, err
	}
	item, err := decode[codeItem](out.Attributes, codeSK)
	if err != nil {
		return identity.Code{}, err
	}
	return identity.Code{
		Portal: portal, Username: username, Hash: item.Hash, Tries: item.Tries, ExpiresAt: item.ExpiresAt.time(),
	}, nil
}

// RemoveCode removes a code that could not be sent.
func (s *Store) RemoveCode(ctx context.Context, c identity.Code) error {
	err := s.write(ctx, "take back a code", s.useCode(c))
	if errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}

// BindPhone uses up a correct code and states the phone it was sent to, in one transaction. The
// problem code-expired says that the code has just been used, ErrChanged that the portal's
// statement has changed.
func (s *Store) BindPhone(ctx context.Context, c identity.Code, change PhoneChange) error {
	phone, err := s.changePhone(change)
	if err != nil {
		return err
	}
	err = s.write(ctx, "bind a phone", s.useCode(c), phone)
	switch {
	case hasFailedAt(err, 0):
		return problem.New(problem.CodeExpired)
	case err != nil:
		return fmt.Errorf("bind a phone: %w", err)
	}
	return nil
}

func (s *Store) useCode(c identity.Code) writeItem {
	return writeItem{Delete: &types.Delete{
		TableName: &s.table, Key: key(codePK(c.Portal, c.Username), codeSK),
		ConditionExpression:       aws.String("#hash = :hash"),
		ExpressionAttributeNames:  map[string]string{"#hash": "hash"},
		ExpressionAttributeValues: attributes{":hash": text(c.Hash)},
	}}
}

package records

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/outage"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Bind binds the holder's certificate on a portal (绑定证照, 使用手册 §2.2). Binding again changes
// nothing. Error: certificate-not-found when the certificate is not this holder's.
func (s *Store) Bind(ctx context.Context, certID, holder, portal string, at time.Time) error {
	bound, err := s.bindingWrite(certID, holder, portal, at)
	if err != nil {
		return err
	}
	refused, err := s.transact(ctx, "binding the certificate", []types.TransactWriteItem{
		s.heldCheck(certID, holder), bound,
	})
	if refused != nil {
		return problem.New(problem.CertificateNotFound)
	}
	return err
}

func (s *Store) heldCheck(certID, holder string) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName:           &s.table,
		Key:                 heldKey(holder, certID).item(),
		ConditionExpression: aws.String(isStillHeld),
	}}
}

func (s *Store) bindingWrite(certID, holder, portal string, at time.Time) (types.TransactWriteItem, error) {
	made := bindingKey(holder, portal, certID).with(item{"boundAt": text(at.In(civil.Zone()).Format(time.RFC3339))})
	tagged, err := s.client.Put(made)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName:                 &s.table,
		Key:                       bindingKey(holder, portal, certID).item(),
		UpdateExpression:          aws.String("SET v = :v, boundAt = if_not_exists(boundAt, :at), #tag = if_not_exists(#tag, :tag)"),
		ExpressionAttributeNames:  map[string]string{"#tag": tags.Attribute},
		ExpressionAttributeValues: item{":v": made["v"], ":at": made["boundAt"], ":tag": tagged[tags.Attribute]},
	}}, nil
}

// Unbind removes a binding (解除绑定). The certificate and its endorsements stay. Removing a
// binding that does not exist is no error. The caller has checked with ReadCertificate whose
// certificate it is.
func (s *Store) Unbind(ctx context.Context, certID, holder, portal string) error {
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:           &s.table,
		Key:                 bindingKey(holder, portal, certID).item(),
		ConditionExpression: aws.String("attribute_exists(pk)"),
	})
	var refused *types.ConditionalCheckFailedException
	if err == nil || errors.As(err, &refused) {
		return nil
	}
	return outage.Wrap("unbinding the certificate", err)
}

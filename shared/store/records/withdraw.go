package records

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// Withdraw marks a holder's endorsement as withdrawn (撤回) at the given time and returns it. An
// endorsement that is already withdrawn is returned unchanged, with its first time and reason.
// Error: endorsement-not-found, also where it was made for another holder.
func (s *Store) Withdraw(ctx context.Context, certID, holder, id, why string, at time.Time) (*endorsement.Endorsement, error) {
	where, err := endorsementKey(certID, id)
	if err != nil {
		return nil, problem.New(problem.EndorsementNotFound).WithCause(err)
	}
	part := where.item()
	part["withdrawnAt"], part["withdrawnWhy"] = text(at.Format(time.RFC3339Nano)), text(why)
	tag, err := s.client.Part(part, tagWithdrawn)
	if err != nil {
		return nil, err
	}
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:           &s.table,
		Key:                 where.item(),
		UpdateExpression:    aws.String("SET withdrawnAt = :at, withdrawnWhy = :why, tagWithdrawn = :tag"),
		ConditionExpression: aws.String("holder = :holder AND attribute_not_exists(withdrawnAt)"),
		ExpressionAttributeValues: item{
			":at": part["withdrawnAt"], ":why": part["withdrawnWhy"], ":tag": text(tag), ":holder": text(holder),
		},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return openEndorsement(out.Attributes)
	case errors.As(err, &refused) && str(refused.Item, "holder") == holder:
		return openEndorsement(refused.Item)
	case errors.As(err, &refused):
		return nil, problem.New(problem.EndorsementNotFound)
	}
	return nil, outage.Wrap("withdrawing the endorsement", err)
}

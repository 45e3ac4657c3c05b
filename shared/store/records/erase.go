package records

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// Binding says that a holder bound a certificate on a portal (绑定证照).
type Binding struct {
	Portal      string    `json:"portal"`
	Certificate string    `json:"certificate"`
	At          time.Time `json:"boundAt"` // in Asia/Shanghai, to the second

	key key
}

// Bindings lists a holder's bindings on every portal, including those of certificates that now
// belong to another person and those in the place where version 1 kept them.
func (s *Store) Bindings(ctx context.Context, holder string) (all []Binding, err error) {
	for pk, prefix := range map[string]string{prefixBinding + holder: "", prefixHolder + holder: prefixBinding} {
		err := s.queryItems(ctx, pk, prefix, func(read item) error {
			b := Binding{key: key{str(read, "pk"), str(read, "sk")}}
			b.Portal, b.Certificate, _ = strings.Cut(strings.TrimPrefix(b.key.sk, prefix), "#")
			at, err := time.Parse(time.RFC3339, str(read, "boundAt"))
			b.At = at.In(civil.Zone())
			all = append(all, b)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// EraseBindings removes a holder's bindings on every portal and returns how many it removed.
func (s *Store) EraseBindings(ctx context.Context, holder string) (removed int, err error) {
	all, err := s.Bindings(ctx, holder)
	if err != nil {
		return 0, err
	}
	for _, b := range all {
		out, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &s.table, Key: b.key.item(), ReturnValues: types.ReturnValueAllOld,
		})
		if err != nil {
			return removed, outage.Wrap("removing a binding", err)
		}
		if len(out.Attributes) > 0 {
			removed++
		}
	}
	return removed, nil
}

// KeptConsent is a consent as it is stored, ended or not.
type KeptConsent struct {
	Consent
	Sealed bool // it still contains the ID number, encrypted under its secret
}

// KeptConsents lists a holder's consents to all copies of a certificate, the oldest first,
// including ended ones.
func (s *Store) KeptConsents(ctx context.Context, certID, holder string) (all []KeptConsent, err error) {
	err = s.queryItems(ctx, prefixCopies+certID, prefixConsent, func(read item) error {
		if str(read, "holder") != holder {
			return nil
		}
		c, err := openConsent(read)
		all = append(all, KeptConsent{c, read["idNo"] != nil})
		return err
	})
	return all, err
}

// IsOpen reports whether erasing must change the consent: it is in force, or contains the ID
// number.
func (c KeptConsent) IsOpen(at time.Time) bool { return c.Holds(at) || c.Sealed }

// EndConsents ends a holder's consents to all copies of a certificate, removes the ID numbers
// stored with them, and returns how many it changed. A consent that had expired before is not
// marked as ended by the holder.
func (s *Store) EndConsents(ctx context.Context, certID, holder string, at time.Time) (ended int, err error) {
	all, err := s.KeptConsents(ctx, certID, holder)
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		switch {
		case c.Holds(at):
			err = s.RevokeConsent(ctx, certID, holder, c.Endorsement, c.ID, at)
		case c.Sealed:
			err = s.removeIDNumber(ctx, certID, holder, c.ID)
		default:
			continue
		}
		if err != nil {
			return ended, err
		}
		ended++
	}
	return ended, nil
}

// removeIDNumber removes the ID number stored with a consent.
func (s *Store) removeIDNumber(ctx context.Context, certID, holder, id string) error {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: consentKey(certID, id).item(),
		UpdateExpression:          aws.String("REMOVE idNo"),
		ConditionExpression:       aws.String("holder = :holder"),
		ExpressionAttributeValues: item{":holder": text(holder)},
	})
	var gone *types.ConditionalCheckFailedException
	if err == nil || errors.As(err, &gone) {
		return nil
	}
	return outage.Wrap("removing the ID number of a consent", err)
}

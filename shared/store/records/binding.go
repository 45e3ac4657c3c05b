package records

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// bindingItem is the item of a binding.
type bindingItem struct {
	dynamo.Header
	BoundAt string `dynamodbav:"boundAt"`
}

// Bind binds the holder's certificate on a portal (绑定证照, 使用手册 §2.2). Binding again changes
// nothing. Error: ErrCertificateNotFound when the certificate is not this person's.
func (s *Store) Bind(ctx context.Context, certID string, who Person, at time.Time) error {
	if _, err := s.ReadCertificate(ctx, certID, who, ReadOptions{}); err != nil {
		return err
	}
	binding := bindingKey(who.Holder, who.Portal, certID)
	err := s.table.Transact(ctx, "binding the certificate",
		dynamo.Check(heldKey(who.Holder, certID)).If(isStillHeld, nil),
		dynamo.SetPart(binding, tags.Attribute, dynamo.Values{
			"v": schemaVersion(binding.PK), "boundAt": at.In(civil.Zone()).Format(time.RFC3339),
		}).KeepExisting())
	if errors.Is(err, dynamo.ErrRefused) {
		return ErrCertificateNotFound
	}
	return err
}

// Unbind removes a binding (解除绑定). The certificate and its endorsements stay. Removing a
// binding that does not exist is no error. The caller has checked with ReadCertificate whose
// certificate it is.
func (s *Store) Unbind(ctx context.Context, certID, holder, portal string) error {
	_, err := s.table.Do(ctx, "unbinding the certificate", dynamo.Delete(bindingKey(holder, portal, certID)).IfPresent())
	return dynamo.IgnoreRefusal(err)
}

package records

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// HeldCertificate is one of a holder's certificates, and whether it is bound on the portal that asked.
type HeldCertificate struct {
	Record
	Bound bool
}

// ByHolder lists a holder's certificates, the latest issued first. It takes two rounds: the
// holder's partition together with their bindings, then the certificates in one batch. Without a
// portal it does not read bindings, and every certificate counts as not bound.
func (s *Store) ByHolder(ctx context.Context, holder, portal string) ([]HeldCertificate, error) {
	var ids []string
	bound := map[string]bool{}
	work, working := errgroup.WithContext(ctx)
	work.Go(func() (err error) {
		ids, _, err = s.holdings(working, holder)
		return err
	})
	if portal != "" {
		work.Go(func() error {
			at := bindingKey(holder, portal, "")
			return s.queryItems(working, at.pk, at.sk, func(read item) error {
				bound[strings.TrimPrefix(str(read, "sk"), at.sk)] = true
				return nil
			})
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = certificateKey(id)
	}
	got, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	held := make([]HeldCertificate, 0, len(ids))
	for _, from := range got {
		r, err := readRecord(from)
		if err != nil {
			return nil, err
		}
		if r.Holder == holder && r.ReplacedBy == "" { // otherwise it was replaced between the two reads
			held = append(held, HeldCertificate{Record: r, Bound: bound[r.Certificate.ID]})
		}
	}
	slices.SortFunc(held, func(a, b HeldCertificate) int {
		return cmp.Or(
			b.Certificate.IssuedOn.Compare(a.Certificate.IssuedOn),
			cmp.Compare(b.Certificate.ID, a.Certificate.ID))
	})
	return held, nil
}

// ListFormerCertificates lists the certificates that belonged to a holder until an authority
// corrected the holder.
func (s *Store) ListFormerCertificates(ctx context.Context, holder string) (ids []string, err error) {
	_, ids, err = s.holdings(ctx, holder)
	return ids, err
}

// ListCertificatesEverHeld lists the certificates that belong or belonged to a holder.
func (s *Store) ListCertificatesEverHeld(ctx context.Context, holder string) (ids []string, err error) {
	ids, former, err := s.holdings(ctx, holder)
	return append(ids, former...), err
}

// holdings reads the holder's partition: the certificates that belong to them, and those that did.
func (s *Store) holdings(ctx context.Context, holder string) (ids, former []string, err error) {
	err = s.queryItems(ctx, heldKey(holder, "").pk, prefixCertificate, func(read item) error {
		id := strings.TrimPrefix(str(read, "sk"), prefixCertificate)
		if _, was := read["former"]; was {
			former = append(former, id)
		} else {
			ids = append(ids, id)
		}
		return nil
	})
	return ids, former, err
}

// queryItems reads the items under a prefix of a partition, in the order of their sort keys.
func (s *Store) queryItems(ctx context.Context, pk, prefix string, do func(item) error) error {
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :sk)"),
		ExpressionAttributeValues: item{":pk": text(pk), ":sk": text(prefix)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Wrap("reading the register", err)
		}
		for _, from := range page.Items {
			if err := do(from); err != nil {
				return err
			}
		}
	}
	return nil
}

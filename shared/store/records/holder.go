package records

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// HeldCertificate is one of a holder's certificates, and whether it is bound on the portal that asked.
type HeldCertificate struct {
	Record
	Bound bool
}

// ByHolder lists a person's certificates, the latest issued first. It takes two rounds: the
// holder's partition together with their bindings, then the certificates in one batch. Without a
// portal it does not read bindings, and every certificate counts as not bound.
func (s *Store) ByHolder(ctx context.Context, who Person) ([]HeldCertificate, error) {
	var ids []string
	bound := map[string]bool{}
	work, working := errgroup.WithContext(ctx)
	work.Go(func() (err error) {
		ids, _, err = s.holdings(working, who.Holder)
		return err
	})
	if who.Portal != "" {
		work.Go(func() error {
			at := bindingKey(who.Holder, who.Portal, "")
			for entry, err := range s.table.Query(working, dynamo.Query{PK: at.PK, Prefix: at.SK}) {
				if err != nil {
					return err
				}
				bound[strings.TrimPrefix(dynamo.KeyOf(entry).SK, at.SK)] = true
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	keys := make([]dynamo.Key, len(ids))
	for i, id := range ids {
		keys[i] = certificateKey(id)
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return nil, err
	}
	held := make([]HeldCertificate, 0, len(ids))
	for _, from := range got {
		r, err := s.readRecord(from)
		if err != nil {
			return nil, err
		}
		if r.BelongsTo(who) { // it may have been replaced between the two reads
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

// ListByDocument reads the certificates that belong to the holders of a document, at most limit of them
// and in no particular order.
func (s *Store) ListByDocument(ctx context.Context, holder string, limit int) (held []Record, err error) {
	var keys []dynamo.Key
	for entry, err := range dynamo.QueryAs[heldItem](ctx, s.table, dynamo.Query{PK: prefixHolder + holder, Prefix: prefixCertificate, Limit: limit}) {
		if err != nil {
			return nil, err
		}
		if !entry.Former {
			keys = append(keys, certificateKey(strings.TrimPrefix(entry.SK, prefixCertificate)))
		}
		if len(keys) == limit {
			break
		}
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return nil, err
	}
	for _, from := range got {
		r, err := s.readRecord(from)
		if err != nil {
			return nil, err
		}
		if r.Holder == holder && r.ReplacedBy == "" {
			held = append(held, r)
		}
	}
	return held, nil
}

// heldItem is a holder's entry for a certificate that belongs, or belonged, to them.
type heldItem struct {
	dynamo.Header
	Former bool `dynamodbav:"former,omitempty"`
}

// holdings reads the holder's partition: the certificates that belong to them, and those that did.
func (s *Store) holdings(ctx context.Context, holder string) (ids, former []string, err error) {
	for entry, err := range dynamo.QueryAs[heldItem](ctx, s.table, dynamo.Query{PK: prefixHolder + holder, Prefix: prefixCertificate}) {
		if err != nil {
			return nil, nil, err
		}
		id := strings.TrimPrefix(entry.SK, prefixCertificate)
		if entry.Former {
			former = append(former, id)
		} else {
			ids = append(ids, id)
		}
	}
	return ids, former, nil
}

package records

import "github.com/jiazhu/jiazhu/shared/store/dynamo"

// TagItem returns an item with its tags, for tests that write items as the service does.
func (s *Store) TagItem(made dynamo.Item) (dynamo.Item, error) { return s.table.Put(made) }

// ReplicaOf names the replica of the histories of seals that a certificate's requests read.
func ReplicaOf(certID string) string { return sealsKeyOf(certID).PK }

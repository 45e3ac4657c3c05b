package records_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// An organisation's code is public: readers without the key of ID numbers have it, because it is
// printed on every copy and compared with the register.
func TestAnOrganisationsCodeIsInItsRecord(t *testing.T) {
	w := newFixture(t)
	c := sample(records.NewID(noon()))
	c.Holder = certificate.Holder{Name: "示例建设集团有限公司", IDType: "001", IDNumber: "91110000MA00000152"}
	want, err := w.Put(t.Context(), records.Change{By: registry(), After: c})
	if err != nil {
		t.Fatal(err)
	}
	who := records.Person{Holder: w.HolderKey("001", c.Holder.IDNumber), Portal: "mohurd"}
	held, err := w.ByHolder(t.Context(), who)
	if err != nil || len(held) != 1 {
		t.Fatalf("%d certificates, %v", len(held), err)
	}
	verified, _, err := w.ForVerify(t.Context(), c.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]certificate.Certificate{"the holder": held[0].Certificate, "verification": verified.Certificate} {
		if diff := cmp.Diff(want.Certificate.Holder, got.Holder); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if held[0].SealedID == "" || w.CheckHolder(held[0].Record) != nil {
		t.Error("the holder's hash cannot be checked")
	}
	for part := range 2 {
		if err := w.Check(t.Context(), part, 2, func(string) time.Time { return time.Time{} }, func(f tags.Finding) { t.Errorf("%+v", f) }); err != nil {
			t.Fatal(err)
		}
	}
}

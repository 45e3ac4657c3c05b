package reporting

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/records/recordstest"
)

func TestReportsMakeVersionsByWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMilli(1795406400000)
		base := recordstest.Sample(now, []byte("photo"), nil)
		before, err := begin(base, now)
		if err != nil || before.Version != firstVersion {
			t.Fatal(err)
		}
		versions := 1
		for range rapid.IntRange(1, 8).Draw(t, "reports") {
			said := base
			said.State = rapid.SampledFrom([]certificate.State{"01", "02", "06"}).Draw(t, "state")
			said.Sync.ReportedToMinistry = rapid.Bool().Draw(t, "arrived")
			said.Photo = rapid.SampledFrom([]*certificate.Image{nil, base.Photo, {SHA256: "b"}}).Draw(t, "photo")
			now = now.Add(time.Minute)
			after, changed, err := revise(before, said, now)
			if err != nil {
				t.Fatal(err)
			}
			news := before.State != said.State || said.Photo != nil && before.Photo.SHA256 != said.Photo.SHA256
			if news {
				versions++
			}
			if arrived := before.Sync.ReportedToMinistry != said.Sync.ReportedToMinistry; changed != (news || arrived) {
				t.Fatalf("changed %v, but it says news %v and arrival %v", changed, news, arrived)
			}
			if want := fmt.Sprintf("%03d", versions); after.Version != want {
				t.Fatalf("version %s, want %s", after.Version, want)
			}
			id, err := certificate.ParseIdentifier(after.Identifier)
			if err != nil || id.Version != after.Version || id.Serial != after.ID {
				t.Fatalf("identifier %s, %v", after.Identifier, err)
			}
			again, changed, err := revise(after, said, now.Add(time.Minute))
			if diff := cmp.Diff(after, again); err != nil || changed || diff != "" {
				t.Fatalf("the same again: %v %v %s", changed, err, diff)
			}
			before = after
		}
	})
}

func TestTheVersionsOfACertificateEnd(t *testing.T) {
	now := time.UnixMilli(1795406400000)
	before := recordstest.Sample(now, nil, nil)
	before.Version = "999"
	said := before
	said.State = "02"
	if _, changed, err := revise(before, said, now); err == nil || changed {
		t.Errorf("changed %v, %v", changed, err)
	}
}

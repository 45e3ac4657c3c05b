package reporting

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestReportsMakeVersionsByWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMilli(1795406400000)
		base := recordstest.Sample(now, []byte("photo"), nil)
		before, err := begin(base, now)
		if err != nil || before.Version != certificate.FirstVersion {
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
			file := said.Photo != nil && before.Photo.SHA256 != said.Photo.SHA256
			news := before.State != said.State || file
			if file {
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

func TestAtTheLastVersionAnotherSerialFollows(t *testing.T) {
	now := time.UnixMilli(1795406400000)
	before := recordstest.Sample(now, nil, nil)
	before.Version = "999"
	said := before
	said.State = certificate.Cancelled
	ended, changed, err := revise(before, said, now)
	if err != nil || !changed || ended.State != certificate.Cancelled || ended.Version != "999" || ended.Identifier != before.Identifier {
		t.Errorf("a cancellation at 999: %+v, changed %v, %v", ended, changed, err)
	}
	said = before
	said.Employer.Name = "示例第一工程局有限公司"
	after, changed, err := revise(before, said, now)
	if err != nil || !changed || after.Version != "001" || after.ID != before.ID || after.Edition() <= before.Edition() {
		t.Fatalf("an amendment at 999: %+v, changed %v, %v", after, changed, err)
	}
	id, err := certificate.ParseIdentifier(after.Identifier)
	if err != nil || id.Serial == before.ID || id.Version != "001" {
		t.Errorf("identifier %s, %v", after.Identifier, err)
	}
	if again, changed, err := revise(after, said, now.Add(time.Minute)); changed || err != nil {
		t.Errorf("the same again: %+v, %v", again, err)
	}
}

// A verifier who has only a code compares versions: another spelling of the same name makes none.
func TestAnotherSpellingOfANameMakesNoVersion(t *testing.T) {
	now := time.UnixMilli(1795406400000)
	base := recordstest.Sample(now, nil, nil)
	base.Holder.IDType, base.Holder.IDNumber, base.Holder.Name = "414", "E12345678", "Mary Ann Evans"
	before, err := begin(base, now)
	if err != nil {
		t.Fatal(err)
	}
	for name, version := range map[string]string{"MARY ANN EVANS": "001", "Mary Anne Evans": "002"} {
		said := base
		said.Holder.Name = name
		after, changed, err := revise(before, said, now.Add(time.Minute))
		if err != nil || !changed || after.Version != version || after.Holder.Name != name {
			t.Errorf("%s: %s, %s, changed %t, %v", name, after.Version, after.Holder.Name, changed, err)
		}
	}
}

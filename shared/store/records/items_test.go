package records

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// A tag covers every attribute of an item, and programs before and after read the same items.
func TestItemsHaveTheAttributesTheyAlwaysHad(t *testing.T) {
	noon := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	id := NewID(noon)
	seenAt, err := seenKey(id, id)
	if err != nil {
		t.Fatal(err)
	}
	version := Version{Certificate: certificate.Certificate{ID: id}, By: Author{Client: "c", Report: id, Row: 1}, At: noon, Digest: "d", HeldFrom: "001", ReplacedBy: id, Before: "b"}
	for name, test := range map[string]struct {
		item any
		want string
	}{
		"a version":           {newVersionItem(version), "at:S before:S client:S heldFrom:S holder:S idNo:S pk:S record:S replacedBy:S report:S revision:N row:N sk:S v:N"},
		"a first version":     {newVersionItem(Version{At: noon}), "at:S holder:S idNo:S pk:S record:S revision:N row:N sk:S v:N"},
		"a verification":      {verificationItem{newHeader(seenAt), VerificationEntry{ID: id}}, "by:S holder:S id:S pk:S sk:S v:N verdict:S version:S"},
		"what it showed":      {verificationItem{newHeader(seenAt), VerificationEntry{ID: id, Endorsement: id, Organisation: "o", Client: "c", Asker: "a", Purpose: "p", Consent: id, Shown: []string{"name"}}}, "asker:S by:S client:S consent:S endorsement:S holder:S id:S organisation:S pk:S purpose:S shown:L sk:S v:N verdict:S version:S"},
		"an entry":            {must.Get(newLedgerItem(id, VerificationEntry{ID: id, Holder: strings.Repeat("A", 43)})), "by:S h:B is:S n:S pk:S sk:S ttl:N v:N"},
		"an entry, of nobody": {must.Get(newLedgerItem(id, VerificationEntry{ID: id, Holder: UnknownHolder})), "by:S h:S is:S n:S pk:S sk:S ttl:N v:N"},
		"an entry, and more":  {must.Get(newLedgerItem(id, VerificationEntry{ID: id, Endorsement: id, Organisation: "o", Client: "c", Asker: "a", Purpose: "p", Consent: id, Shown: []string{"name"}})), "asker:S by:S client:S consent:S e:S h:S is:S n:S organisation:S pk:S purpose:S shown:L sk:S ttl:N v:N"},
		"an upload":           {newUploadItem(Upload{ID: id, At: noon}), "areas:L bytes:N client:S lang:S pk:S run:N schemes:L sk:S ttl:N v:N"},
		"its progress":        {progressItem{}, "accepted:N offset:N parts:N refused:N result:N rows:N skipping:BOOL unchanged:N"},
		"the progress at end": {progressItem{Progress{Stopped: "why"}, dynamo.ToMillis(noon)}, "accepted:N doneAt:N offset:N parts:N refused:N result:N rows:N skipping:BOOL stopped:S unchanged:N"},
		"an open dispute":     {newDisputeItem(Dispute{ID: id}), "certificate:S client:S number:S pk:S reason:S sk:S v:N"},
		"a dismissed dispute": {newDisputeItem(Dispute{ID: id, Settled: &Settlement{At: noon}}), "certificate:S client:S number:S pk:S reason:S settledAt:S settledBy:S sk:S toClaimant:BOOL v:N why:S"},
		"a consent":           {consentItem{Header: newHeader(consentKey(id, id)), Fields: []string{"name"}}, "endorsement:S fields:L hash:S holder:S pk:S sk:S to:S until:S v:N version:S"},
		"a report":            {newEntryItem(ReportEntry{Report: id, Client: "c", At: noon, Rows: 1}), "pk:S rows:N sk:S ttl:N v:N"},
	} {
		made, err := dynamo.Encode(test.item)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, attribute := range slices.Sorted(maps.Keys(made)) {
			got = append(got, attribute+":"+kindOf(made[attribute]))
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func kindOf(v types.AttributeValue) string {
	switch v.(type) {
	case *types.AttributeValueMemberS:
		return "S"
	case *types.AttributeValueMemberB:
		return "B"
	case *types.AttributeValueMemberN:
		return "N"
	case *types.AttributeValueMemberL:
		return "L"
	case *types.AttributeValueMemberBOOL:
		return "BOOL"
	}
	return "?"
}

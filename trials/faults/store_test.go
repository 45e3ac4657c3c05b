package faults

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func storedItem(sk string, attributes ...string) item {
	i := item{"pk": &types.AttributeValueMemberS{Value: "CERT#c"}, "sk": &types.AttributeValueMemberS{Value: sk}}
	for n := 0; n < len(attributes); n += 2 {
		i[attributes[n]] = &types.AttributeValueMemberS{Value: attributes[n+1]}
	}
	return i
}

func TestWhatPointsAtNothingIsFound(t *testing.T) {
	one, two := storedItem("ENDORSE#2026-11-23T00:00:00.000Z#1"), storedItem("ENDORSE#2026-11-23T00:00:00.000Z#2")
	for name, c := range map[string]struct {
		stored storedCertificate
		wrong  string // "" = nothing
	}{
		"all in order": {storedCertificate{
			record: storedItem("CERT"), newest: storedItem("LATEST", "latest", "2"), endorsements: []item{one, two},
			keys: []item{storedItem("KEY#a", "endorsement", "1"), storedItem("KEY#b", "endorsement", "2")},
		}, ""},
		"the newest is not noted": {storedCertificate{
			record: storedItem("CERT"), newest: storedItem("LATEST", "latest", "1"), endorsements: []item{one, two},
			keys: []item{storedItem("KEY#a", "endorsement", "1"), storedItem("KEY#b", "endorsement", "2")},
		}, `the newest endorsement is "2"`},
		"what is noted was never made": {storedCertificate{record: storedItem("CERT"), newest: storedItem("LATEST", "latest", "1")}, `the newest endorsement is ""`},
		"a key leads nowhere": {storedCertificate{
			record: storedItem("CERT"), keys: []item{storedItem("KEY#a", "endorsement", "1")},
		}, "which is not there"},
		"two keys lead to one": {storedCertificate{
			record: storedItem("CERT"), newest: storedItem("LATEST", "latest", "1"), endorsements: []item{one},
			keys: []item{storedItem("KEY#a", "endorsement", "1"), storedItem("KEY#b", "endorsement", "1")},
		}, "two keys"},
		"no key leads to one": {storedCertificate{
			record: storedItem("CERT"), newest: storedItem("LATEST", "latest", "1"), endorsements: []item{one},
		}, "0 keys lead to 1"},
	} {
		t.Run(name, func(t *testing.T) {
			var said []string
			for _, err := range []error{c.stored.checkLatest(), c.stored.checkIdempotencyKeys()} {
				if err != nil {
					said = append(said, err.Error())
				}
			}
			got := strings.Join(said, "; ")
			if (c.wrong == "") != (got == "") || !strings.Contains(got, c.wrong) {
				t.Errorf("got %q, want %q", got, c.wrong)
			}
		})
	}
}

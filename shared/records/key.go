package records

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
)

// keyTime is RFC 3339 in UTC with milliseconds: fixed width, so keys sort as time does.
const keyTime = "2006-01-02T15:04:05.000Z"

const (
	skCertificate = "CERT"
	skPhoto       = "PHOTO"
	skSignature   = "SIGNATURE"
	skReport      = "REPORT"
	skDrop        = "DROP"

	prefixEndorsement = "ENDORSE#"
	prefixCertificate = "CERT#"
	prefixBinding     = "BIND#"
	prefixSeen        = "SEEN#"
	prefixConsent     = "CONSENT#"
)

// NewID returns a fresh ULID whose time is at, to the millisecond. It sorts as time does.
func NewID(at time.Time) string {
	return ulid.MustNew(ulid.Timestamp(at), rand.Reader).String()
}

// TimeOf returns the moment id was made for, in Asia/Shanghai. It reports an error unless id
// is a ULID in its one canonical spelling, so an id from a request can go into a key.
func TimeOf(id string) (time.Time, error) {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return time.Time{}, fmt.Errorf("not an identifier: %w", err)
	}
	if parsed.String() != id {
		return time.Time{}, fmt.Errorf("not an identifier: not in its canonical spelling")
	}
	return parsed.Timestamp().In(civil.Zone()), nil
}

// OneNumber is the spelling under which a 注册编号 is looked up: an old number of 13 characters
// and its modern form of 17 are one number. Anything that is no number stays as it is.
func OneNumber(printed string) string {
	n, err := certificate.ParseNumber(printed, "")
	if err != nil {
		return printed
	}
	return n.Modern()
}

type key struct{ pk, sk string }

func certificateKey(certID string) key  { return key{prefixCertificate + certID, skCertificate} }
func numberKey(printed string) key      { return key{"NUMBER#" + OneNumber(printed), skCertificate} }
func heldKey(holder, certID string) key { return key{"HOLDER#" + holder, prefixCertificate + certID} }
func bindingKey(holder, portal, certID string) key {
	return key{"HOLDER#" + holder, prefixBinding + portal + "#" + certID}
}
func idempotencyKey(certID, hash string) key { return key{prefixCertificate + certID, "KEY#" + hash} }
func dayKey(certID string, day civil.Date) key {
	return key{prefixCertificate + certID, "DAY#" + day.String()}
}
func imageKey(certID, sk string) key { return key{prefixCertificate + certID, sk} }

// endorsementKey finds an endorsement by its identifier, without an index.
func endorsementKey(certID, id string) (key, error) { return timedKey(certID, prefixEndorsement, id) }

// timedKey derives a sort key from a ULID alone: the prefix, its time, and the ULID again.
func timedKey(certID, prefix, id string) (key, error) {
	at, err := TimeOf(id)
	if err != nil {
		return key{}, err
	}
	return key{prefixCertificate + certID, prefix + at.UTC().Format(keyTime) + "#" + id}, nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

func texts(values []string) types.AttributeValue {
	all := make([]types.AttributeValue, 0, len(values))
	for _, v := range values {
		all = append(all, text(v))
	}
	return &types.AttributeValueMemberL{Value: all}
}

type item = map[string]types.AttributeValue

func (k key) item() item { return item{"pk": text(k.pk), "sk": text(k.sk)} }

// with returns a new item: the key, the schema version and the attributes given.
func (k key) with(attributes item) item {
	made := k.item()
	made["v"] = number(schemaVersion)
	for name, value := range attributes {
		made[name] = value
	}
	return made
}

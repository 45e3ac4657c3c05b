package records

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// keyTime is RFC 3339 in UTC with milliseconds: fixed width, so keys sort as time does.
const keyTime = "2006-01-02T15:04:05.000Z"

const (
	skCertificate = "CERT"
	skPhoto       = "PHOTO"
	skSignature   = "SIGNATURE"
	skLatest      = "LATEST"
	skReport      = "REPORT"
	skUpload      = "DROP"

	prefixCertificate = "CERT#"   // the partition of the record and its pictures
	prefixCopies      = "COPY#"   // the partition of what was made from the certificate
	prefixHolder      = "HOLDER#" // the partition of a holder's certificates
	prefixEndorsement = "ENDORSE#"
	prefixBinding     = "BIND#" // the partition of a holder's bindings
	prefixSeen        = "SEEN#" // the partition of the ledger, and its sort keys
	prefixConsent     = "CONSENT#"
	prefixPast        = "PAST#" // the partition of a record's versions
	prefixVersion     = "VERSION#"
	prefixReporter    = "REPORTER#" // the partition of a machine client's reports
	prefixKey         = "KEY#"
	prefixDay         = "DAY#"
	prefixReport      = "REPORT#"
)

// NewID returns a fresh ULID whose time is at, to the millisecond. It sorts as time does.
func NewID(at time.Time) string {
	return ulid.MustNew(ulid.Timestamp(at), rand.Reader).String()
}

// TimeOf returns the time in the ULID id, in Asia/Shanghai. It returns an error unless id is a ULID
// in its canonical spelling, so an id from a request is safe to use in a key.
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

// CanonicalNumber is the spelling under which a 注册编号 is looked up: an old number of 13
// characters and its modern form of 17 are one number. Text that is not a number is returned
// unchanged.
func CanonicalNumber(printed string) string {
	n, err := certificate.ParseNumber(printed, "")
	if err != nil {
		return printed
	}
	return n.ModernForm()
}

type key struct{ pk, sk string }

func certificateKey(certID string) key { return key{prefixCertificate + certID, skCertificate} }
func numberKey(printed string) key     { return key{"NUMBER#" + CanonicalNumber(printed), skCertificate} }
func heldKey(holder, certID string) key {
	return key{prefixHolder + holder, prefixCertificate + certID}
}
func bindingKey(holder, portal, certID string) key {
	return key{prefixBinding + holder, portal + "#" + certID}
}
func versionKey(certID string, revision int64) key {
	return key{prefixPast + certID, fmt.Sprintf("%s%010d", prefixVersion, revision)}
}
func latestKey(certID string) key    { return key{prefixCopies + certID, skLatest} }
func imageKey(certID, sk string) key { return key{prefixCertificate + certID, sk} }

// idempotencyKey and dayKey contain the holder, so a later holder of the certificate finds neither
// the results nor the daily count of an earlier one.
func idempotencyKey(certID, holder, hash string) key {
	return key{prefixCopies + certID, prefixKey + holder + "#" + hash}
}

func dayKey(certID, holder string, day civil.Date) key {
	return key{prefixCopies + certID, prefixDay + day.String() + "#" + holder}
}

// endorsementKey finds an endorsement by its identifier, without an index.
func endorsementKey(certID, id string) (key, error) {
	return timedKey(prefixCopies+certID, prefixEndorsement, id)
}

func seenKey(certID, id string) (key, error) { return timedKey(prefixSeen+certID, prefixSeen, id) }

// timedKey derives a sort key from a ULID alone: prefix, time, ULID.
func timedKey(pk, prefix, id string) (key, error) {
	at, err := TimeOf(id)
	if err != nil {
		return key{}, err
	}
	return key{pk, prefix + at.UTC().Format(keyTime) + "#" + id}, nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

func trueValue() types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: true} }

func texts(values []string) types.AttributeValue {
	all := make([]types.AttributeValue, 0, len(values))
	for _, v := range values {
		all = append(all, text(v))
	}
	return &types.AttributeValueMemberL{Value: all}
}

type item = map[string]types.AttributeValue

func (k key) item() item { return item{"pk": text(k.pk), "sk": text(k.sk)} }

// schema is the schema version of the items in the key's partition.
func (k key) schema() int64 {
	if strings.HasPrefix(k.pk, prefixCopies) || strings.HasPrefix(k.pk, prefixSeen) {
		return ownedVersion
	}
	return schemaVersion
}

// with returns a new item: the key, the schema version and the given attributes.
func (k key) with(attributes item) item {
	made := k.item()
	made["v"] = number(k.schema())
	for name, value := range attributes {
		made[name] = value
	}
	return made
}

package records

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	skCertificate = "CERT"
	skPhoto       = "PHOTO"
	skSignature   = "SIGNATURE"
	skLatest      = "LATEST"
	skReport      = "REPORT"
	skUpload      = "DROP"
	skJob         = "JOB"
	skHistory     = "HISTORY"
	skCounter     = "NEXT"

	prefixCertificate = "CERT#" // the partition of the record and its pictures
	prefixCopies      = "COPY#" // the partition of what was made from the certificate
	prefixNumber      = "NUMBER#"
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
	prefixJob         = "JOB#"
	prefixJobs        = "JOBS#" // the partition of a machine client's idempotency keys of jobs
	prefixSeals       = "SEALS#"
	prefixKeySets     = "KEYSETS#"
	prefixSet         = "SET#"
	prefixStatus      = "STATUS#"
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

func certificateKey(certID string) dynamo.Key {
	return dynamo.Key{PK: prefixCertificate + certID, SK: skCertificate}
}

// numberKey is the key of a number in the spelling of certificate.Grammars.Canonical: an old number of 13
// characters and its modern form of 17 are one number.
func (s *Store) numberKey(printed string) dynamo.Key {
	return dynamo.Key{PK: prefixNumber + s.numbers.Canonical(printed), SK: skCertificate}
}

func heldKey(holder, certID string) dynamo.Key {
	return dynamo.Key{PK: prefixHolder + holder, SK: prefixCertificate + certID}
}

func bindingKey(holder, portal, certID string) dynamo.Key {
	return dynamo.Key{PK: prefixBinding + holder, SK: portal + "#" + certID}
}

func versionKey(certID string, revision int64) dynamo.Key {
	return dynamo.Key{PK: prefixPast + certID, SK: fmt.Sprintf("%s%010d", prefixVersion, revision)}
}

func latestKey(certID string) dynamo.Key { return dynamo.Key{PK: prefixCopies + certID, SK: skLatest} }

func imageKey(certID, sk string) dynamo.Key {
	return dynamo.Key{PK: prefixCertificate + certID, SK: sk}
}

// idempotencyKey and dayKey contain the holder, so a later holder of the certificate finds neither
// the results nor the daily count of an earlier one.
func idempotencyKey(certID, holder, hash string) dynamo.Key {
	return dynamo.Key{PK: prefixCopies + certID, SK: prefixKey + holder + "#" + hash}
}

func dayKey(certID, holder string, day civil.Date) dynamo.Key {
	return dynamo.Key{PK: prefixCopies + certID, SK: prefixDay + day.String() + "#" + holder}
}

// endorsementKey finds an endorsement by its identifier, without an index.
func endorsementKey(certID, id string) (dynamo.Key, error) {
	return timedKey(prefixCopies+certID, prefixEndorsement, id)
}

func seenKey(certID, id string) (dynamo.Key, error) {
	return timedKey(prefixSeen+certID, prefixSeen, id)
}

// timedKey derives a sort key from a ULID alone: prefix, time, ULID.
func timedKey(pk, prefix, id string) (dynamo.Key, error) {
	at, err := TimeOf(id)
	if err != nil {
		return dynamo.Key{}, err
	}
	return dynamo.Key{PK: pk, SK: prefix + at.UTC().Format(dynamo.KeyTime) + "#" + id}, nil
}

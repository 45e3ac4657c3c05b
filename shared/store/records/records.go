// Package records is the register: the DynamoDB table that holds certificates, the
// endorsements (加注件) made from them, and what belongs to both.
//
// A certificate has four partitions, one for each kind of writer. Endorsing needs one batch
// read before and one transaction after:
//
//	CERT#id          | CERT                            the certificate and its revision
//	CERT#id          | PHOTO, SIGNATURE                the holder's pictures
//	PAST#id          | VERSION#<revision>              the record as a change left it, and who changed it; never overwritten
//	COPY#id          | ENDORSE#<UTC time>#<ULID>       one endorsement; sorted by the time it was made; kept endorsement.RecordDays
//	COPY#id          | LATEST                          the holder's newest endorsement
//	COPY#id          | KEY#<holder>#<hash>             an idempotency key and the endorsement it led to
//	COPY#id          | DAY#<day>#<holder>              how many were made that day, where a scheme has a quota
//	COPY#id          | CONSENT#<ULID>                  the holder's consent to show more to one reader
//	SEEN#id          | SEEN#<UTC time>#<ULID>          one public verification
//	HOLDER#<hash>    | CERT#id                         whose certificate it is, or was
//	BIND#<hash>      | <portal>#id                     bound (绑定证照) by that holder on that portal
//	NUMBER#<number>  | CERT                            the one certificate with that 注册编号
//	REPORT#<id>      | REPORT, ROWS#<n>                the answer to one report (上报)
//	REPORTER#<id>    | REPORT#<ULID>                   one of a client's reports; kept EntryLife
//	REPORTER#<id>    | DAY#<day>                       the files it announced that day, and those under way
//	REPORT#<id>      | DROP                            a report that comes as a file, and how far it has been taken in
//	DISPUTE#<number> | DISPUTE#<ULID>                  that an authority disputes the number, and how that ended
//	DISPUTES#<client>| DISPUTE#<ULID>                  that a client has a dispute; without a client, that one is open
//
// Where an authority corrects whose certificate it is, another certificate takes its place, and NUMBER
// leads there. Programs before passed the same certificate on. Every endorsement, consent and
// verification therefore carries the keyed hash of the holder it was made for and the version that the
// certificate had then. It is shown to that holder alone, and holds only while the certificate has
// been theirs ever since; see endorsement.Holding.
//
// Two rules hold throughout. A write states what must be true for it to happen, so that a
// retry, a second click or a revocation in between cannot make a half-made state. And a
// time to live only collects what is already void: the rule itself is always computed.
//
// ID numbers are stored as vault ciphertext and looked up by keyed hash. Reading a record does not
// open its number; Store.WithIDNumber does. With the integrity key alone a Store can do what
// verification needs: ByNumber, Examine and Note.
//
// Every item carries a tag over what it says, see package tags and kinds: what somebody wrote who has
// the table and no key is an error to read.
package records

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Every item carries its schema version. Those that carry a holder, in the partitions COPY#<id> and
// SEEN#<id>, have had no other there: jiazhu migrate brings the items of version 1 from CERT#<id>.
const (
	schemaVersion = 1
	ownedVersion  = 2
)

// Store reads and writes the register. It is safe for concurrent use.
type Store struct {
	client *tags.Table
	table  string
	sealer *fieldcrypto.Sealer
}

// New returns the register kept in table, its ID numbers sealed and hashed by v.
func New(client *dynamodb.Client, table string, v *fieldcrypto.Sealer) *Store {
	return &Store{client: tags.New(client, tags.NewTagger(kinds(), v)), table: table, sealer: v}
}

// Attributes with the tag of a part.
const (
	tagWithdrawn = "tagWithdrawn"
	tagRevoked   = "tagRevoked"
	tagProgress  = "tagProgress"
)

// kinds are the kinds of items that are not simply tagged.
func kinds() tags.Kinds {
	return tags.Kinds{Table: "records", Of: []tags.Kind{
		{PK: prefixCopies, SK: prefixEndorsement, Parts: []tags.Part{{Tag: tagWithdrawn, Attributes: []string{"withdrawnAt", "withdrawnWhy"}}}},
		{
			PK: prefixCopies, SK: prefixConsent, Parts: []tags.Part{{Tag: tagRevoked, Attributes: []string{"revokedAt"}}},
			Free: []string{"idNo"}, Why: "the number is removed with the consent's end, and opens only under the consent's secret at its place",
		},
		{PK: prefixCopies, SK: prefixDay, Untagged: true, Why: "a counter: who sets it back endorses more often that day than the scheme says"},
		{
			PK: prefixReport, SK: skUpload,
			Parts: []tags.Part{{Tag: tagProgress, Attributes: []string{"progress"}}, {Tag: tagRevoked, Attributes: []string{"revokedAt"}}},
			Free:  []string{"run", "ended"},
			Why: "a counter: who changes it makes two runs note progress, which do the same rows twice, or none; " +
				"and a mark: who sets or removes it has a file that waits not revoked, or one that is done revoked in vain",
		},
		{PK: prefixReporter, SK: prefixDay, Untagged: true, Why: "counters: who changes them lets a client announce more files that day than it may, or fewer"},
	}}
}

// HolderKey is the keyed hash under which a person's certificates are found:
// the kind of document (GB/T 36903, appendix A; "111" is the 公民身份号码) and its number, however it
// is written (certificate.NormalizeDocument).
func (s *Store) HolderKey(idType, idNumber string) string {
	return s.sealer.Hash("holder", idType, certificate.NormalizeDocument(idType, idNumber))
}

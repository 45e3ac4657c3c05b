// Package records is the register: the DynamoDB tables that hold certificates, the endorsements
// (加注件) made from them, and what belongs to both. The ledger of verifications is a table of its own.
//
// A certificate has four partitions, one for each kind of writer. Endorsing needs one batch read
// before and one transaction after:
//
//	CERT#id          | CERT                            the certificate and its revision
//	CERT#id          | PHOTO, SIGNATURE                the holder's pictures
//	PAST#id          | VERSION#<revision>              the record after a change, and who changed it; never overwritten
//	COPY#id          | ENDORSE#<UTC time>#<ULID>       one endorsement; sorted by the time it was made; kept endorsement.RecordDays
//	COPY#id          | LATEST                          the holder's newest endorsement
//	COPY#id          | KEY#<holder>#<hash>             an idempotency key and the endorsement it led to
//	COPY#id          | DAY#<day>#<holder>              how many copies were made that day, where a scheme has a quota
//	COPY#id          | CONSENT#<ULID>                  the holder's consent to show more to one reader
//	SEEN#id          | <ULID>                          in the ledger: one public verification
//	SEEN#id          | SEEN#<UTC time>#<ULID>          likewise, written by programs before the ledger's own table
//	HOLDER#<hash>    | CERT#id                         a certificate that belongs or belonged to this holder
//	BIND#<hash>      | <portal>#id                     bound (绑定证照) by that holder on that portal
//	NUMBER#<number>  | CERT                            the one certificate with that 注册编号
//	REPORT#<id>      | REPORT, ROWS#<n>                the answer to one report (上报)
//	REPORTER#<id>    | REPORT#<ULID>                   one of a client's reports; kept EntryLife
//	REPORTER#<id>    | DAY#<day>                       the files it announced that day, and those in progress
//	REPORT#<id>      | DROP                            an upload (a report that comes as a file) and its progress
//	JOB#<id>         | JOB                             an archive of files to verify, and how much has been judged
//	JOBS#<client>    | KEY#<hash>                      an idempotency key and the job it led to
//	STATUS#<0-7>     | NEXT                            a counter: the number of the next copy that it gives a place in the status lists
//	DISPUTE#<number> | DISPUTE#<ULID>                  an authority's dispute about the number, and how it ended
//	DISPUTES#<client>| DISPUTE#<ULID>                  a reference to a client's dispute; without a client, to an open one
//	SEALS#<replica>  | HISTORY                         what became of the seals and signing certificates, all of them; sixteen equal items
//	KEYSETS#         | SET#<number>                    a seal with its signing certificates; an endorsement's record has the number
//
// Where an authority corrects the holder of a certificate, a new certificate replaces it, and the
// NUMBER item refers to the new one. Earlier programs changed the holder of the same certificate.
// Every endorsement, consent and verification therefore carries the keyed hash of the holder it was
// made for and the version that the certificate had then. It is shown only to that holder, and is
// valid only if the certificate has belonged to them without interruption since; see
// endorsement.Holding.
//
// Two rules apply throughout. Every write has a condition on the state it was decided on, so a
// retry, a second click or a concurrent revocation cannot leave an inconsistent state. And a TTL
// only removes items that have already expired: expiry is always computed from the request's time.
//
// ID numbers are stored encrypted (package fieldcrypto) and looked up by keyed hash. Reading a
// record does not decrypt its number; Store.WithIDNumber does. A Store with only the integrity key
// can do what verification needs: ByNumber, Examine, AddVerification and jobs.
//
// Every item carries a tag over its content, see package tags and kinds: reading an item that
// somebody without the key has written or changed is an error.
package records

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Every item carries its schema version. Items with a holder, in the partitions COPY#<id> and
// SEEN#<id>, start at version 2 there: jiazhu migrate moves the items of version 1 from CERT#<id>.
const (
	firstVersion = 1
	ownedVersion = 2
)

// schemaVersion is the schema version of the items in a partition.
func schemaVersion(pk string) int {
	if strings.HasPrefix(pk, prefixCopies) || strings.HasPrefix(pk, prefixSeen) {
		return ownedVersion
	}
	return firstVersion
}

// newHeader returns the header of an item.
func newHeader(at dynamo.Key) dynamo.Header { return dynamo.NewHeader(at, schemaVersion(at.PK)) }

// Store reads and writes the register. It is safe for concurrent use.
type Store struct {
	table       *dynamo.Table
	ledger      *dynamo.Table
	sealer      *fieldcrypto.Sealer
	numbers     certificate.Grammars
	formerItems bool
	lease       *indexLease
}

// Tables names the register's tables. A program that neither reads nor writes the ledger needs no
// name of it.
type Tables struct{ Records, Ledger string }

// New returns the register kept in the tables; v encrypts and hashes its ID numbers, and its certificates
// are found by numbers of the grammars.
func New(client *dynamodb.Client, in Tables, v *fieldcrypto.Sealer, numbers certificate.Grammars) *Store {
	return &Store{
		table:  dynamo.New(client, in.Records, tags.NewTagger(kinds(), v), schemaVersion),
		ledger: dynamo.New(client, in.Ledger, tags.NewTagger(ledgerKinds(), v), func(string) int { return firstVersion }),
		sealer: v, numbers: numbers, lease: &indexLease{},
	}
}

// WriteFormerItems returns the register that writes items in the form and the place in which programs
// before the ledger's own table read them.
func (s *Store) WriteFormerItems() *Store {
	former := *s
	former.formerItems = true
	return &former
}

// The attributes with the tag of a part of an item.
const (
	tagWithdrawn = "tagWithdrawn"
	tagRevoked   = "tagRevoked"
	tagProgress  = "tagProgress"
)

// kinds are the kinds of items that do not have exactly one tag over all attributes.
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
		{
			PK: prefixJob, SK: skJob, Parts: []tags.Part{{Tag: tagProgress, Attributes: []string{"progress"}}}, Free: []string{"run"},
			Why: "a counter: who changes it makes two runs note progress, which judge the same files twice, or none",
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

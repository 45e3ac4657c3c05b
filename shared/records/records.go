// Package records is the register: the DynamoDB table that holds certificates, the
// endorsements (加注件) made from them, and what belongs to both.
//
// Everything about one certificate lies in one partition, CERT#<id>, so that endorsing
// needs one batch read before and one transaction after:
//
//	CERT#id          | CERT                            the certificate, its revision, its newest endorsement
//	CERT#id          | PHOTO, SIGNATURE                the holder's pictures
//	CERT#id          | ENDORSE#<UTC time>#<ULID>       one endorsement; sorted by the time it was made
//	CERT#id          | KEY#<hash>                      an idempotency key and the endorsement it led to
//	CERT#id          | DAY#<day>                       how many were made that day, where a scheme has a quota
//	CERT#id          | SEEN#<UTC time>#<ULID>          one public verification
//	CERT#id          | CONSENT#<ULID>                  the holder's consent to show more to one reader
//	HOLDER#<hash>    | CERT#id                         whose certificate it is
//	HOLDER#<hash>    | BIND#<portal>#id                bound (绑定证照) on that portal
//	NUMBER#<number>  | CERT                            the one certificate with that 注册编号
//	REPORT#<id>      | REPORT, ROWS#<n>                the answer to one report (上报)
//	REPORT#<id>      | DROP                            a report that comes as a file, and how far it has been taken in
//
// Two rules hold throughout. A write states what must be true for it to happen, so that a
// retry, a second click or a revocation in between cannot make a half-made state. And a
// time to live only collects what is already void: the rule itself is always computed.
//
// ID numbers are stored as vault ciphertext and looked up by keyed hash.
package records

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/vault"
)

// schemaVersion is written to every item; readers accept this version and the one before.
const schemaVersion = 1

// Store reads and writes the register. It is safe for concurrent use.
type Store struct {
	client *dynamodb.Client
	table  string
	vault  *vault.Vault
}

// New returns the register kept in table, its ID numbers sealed and hashed by v.
func New(client *dynamodb.Client, table string, v *vault.Vault) *Store {
	return &Store{client: client, table: table, vault: v}
}

// HolderKey is the keyed hash under which a person's certificates are found:
// the kind of document (GB/T 36903, appendix A; "111" is the 公民身份号码) and its number.
func (s *Store) HolderKey(idType, idNumber string) string {
	return s.vault.Hash("holder", idType, idNumber)
}

package records

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// ConsentLife is the longest a consent lasts.
const ConsentLife = 7 * 24 * time.Hour

// The fields a holder may consent to show.
const (
	ShowName     = "name"     // 姓名, whole
	ShowBirth    = "birth"    // 出生日期
	ShowPhoto    = "photo"    // 照片
	ShowIDNumber = "idNumber" // 证件号码
)

// ConsentFields lists them in the order they are shown.
func ConsentFields() []string { return []string{ShowName, ShowBirth, ShowPhoto, ShowIDNumber} }

// Consent is the holder's permission (个人信息保护法 第二十三条) to show one reader of one copy
// more than everybody sees, for a few days. Whoever has the secret may use it.
type Consent struct {
	ID          string // a ULID made for the moment of consenting
	Endorsement string
	Holder      string   `json:"-"` // keyed hash of who gave it
	Version     string   // the certificate's at that time
	Fields      []string // a non-empty subset of ConsentFields
	To          string   // who is meant to read, in the holder's words
	Until       time.Time
	RevokedAt   *time.Time
	IDNumber    string `json:"-"` // what a consent to ShowIDNumber shows; only for who has the secret
}

// Holds reports whether the consent is in force at the given time.
func (c Consent) Holds(at time.Time) bool { return c.RevokedAt == nil && at.Before(c.Until) }

// Shows reports whether the consent includes a field.
func (c Consent) Shows(field string) bool { return slices.Contains(c.Fields, field) }

// consentSecret is the length of a secret: 26 characters of the id, which finds the consent, and 26
// random characters, which prove it.
const consentSecret = 26 + 26

// PutConsent stores a consent of the record's holder and returns its secret, which is not stored. A
// consent that includes the ID number stores the number encrypted under the secret, so that it can
// be shown to whoever has the secret without the field key.
func (s *Store) PutConsent(ctx context.Context, of Record, c Consent) (secret string, err error) {
	if _, err := TimeOf(c.ID); err != nil {
		return "", err
	}
	secret = c.ID + rand.Text()
	at := consentKey(of.Certificate.ID, c.ID)
	made := at.with(item{
		"endorsement": text(c.Endorsement), "fields": texts(c.Fields), "to": text(c.To),
		"holder": text(of.Holder), "version": text(of.Certificate.Edition()),
		"until": text(c.Until.UTC().Format(time.RFC3339Nano)), "hash": text(consentHash(secret)),
		"ttl": number(c.Until.Add(VerificationEntryLife).Unix()),
	})
	if c.Shows(ShowIDNumber) {
		if of, err = s.WithIDNumber(of); err != nil {
			return "", err
		}
		sealed, err := sealUnder(secret, of.Certificate.Holder.IDNumber, at)
		if err != nil {
			return "", err
		}
		made["idNo"] = sealed
	}
	return secret, s.putOnce(ctx, made)
}

// RevokeConsent ends a holder's consent now and removes the ID number stored with it; ending it
// again changes nothing. Error: consent-not-found, also where the consent belongs to another holder
// or another endorsement.
func (s *Store) RevokeConsent(ctx context.Context, certID, holder, endorsementID, id string, at time.Time) error {
	if _, err := TimeOf(id); err != nil {
		return problem.New(problem.ConsentNotFound).WithCause(err)
	}
	part := consentKey(certID, id).item()
	part["revokedAt"] = text(at.UTC().Format(time.RFC3339Nano))
	tag, err := s.client.Part(part, tagRevoked)
	if err != nil {
		return err
	}
	_, err = s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:           &s.table,
		Key:                 consentKey(certID, id).item(),
		UpdateExpression:    aws.String("SET revokedAt = if_not_exists(revokedAt, :at), tagRevoked = if_not_exists(tagRevoked, :tag) REMOVE idNo"),
		ConditionExpression: aws.String("holder = :holder AND endorsement = :endorsement"),
		ExpressionAttributeValues: item{
			":at": part["revokedAt"], ":tag": text(tag), ":holder": text(holder), ":endorsement": text(endorsementID),
		},
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		return problem.New(problem.ConsentNotFound)
	}
	if err != nil {
		return outage.Wrap("ending a consent", err)
	}
	return nil
}

// Consents lists a holder's consents to one endorsement that have not ended, the newest first, at
// most ConsentLimit.
func (s *Store) Consents(ctx context.Context, certID, holder, endorsementID string, at time.Time) ([]Consent, error) {
	oldest := NewID(at.Add(-ConsentLife))
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName:              &s.table,
		ConsistentRead:         aws.Bool(true),
		ScanIndexForward:       aws.Bool(false),
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		FilterExpression:       aws.String("holder = :holder AND endorsement = :endorsement"),
		ExpressionAttributeValues: item{
			":pk": text(prefixCopies + certID), ":from": text(prefixConsent + oldest), ":to": text(prefixConsent + "~"),
			":holder": text(holder), ":endorsement": text(endorsementID),
		},
	})
	var all []Consent
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, outage.Wrap("reading the consents", err)
		}
		for _, read := range out.Items {
			c, err := openConsent(read)
			if err != nil {
				return nil, err
			}
			if c.Holds(at) && len(all) < ConsentLimit {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// ConsentLimit is the most consents to one endorsement at a time.
const ConsentLimit = 20

func consentKey(certID, id string) key { return key{prefixCopies + certID, prefixConsent + id} }

// consentKeyOf returns the key of the consent that a secret belongs to, and whether it is a secret.
func consentKeyOf(certID, secret string) (key, bool) {
	if len(secret) != consentSecret {
		return key{}, false
	}
	id := secret[:26]
	if _, err := TimeOf(id); err != nil {
		return key{}, false
	}
	return consentKey(certID, id), true
}

// consentHash hashes a secret. It needs no salt: the secret has 130 random bits.
func consentHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// provenConsent returns the consent to the presented copy if its secret was presented, and
// otherwise nil.
func provenConsent(from item, x Presented) (*Consent, error) {
	if from == nil || subtle.ConstantTimeCompare([]byte(str(from, "hash")), []byte(consentHash(x.Consent))) != 1 {
		return nil, nil
	}
	c, err := openConsent(from)
	if err != nil || c.Endorsement != x.Endorsement {
		return nil, err
	}
	if sealed := blob(from, "idNo"); sealed != nil {
		c.IDNumber, err = openUnder(x.Consent, sealed, consentKey(x.Certificate, c.ID))
	}
	return &c, err
}

// underSecret returns the cipher for the ID number in a consent. Its key is derived from the
// secret, so every consent has its own key.
func underSecret(secret string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "jiazhu/consent/idNo", 32)
	if err != nil {
		return nil, fmt.Errorf("deriving a consent's key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("deriving a consent's key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// sealUnder encrypts an ID number for the consent at a key (certificate and consent).
func sealUnder(secret, number string, at key) (types.AttributeValue, error) {
	aead, err := underSecret(secret)
	if err != nil {
		return nil, err
	}
	return &types.AttributeValueMemberB{Value: aead.Seal(nil, nil, []byte(number), []byte(at.pk+"|"+at.sk))}, nil
}

func openUnder(secret string, sealed []byte, at key) (string, error) {
	aead, err := underSecret(secret)
	if err != nil {
		return "", err
	}
	number, err := aead.Open(nil, nil, sealed, []byte(at.pk+"|"+at.sk))
	if err != nil {
		return "", fmt.Errorf("opening a consent's ID number: %w", err)
	}
	return string(number), nil
}

func openConsent(from item) (Consent, error) {
	if err := checkSchema(from); err != nil {
		return Consent{}, err
	}
	c := Consent{
		ID:          strings.TrimPrefix(str(from, "sk"), prefixConsent),
		Endorsement: str(from, "endorsement"), Holder: str(from, "holder"), Version: str(from, "version"), Fields: list(from, "fields"), To: str(from, "to"),
	}
	until, err := time.Parse(time.RFC3339Nano, str(from, "until"))
	if err != nil {
		return Consent{}, err
	}
	c.Until = until.In(civil.Zone())
	if at := str(from, "revokedAt"); at != "" {
		revoked, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			return Consent{}, err
		}
		c.RevokedAt = &revoked
	}
	return c, nil
}

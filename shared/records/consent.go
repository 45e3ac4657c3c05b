package records

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/outage"
	"github.com/jiazhu/jiazhu/shared/problem"
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

// Consent is the holder's permission (个人信息保护法 第二十三条) to show one reader of one copy more
// than everybody sees, for a few days. Who has the secret has the permission.
type Consent struct {
	ID          string // a ULID made for the moment of consenting
	Endorsement string
	Fields      []string // a non-empty subset of ConsentFields
	To          string   // who is meant to read, in the holder's words
	Until       time.Time
	RevokedAt   *time.Time
}

// Holds reports whether the consent holds at a moment.
func (c Consent) Holds(at time.Time) bool { return c.RevokedAt == nil && at.Before(c.Until) }

// Shows reports whether the consent is to a field.
func (c Consent) Shows(field string) bool { return slices.Contains(c.Fields, field) }

// consentSecret is the id and 26 random characters: the id finds the consent, the rest proves it.
const consentSecret = 26 + 26

// PutConsent stores a consent and returns its secret, which is stored nowhere.
func (s *Store) PutConsent(ctx context.Context, certID string, c Consent) (secret string, err error) {
	if _, err := TimeOf(c.ID); err != nil {
		return "", err
	}
	secret = c.ID + rand.Text()
	return secret, s.putOnce(ctx, consentKey(certID, c.ID).with(item{
		"endorsement": text(c.Endorsement), "fields": texts(c.Fields), "to": text(c.To),
		"until": text(c.Until.UTC().Format(time.RFC3339Nano)), "hash": text(consentHash(secret)),
		"ttl": number(c.Until.Add(SightingLife).Unix()),
	}))
}

// RevokeConsent ends a consent from now on; ending it again changes nothing. Error: not-found,
// also where the consent is for another endorsement.
func (s *Store) RevokeConsent(ctx context.Context, certID, endorsementID, id string, at time.Time) error {
	if _, err := TimeOf(id); err != nil {
		return problem.New(problem.NotFound).WithCause(err)
	}
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:           &s.table,
		Key:                 consentKey(certID, id).item(),
		UpdateExpression:    aws.String("SET revokedAt = if_not_exists(revokedAt, :at)"),
		ConditionExpression: aws.String("endorsement = :endorsement"),
		ExpressionAttributeValues: item{
			":at": text(at.UTC().Format(time.RFC3339Nano)), ":endorsement": text(endorsementID),
		},
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		return problem.New(problem.NotFound)
	}
	if err != nil {
		return outage.Of("ending a consent", err)
	}
	return nil
}

// Consents lists the consents to one endorsement that may still hold, the newest first, at most
// ConsentLimit.
func (s *Store) Consents(ctx context.Context, certID, endorsementID string, at time.Time) ([]Consent, error) {
	oldest := NewID(at.Add(-ConsentLife))
	out, err := s.client.Query(ctx, &dynamodb.QueryInput{
		TableName:              &s.table,
		ConsistentRead:         aws.Bool(true),
		ScanIndexForward:       aws.Bool(false),
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		ExpressionAttributeValues: item{
			":pk": text(prefixCertificate + certID), ":from": text(prefixConsent + oldest), ":to": text(prefixConsent + "~"),
		},
	})
	if err != nil {
		return nil, outage.Of("reading the consents", err)
	}
	var all []Consent
	for _, read := range out.Items {
		c, err := openConsent(read)
		if err != nil {
			return nil, err
		}
		if c.Endorsement == endorsementID && c.Holds(at) && len(all) < ConsentLimit {
			all = append(all, c)
		}
	}
	return all, nil
}

// ConsentLimit is the most consents to one endorsement at a time.
const ConsentLimit = 20

func consentKey(certID, id string) key { return key{prefixCertificate + certID, prefixConsent + id} }

// consentKeyOf is where the consent of a secret lies, if it is one.
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

// consentHash needs no salt: the secret has 130 random bits.
func consentHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// provenConsent opens a consent for who has its secret; nil for anybody else.
func provenConsent(from item, secret string) (*Consent, error) {
	if from == nil || subtle.ConstantTimeCompare([]byte(str(from, "hash")), []byte(consentHash(secret))) != 1 {
		return nil, nil
	}
	c, err := openConsent(from)
	return &c, err
}

func openConsent(from item) (Consent, error) {
	if err := readable(from); err != nil {
		return Consent{}, err
	}
	c := Consent{
		ID:          strings.TrimPrefix(str(from, "sk"), prefixConsent),
		Endorsement: str(from, "endorsement"), Fields: list(from, "fields"), To: str(from, "to"),
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

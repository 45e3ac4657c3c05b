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

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
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

// IsConsentSecret reports whether a text has the form of a secret.
func IsConsentSecret(text string) bool {
	_, ok := consentKeyOf("", text)
	return ok
}

// PutConsent stores a consent of the record's holder and returns its secret, which is not stored. A
// consent that includes the ID number stores the number encrypted under the secret, so that it can
// be shown to whoever has the secret without the field key.
func (s *Store) PutConsent(ctx context.Context, of Record, c Consent) (secret string, err error) {
	if _, err := TimeOf(c.ID); err != nil {
		return "", err
	}
	secret = c.ID + rand.Text()
	at := consentKey(of.Certificate.ID, c.ID)
	made := consentItem{
		Header:      newHeader(at).Until(c.Until.Add(VerificationEntryLife)),
		Endorsement: c.Endorsement, Fields: c.Fields, To: c.To, Holder: of.Holder, Edition: of.Certificate.Edition(),
		Until: c.Until.UTC().Format(time.RFC3339Nano), Hash: consentHash(secret),
	}
	if c.Shows(ShowIDNumber) {
		if of, err = s.WithIDNumber(of); err != nil {
			return "", err
		}
		if made.SealedID, err = sealUnder(secret, of.Certificate.Holder.IDNumber, at); err != nil {
			return "", err
		}
	}
	return secret, s.putOnce(ctx, "storing a consent", made)
}

// consentItem is the item of a consent.
type consentItem struct {
	dynamo.Header
	Endorsement string   `dynamodbav:"endorsement"`
	Fields      []string `dynamodbav:"fields"`
	To          string   `dynamodbav:"to"`
	Holder      string   `dynamodbav:"holder"`
	Edition     string   `dynamodbav:"version"`
	Until       string   `dynamodbav:"until"`
	Hash        string   `dynamodbav:"hash"`
	SealedID    []byte   `dynamodbav:"idNo,omitempty"` // under the secret
	RevokedAt   string   `dynamodbav:"revokedAt,omitempty"`
}

// RevokeConsent ends a holder's consent now and removes the ID number stored with it; ending it
// again changes nothing. Error: ErrConsentNotFound, also where the consent belongs to another holder
// or another endorsement.
func (s *Store) RevokeConsent(ctx context.Context, certID, holder, endorsementID, id string, at time.Time) error {
	if _, err := TimeOf(id); err != nil {
		return fmt.Errorf("%w: %w", ErrConsentNotFound, err)
	}
	_, err := s.table.Do(ctx, "ending a consent",
		dynamo.SetPart(consentKey(certID, id), tagRevoked, dynamo.Values{"revokedAt": at.UTC().Format(time.RFC3339Nano)}).
			KeepExisting().AddExpression(" REMOVE idNo", nil).
			If("holder = :holder AND endorsement = :endorsement", dynamo.Values{"holder": holder, "endorsement": endorsementID}))
	if errors.Is(err, dynamo.ErrRefused) {
		return ErrConsentNotFound
	}
	return err
}

// Consents lists a holder's consents to one endorsement that have not ended, the newest first, at
// most ConsentLimit.
func (s *Store) Consents(ctx context.Context, certID, holder, endorsementID string, at time.Time) (all []Consent, err error) {
	oldest := NewID(at.Add(-ConsentLife))
	for read, err := range s.table.Query(ctx, dynamo.Query{
		PK: prefixCopies + certID, From: prefixConsent + oldest, To: prefixConsent + "~", Newest: true,
		Filter: "holder = :holder AND endorsement = :endorsement",
		Values: dynamo.Values{"holder": holder, "endorsement": endorsementID},
	}) {
		if err != nil {
			return nil, err
		}
		c, err := s.openConsent(read)
		if err != nil {
			return nil, err
		}
		if c.Holds(at) && len(all) < ConsentLimit {
			all = append(all, c.Consent)
		}
	}
	return all, nil
}

// ConsentLimit is the most consents to one endorsement at a time.
const ConsentLimit = 20

func consentKey(certID, id string) dynamo.Key {
	return dynamo.Key{PK: prefixCopies + certID, SK: prefixConsent + id}
}

// consentKeyOf returns the key of the consent that a secret belongs to, and whether it is a secret.
func consentKeyOf(certID, secret string) (dynamo.Key, bool) {
	if len(secret) != consentSecret {
		return dynamo.Key{}, false
	}
	id := secret[:26]
	if _, err := TimeOf(id); err != nil {
		return dynamo.Key{}, false
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
func (s *Store) provenConsent(from dynamo.Item, x Presented) (*Consent, error) {
	if from == nil {
		return nil, nil
	}
	c, err := s.openConsent(from)
	if err != nil || c.Endorsement != x.Endorsement || subtle.ConstantTimeCompare([]byte(c.item.Hash), []byte(consentHash(x.Consent))) != 1 {
		return nil, err
	}
	if c.item.SealedID != nil {
		c.IDNumber, err = openUnder(x.Consent, c.item.SealedID, consentKey(x.Certificate, c.ID))
	}
	return &c.Consent, err
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
func sealUnder(secret, number string, at dynamo.Key) ([]byte, error) {
	aead, err := underSecret(secret)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, []byte(number), []byte(at.PK+"|"+at.SK)), nil
}

func openUnder(secret string, sealed []byte, at dynamo.Key) (string, error) {
	aead, err := underSecret(secret)
	if err != nil {
		return "", err
	}
	number, err := aead.Open(nil, nil, sealed, []byte(at.PK+"|"+at.SK))
	if err != nil {
		return "", fmt.Errorf("opening a consent's ID number: %w", err)
	}
	return string(number), nil
}

// storedConsent is a consent with what only its item has.
type storedConsent struct {
	Consent
	item consentItem
}

func (s *Store) openConsent(from dynamo.Item) (storedConsent, error) {
	item, err := dynamo.Decode[consentItem](s.table, from)
	if err != nil {
		return storedConsent{}, err
	}
	c := Consent{
		ID: strings.TrimPrefix(item.SK, prefixConsent), Endorsement: item.Endorsement,
		Holder: item.Holder, Version: item.Edition, Fields: item.Fields, To: item.To,
	}
	until, err := time.Parse(time.RFC3339Nano, item.Until)
	if err != nil {
		return storedConsent{}, fmt.Errorf("reading a consent: %w", err)
	}
	c.Until = until.In(civil.Zone())
	if item.RevokedAt != "" {
		revoked, err := time.Parse(time.RFC3339Nano, item.RevokedAt)
		if err != nil {
			return storedConsent{}, fmt.Errorf("reading a consent: %w", err)
		}
		c.RevokedAt = &revoked
	}
	return storedConsent{c, item}, nil
}

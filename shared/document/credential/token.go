package credential

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Signer signs tokens. Package seal/keys has implementations; key services fit too, as
// they also sign digests and return DER.
type Signer interface {
	// Sign returns the DER SEQUENCE{r, s} of a P-256 key over a SHA-256 digest.
	Sign(ctx context.Context, digest []byte) ([]byte, error)
	// KeyID returns the key's `kid` in the published key set.
	KeyID() string
}

// algorithm is the only algorithm that is written or accepted.
const algorithm = "ES256"

// coordinate is the length in bytes of r and of s in a JWS (RFC 7518, 3.4).
const coordinate = 32

// encoding is strict: unused bits of the last character must be zero.
var encoding = base64.RawURLEncoding.Strict()

type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ,omitempty"`
}

// Issue signs claims and returns the compact token. It fails when the signer fails, or
// when Parse would refuse the token.
func Issue(ctx context.Context, signer Signer, claims Claims) (string, error) {
	token, err := sign(ctx, signer, header{Algorithm: algorithm, KeyID: tokenKeyID(signer.KeyID())}, wire{claims})
	if err != nil {
		return "", fmt.Errorf("credential: issue: %w", err)
	}
	if len(token) > MaxLength {
		return "", fmt.Errorf("credential: issue: %w: %d bytes long", ErrMalformed, len(token))
	}
	return token, nil
}

// sign signs a header and a payload and returns the compact JWS.
func sign(ctx context.Context, signer Signer, h header, payload any) (string, error) {
	input, err := signingInput(h, payload)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256([]byte(input))
	der, err := signer.Sign(ctx, digest[:])
	if err != nil {
		return "", err
	}
	raw, err := rawSignature(der)
	if err != nil {
		return "", err
	}
	return input + "." + encoding.EncodeToString(raw), nil
}

// Parse returns the claims of a token that one of the keys signed while it was in use.
// It returns ErrMalformed, ErrUnknownKey, ErrSignature or ErrKeyDays, and with an
// error empty claims.
func Parse(token string, keys Keys) (Claims, error) {
	body, err := open[wire](token, MaxLength, "", keys)
	return body.Claims, err
}

// signingTimer is a payload that states its time of signing.
type signingTimer interface{ signingTime() time.Time }

func (c Claims) signingTime() time.Time { return c.IssueTime() }

// open reads a compact JWS of the given type that one of the keys signed while it was
// in use. With an error it returns no part of the payload.
func open[T signingTimer](text string, longest int, kind string, keys Keys) (T, error) {
	var none T
	if len(text) > longest {
		return none, fmt.Errorf("%w: %d bytes long", ErrMalformed, len(text))
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return none, fmt.Errorf("%w: %d parts", ErrMalformed, len(parts))
	}
	head, err := decode[header](parts[0])
	if err != nil {
		return none, err
	}
	if head.Algorithm != algorithm || head.Type != kind {
		return none, fmt.Errorf("%w: another algorithm or type", ErrMalformed)
	}
	body, err := decode[T](parts[1])
	if err != nil {
		return none, err
	}
	if err := verify(parts[0]+"."+parts[1], parts[2], head.KeyID, keys, body.signingTime()); err != nil {
		return none, err
	}
	return body, nil
}

func verify(input, signature, keyID string, keys Keys, at time.Time) error {
	raw, err := decodePart(signature)
	if err != nil {
		return err
	}
	if len(raw) != 2*coordinate {
		return fmt.Errorf("%w: signature's length", ErrMalformed)
	}
	key, ok := keys.byID[keyID]
	if !ok {
		return ErrUnknownKey
	}
	digest := sha256.Sum256([]byte(input))
	r, s := new(big.Int).SetBytes(raw[:coordinate]), new(big.Int).SetBytes(raw[coordinate:])
	if !ecdsa.Verify(key.ecdsaKey(), digest[:], r, s) {
		return ErrSignature
	}
	if !key.inUse(at) {
		return ErrKeyDays
	}
	return nil
}

// decode reads one part and requires its only accepted encoding.
func decode[T any](part string) (T, error) {
	var v T
	text, err := decodePart(part)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("%w: JSON", ErrMalformed)
	}
	spelled, err := marshal(v)
	if err != nil {
		return v, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if !bytes.Equal(text, spelled) {
		return v, fmt.Errorf("%w: another spelling", ErrMalformed)
	}
	return v, nil
}

// decodePart also refuses what base64 decoding tolerates: line breaks and stray bits.
func decodePart(part string) ([]byte, error) {
	data, err := encoding.DecodeString(part)
	if err != nil || encoding.EncodeToString(data) != part {
		return nil, fmt.Errorf("%w: base64url", ErrMalformed)
	}
	return data, nil
}

func signingInput(h header, payload any) (string, error) {
	head, err := marshal(h)
	if err != nil {
		return "", err
	}
	body, err := marshal(payload)
	if err != nil {
		return "", err
	}
	return encoding.EncodeToString(head) + "." + encoding.EncodeToString(body), nil
}

// marshal writes JSON without HTML escapes.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// rawSignature converts a DER SEQUENCE{r, s} to the r || s of a JWS.
func rawSignature(der []byte) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &sig)
	if err != nil || len(rest) != 0 {
		return nil, fmt.Errorf("%w: not DER", ErrSignature)
	}
	if sig.R.Sign() <= 0 || sig.S.Sign() <= 0 || sig.R.BitLen() > 8*coordinate || sig.S.BitLen() > 8*coordinate {
		return nil, fmt.Errorf("%w: not of P-256", ErrSignature)
	}
	raw := make([]byte, 2*coordinate)
	sig.R.FillBytes(raw[:coordinate])
	sig.S.FillBytes(raw[coordinate:])
	return raw, nil
}

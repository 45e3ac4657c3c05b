package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// signRaw signs header and payload unchanged with the right key, so that tests can sign invalid
// statements.
func signRaw(t testing.TB, key *ecdsa.PrivateKey, header, payload string) string {
	t.Helper()
	input := b64(header) + "." + b64(payload)
	sum := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + signature(r, s)
}

func signature(r, s *big.Int) string {
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return base64.RawURLEncoding.EncodeToString(raw)
}

// mirrorSignature returns the token with the other valid ECDSA signature, (r, n-s).
func mirrorSignature(t testing.TB, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 64 {
		t.Fatalf("the signature is %q: %v", parts[2], err)
	}
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	return parts[0] + "." + parts[1] + "." + signature(r, s.Sub(elliptic.P256().Params().N, s))
}

func TestForgeriesUnderARightSignature(t *testing.T) {
	const good = `{"alg":"ES256","kid":"k","typ":"JWT"}`
	key := newKey(t)
	claims := func(change string, args ...any) string {
		text, err := json.Marshal(claimsAt(noon))
		if err != nil {
			t.Fatal(err)
		}
		return string(text[:len(text)-1]) + "," + fmt.Sprintf(change, args...) + "}"
	}
	plain := claims(`"x":1`)
	if _, err := identity.ReadStatement(signRaw(t, key, good, plain), audience, speakers(key), noon, nil); err != nil {
		t.Fatalf("the statement these are made from: %v", err)
	}
	other := newKey(t)
	embedded, err := json.Marshal(jose.JSONWebKey{Key: other.Public(), KeyID: "k"})
	if err != nil {
		t.Fatal(err)
	}
	forged := signRaw(t, other, `{"alg":"ES256","kid":"k","jwk":`+string(embedded)+`}`, plain)
	for name, token := range map[string]string{
		"alg twice, the second none":            signRaw(t, key, `{"alg":"ES256","kid":"k","alg":"none"}`, plain),
		"kid twice":                             signRaw(t, key, `{"alg":"ES256","kid":"x","kid":"k"}`, plain),
		"the issuer twice":                      signRaw(t, key, good, claims(`"iss":"other"`)),
		"the audience twice":                    signRaw(t, key, good, claims(`"aud":"https://other.example.cn"`)),
		"exp twice, the second far":             signRaw(t, key, good, claims(`"exp":%d`, noon.Add(time.Minute*3).Unix())),
		"jti twice":                             signRaw(t, key, good, claims(`"jti":"jti-87654321"`)),
		"alg in small letters":                  signRaw(t, key, `{"alg":"es256","kid":"k"}`, plain),
		"alg with a blank":                      signRaw(t, key, `{"alg":"ES256 ","kid":"k"}`, plain),
		"ES256K":                                signRaw(t, key, `{"alg":"ES256K","kid":"k"}`, plain),
		"no alg":                                signRaw(t, key, `{"kid":"k"}`, plain),
		"an alg that is a list":                 signRaw(t, key, `{"alg":["ES256"],"kid":"k"}`, plain),
		"b64=false":                             signRaw(t, key, `{"alg":"ES256","kid":"k","b64":false,"crit":["b64"]}`, plain),
		"b64=false without crit":                signRaw(t, key, `{"alg":"ES256","kid":"k","b64":false}`, plain),
		"an empty crit":                         signRaw(t, key, `{"alg":"ES256","kid":"k","crit":[]}`, plain),
		"crit of something unheard of":          signRaw(t, key, `{"alg":"ES256","kid":"k","crit":["exp"]}`, plain),
		"a kid that is a path":                  signRaw(t, key, `{"alg":"ES256","kid":"../../k"}`, plain),
		"a kid that asks a database":            signRaw(t, key, `{"alg":"ES256","kid":"k' OR '1'='1"}`, plain),
		"a kid with a zero byte":                signRaw(t, key, `{"alg":"ES256","kid":"k\u0000"}`, plain),
		"a kid that is a number":                signRaw(t, key, `{"alg":"ES256","kid":1}`, plain),
		"a kid that is a list":                  signRaw(t, key, `{"alg":"ES256","kid":["k"]}`, plain),
		"a kid in capitals":                     signRaw(t, key, `{"alg":"ES256","kid":"K"}`, plain),
		"a key of its own":                      forged,
		"certificates of its own":               signRaw(t, other, `{"alg":"ES256","kid":"k","x5c":["MIIB"]}`, plain),
		"a header as huge as may be":            signRaw(t, key, `{"alg":"ES256","kid":"`+strings.Repeat("k", 7000)+`"}`, plain),
		"a line break within":                   strings.Replace(signRaw(t, key, good, plain), ".", ".\n", 1),
		"a header that is a list":               signRaw(t, key, `["ES256"]`, plain),
		"a header and something after":          signRaw(t, key, good+`{}`, plain),
		"claims that are a list":                signRaw(t, key, good, `[`+plain+`]`),
		"claims and something after":            signRaw(t, key, good, plain+`{}`),
		"claims that are no JSON":               signRaw(t, key, good, plain[:len(plain)-1]),
		"no claims":                             signRaw(t, key, good, `null`),
		"an exp beyond all numbers":             signRaw(t, key, good, strings.Replace(plain, `"exp":`, `"exp":1e400,"e":`, 1)),
		"an exp before time began":              signRaw(t, key, good, strings.Replace(plain, `"exp":`, `"exp":-1,"e":`, 1)),
		"an exp that is true":                   signRaw(t, key, good, strings.Replace(plain, `"exp":`, `"exp":true,"e":`, 1)),
		"an audience that contains ours":        signRaw(t, key, good, strings.Replace(plain, audience, audience+".evil.example", 1)),
		"an audience with a slash more":         signRaw(t, key, good, strings.Replace(plain, audience, audience+"/", 1)),
		"an audience in capitals":               signRaw(t, key, good, strings.Replace(plain, audience, strings.ToUpper(audience), 1)),
		"an issuer with a blank":                signRaw(t, key, good, strings.Replace(plain, `"iss":"app"`, `"iss":"app "`, 1)),
		"an issuer that is a list":              signRaw(t, key, good, strings.Replace(plain, `"iss":"app"`, `"iss":["app"]`, 1)),
		"a signature of zeros":                  b64(good) + "." + b64(plain) + "." + signature(big.NewInt(0), big.NewInt(0)),
		"r = 1, s = 1":                          b64(good) + "." + b64(plain) + "." + signature(big.NewInt(1), big.NewInt(1)),
		"r and s of the order":                  b64(good) + "." + b64(plain) + "." + signature(elliptic.P256().Params().N, elliptic.P256().Params().N),
		"a signature one byte short":            strings.TrimSuffix(signRaw(t, key, good, plain), "A")[:len(signRaw(t, key, good, plain))-2],
		"the JSON form of a JWS":                `{"protected":"` + b64(good) + `","payload":"` + b64(plain) + `","signature":"AA"}`,
		"five parts, as of something encrypted": b64(`{"alg":"dir","enc":"A128GCM"}`) + "..AA.AA.AA",
		"a blank before":                        " " + signRaw(t, key, good, plain),
		"a line break after":                    signRaw(t, key, good, plain) + "\n",
		"padding":                               signRaw(t, key, good, plain) + "==",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := identity.ReadStatement(token, audience, speakers(key), noon, nil); err == nil {
				t.Errorf("believed: %+v", got)
			}
		})
	}
}

func TestTheMirroredSignatureIsTheSameStatement(t *testing.T) {
	key := newKey(t)
	token := sign(t, jose.ES256, key, "k", claimsAt(noon), nil)
	one, err := identity.ReadStatement(token, audience, speakers(key), noon, nil)
	if err != nil {
		t.Fatal(err)
	}
	two, err := identity.ReadStatement(mirrorSignature(t, token), audience, speakers(key), noon, nil)
	if err != nil || one != two {
		t.Errorf("(r, n-s) reads as %+v, %v; want %+v, so that its jti is spent", two, err, one)
	}
}

func TestTheEdgesOfTime(t *testing.T) {
	key := newKey(t)
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	for _, tt := range []struct {
		name  string
		claim string
		value any
		good  bool
	}{
		{"exp now", "exp", at(0), false},
		{"exp a second ago", "exp", at(-time.Second), false},
		{"exp in a second", "exp", at(time.Second), true},
		{"exp half a second ago", "exp", float64(noon.Unix()) - 0.5, false},
		{"exp five minutes after iat", "exp", at(identity.MaxStatementLife), true},
		{"exp a second later", "exp", at(identity.MaxStatementLife + time.Second), false},
		{"iat five minutes before exp", "iat", at(time.Minute - identity.MaxStatementLife), true},
		{"iat a second earlier", "iat", at(time.Minute - identity.MaxStatementLife - time.Second), false},
		{"no iat", "iat", nil, false},
		{"iat 30 seconds ahead", "iat", at(30 * time.Second), true},
		{"iat 31 seconds ahead", "iat", at(31 * time.Second), false},
		{"iat an hour ago", "iat", at(-time.Hour), false},
		{"nbf 30 seconds ahead", "nbf", at(30 * time.Second), true},
		{"nbf 31 seconds ahead", "nbf", at(31 * time.Second), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			claims := claimsAt(noon)
			claims[tt.claim] = tt.value
			_, err := identity.ReadStatement(sign(t, jose.ES256, key, "k", claims, nil), audience, speakers(key), noon, nil)
			if (err == nil) != tt.good {
				t.Errorf("got %v", err)
			}
		})
	}
}

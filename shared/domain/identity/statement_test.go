package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const audience = "https://jiazhu.example.cn"

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// claimsAt returns claims that are valid at a time.
func claimsAt(now time.Time) map[string]any {
	return map[string]any{
		"iss": "app", "sub": "app", "aud": audience, "jti": "jti-12345678",
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "device": "phone",
	}
}

func sign(t testing.TB, alg jose.SignatureAlgorithm, key any, kid string, claims any, headers map[jose.HeaderKey]any) string {
	t.Helper()
	options := (&jose.SignerOptions{ExtraHeaders: headers}).WithType("JWT")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func speakers(key *ecdsa.PrivateKey) identity.IssuerKeys {
	return func(issuer string) (jose.JSONWebKeySet, bool) {
		return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k"}}}, issuer == "app"
	}
}

func TestStatementsThatAreBelieved(t *testing.T) {
	key := newKey(t)
	for name, change := range map[string]func(map[string]any){
		"in full":                func(map[string]any) {},
		"the audience in a list": func(c map[string]any) { c["aud"] = []string{audience} },
		"a clock 29 s ahead":     func(c map[string]any) { c["iat"] = noon.Add(29 * time.Second).Unix() },
		"good for five minutes":  func(c map[string]any) { c["exp"] = noon.Add(5 * time.Minute).Unix() },
		"five minutes but one second old": func(c map[string]any) {
			c["iat"], c["exp"] = noon.Add(time.Second-5*time.Minute).Unix(), noon.Add(time.Second).Unix()
		},
		"good for one second more ": func(c map[string]any) { c["exp"] = noon.Add(time.Second).Unix() },
	} {
		t.Run(name, func(t *testing.T) {
			claims := claimsAt(noon)
			change(claims)
			var said struct {
				Device string `json:"device"`
			}
			got, err := identity.ReadStatement(sign(t, jose.ES256, key, "k", claims, nil), audience, speakers(key), noon, &said)
			if err != nil || got.Issuer != "app" || got.Subject != "app" || got.ID != "jti-12345678" || said.Device != "phone" {
				t.Errorf("ReadStatement = %+v, %q, %v", got, said.Device, err)
			}
		})
	}
}

func TestStatementsThatAreNot(t *testing.T) {
	key, other := newKey(t), newKey(t)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	with := func(name string, value any) string {
		claims := claimsAt(noon)
		if value == nil {
			delete(claims, name)
		} else {
			claims[name] = value
		}
		return sign(t, jose.ES256, key, "k", claims, nil)
	}
	good := with("device", "phone")
	parts := strings.Split(good, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"k"}`)) + "." + parts[1] + "."
	embedded := jose.JSONWebKey{Key: other.Public(), KeyID: "k"}
	for name, c := range map[string]struct {
		fault identity.Fault
		token string
	}{
		"empty":                                {identity.FaultForm, ""},
		"no JWT":                               {identity.FaultForm, "x.y.z"},
		"too long":                             {identity.FaultForm, good + strings.Repeat("A", 9<<10)},
		"alg none":                             {identity.FaultForm, unsigned},
		"alg none with a signature":            {identity.FaultForm, unsigned + parts[2]},
		"HS256 with the public key as secret":  {identity.FaultForm, sign(t, jose.HS256, public, "k", claimsAt(noon), nil)},
		"ES384":                                {identity.FaultForm, sign(t, jose.ES384, p384, "k", claimsAt(noon), nil)},
		"another key of the same kid":          {identity.FaultSignature, sign(t, jose.ES256, other, "k", claimsAt(noon), nil)},
		"another key that it carries itself":   {identity.FaultSignature, sign(t, jose.ES256, other, "k", claimsAt(noon), map[jose.HeaderKey]any{"jwk": embedded})},
		"another key at an address":            {identity.FaultSignature, sign(t, jose.ES256, other, "k", claimsAt(noon), map[jose.HeaderKey]any{"jku": "https://example.cn/jwks"})},
		"an unknown kid":                       {identity.FaultSignature, sign(t, jose.ES256, key, "k2", claimsAt(noon), nil)},
		"no kid":                               {identity.FaultForm, sign(t, jose.ES256, key, "", claimsAt(noon), nil)},
		"a critical header":                    {identity.FaultForm, sign(t, jose.ES256, key, "k", claimsAt(noon), map[jose.HeaderKey]any{"crit": []string{"x"}, "x": 1})},
		"an unknown issuer":                    {identity.FaultSignature, with("iss", "somebody")},
		"no issuer":                            {identity.FaultSignature, with("iss", nil)},
		"another audience":                     {identity.FaultAudience, with("aud", "https://other.example.cn")},
		"two audiences":                        {identity.FaultAudience, with("aud", []string{audience, "https://other.example.cn"})},
		"no audience":                          {identity.FaultAudience, with("aud", nil)},
		"no jti":                               {identity.FaultID, with("jti", nil)},
		"a short jti":                          {identity.FaultID, with("jti", "1234567")},
		"a long jti":                           {identity.FaultID, with("jti", strings.Repeat("x", 129))},
		"no exp":                               {identity.FaultTime, with("exp", nil)},
		"an exp that is now":                   {identity.FaultTime, with("exp", noon.Unix())},
		"an exp in an hour":                    {identity.FaultTime, with("exp", noon.Add(time.Hour).Unix())},
		"an iat in the future":                 {identity.FaultTime, with("iat", noon.Add(time.Minute).Unix())},
		"no iat":                               {identity.FaultTime, with("iat", nil)},
		"made an hour ago":                     {identity.FaultTime, with("iat", noon.Add(-time.Hour).Unix())},
		"made for longer than five minutes":    {identity.FaultTime, with("exp", noon.Add(5*time.Minute+time.Second).Unix())},
		"an nbf in the future":                 {identity.FaultTime, with("nbf", noon.Add(time.Minute).Unix())},
		"an exp in words":                      {identity.FaultForm, with("exp", "tomorrow")},
		"a device that is no string":           {identity.FaultForm, with("device", 1)},
		"the signature cut off":                {identity.FaultForm, parts[0] + "." + parts[1] + "."},
		"another signature":                    {identity.FaultSignature, parts[0] + "." + parts[1] + "." + strings.Split(with("iat", nil), ".")[2]},
		"other claims under the old signature": {identity.FaultSignature, parts[0] + "." + strings.Split(with("device", "other"), ".")[1] + "." + parts[2]},
	} {
		t.Run(name, func(t *testing.T) {
			var said struct {
				Device string `json:"device"`
			}
			got, err := identity.ReadStatement(c.token, audience, speakers(key), noon, &said)
			refused, ok := errors.AsType[*identity.StatementError](err)
			if !ok {
				t.Fatalf("ReadStatement = %+v, %v", got, err)
			}
			if refused.Fault != c.fault {
				t.Errorf("the fault is %v, want %s", refused, c.fault)
			}
			if refused.Issuer != "" && refused.Issuer != "app" {
				t.Errorf("the error names %q, which is no issuer of the settings", refused.Issuer)
			}
		})
	}
}

func FuzzReadStatement(f *testing.F) {
	key := newKey(f)
	good := sign(f, jose.ES256, key, "k", claimsAt(noon), nil)
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		got, err := identity.ReadStatement(token, audience, speakers(key), noon, nil)
		if err != nil {
			return
		}
		// Only what this key signed is accepted, and it signed one payload.
		payload := strings.Split(good, ".")[1]
		if strings.Split(token, ".")[1] != payload {
			text, _ := json.Marshal(got)
			t.Errorf("a forged statement is believed: %s", text)
		}
	})
}

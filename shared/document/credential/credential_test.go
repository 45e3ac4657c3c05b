package credential

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
	"rsc.io/qr"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// testSigner returns signatures in DER, like a key service.
type testSigner struct {
	key *ecdsa.PrivateKey
	id  string
	err error
}

func (s testSigner) Sign(_ context.Context, digest []byte) ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	return ecdsa.SignASN1(rand.Reader, s.key, digest)
}

func (s testSigner) KeyID() string { return s.id }

func newSigner(t testing.TB, id string) testSigner {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return testSigner{key: key, id: id}
}

func keySet(t testing.TB, signers ...testSigner) Keys {
	t.Helper()
	var set KeySet
	for _, s := range signers {
		set.Keys = append(set.Keys, NewPublicKey(&s.key.PublicKey, s.id, time.Unix(0, 0), time.Unix(1<<33, 0)))
	}
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseTokenKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The ids of a copy, made at 2021-04-22 10:21:33.512 in Shanghai, and of its
// certificate.
const (
	copyID = "01F3VP3VE8Z4Q9T0B5N7M1C3XD"
	certID = "01ER5P4E00Z4Q9T0B5N7M1C3XE"
)

func someClaims(t testing.TB) Claims {
	t.Helper()
	purpose := &endorsement.Purpose{Kind: "投标", Text: "某某大厦<一期>投标 & 备案", ProjectCode: "P-2021-7"}
	return NewClaims(endorsement.Endorsement{
		ID: copyID, CertID: certID,
		UseFrom: day(t, "2021-04-22"), UseUntil: day(t, "2021-10-19"), Purpose: purpose, StatusIndex: statuslist.NewIndex(1, 283031),
	}, certificate.Certificate{
		ID: certID, Number: "京1112019202000001",
		Holder: certificate.Holder{Name: "欧阳䶮"},
	})
}

func issue(t testing.TB, s testSigner, c Claims) string {
	t.Helper()
	token, err := Issue(t.Context(), s, c)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestTokenSaysWhatWasIssued(t *testing.T) {
	signer, want := newSigner(t, "2021-a"), someClaims(t)
	token := issue(t, signer, want)
	got, err := Parse(token, keySet(t, signer))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Name != "欧**" {
		t.Errorf("the name is %q, want it masked", got.Name)
	}
	if want := time.Date(2021, 4, 22, 10, 21, 33, 512e6, civil.Zone()); !got.IssueTime().Equal(want) {
		t.Errorf("issued at %v, want %v", got.IssueTime(), want)
	}
}

// TestATokenWithoutDeclarationOrIndexIsSpelledWithoutThem: also a token of before the status lists.
func TestATokenWithoutDeclarationOrIndexIsSpelledWithoutThem(t *testing.T) {
	signer := newSigner(t, "2021-a")
	const begin = `["AXj3Ye3I-S6dAWWp6BYPrQ","AXYLYjgA-S6dAWWp6BYPrg","京1112019202000001","欧**",20210422,20211019`
	for members, change := range map[string]func(*Claims){
		`,"zmOWdWATVldxCs9ZADFGX"]`: func(*Claims) {},
		`,"zmOWdWATVldxCs9Z"]`:      func(c *Claims) { c.StatusIndex = 0 },
		`,"ADFGX"]`:                 func(c *Claims) { c.Declaration = "" },
		`]`:                         func(c *Claims) { c.StatusIndex, c.Declaration = 0, "" },
	} {
		want := someClaims(t)
		change(&want)
		token := issue(t, signer, want)
		if spelled := decodeText(t, strings.Split(token, ".")[1]); spelled != begin+members {
			t.Errorf("spelled %s, not %s", spelled, members)
		}
		got, err := Parse(token, keySet(t, signer))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

func TestATokenFitsACoarseCode(t *testing.T) {
	signer := newSigner(t, "V0J8xk2mQ1aZ")
	for name, tt := range map[string]struct {
		holder string
		most   int
	}{
		"an ordinary name": {"张三", 61}, "a name of four characters": {"欧阳某某", 61}, "a name of eight characters": {"买买提·吐尔逊江", 65},
	} {
		t.Run(name, func(t *testing.T) {
			c := someClaims(t)
			c.Name = certificate.MaskName(tt.holder)
			code, err := qr.Encode(Link("https://jiazhu.example.cn", issue(t, signer, c)), qr.L)
			if err != nil {
				t.Fatal(err)
			}
			if code.Size > tt.most {
				t.Errorf("the code has %d modules a side, too many for 28 mm", code.Size)
			}
			if c.StatusIndex = 0; tt.most > 61 {
				code, err = qr.Encode(Link("https://jiazhu.example.cn", issue(t, signer, c)), qr.L)
				if err != nil || code.Size > 61 {
					t.Errorf("a code without an index has %d modules a side, %v", code.Size, err)
				}
			}
		})
	}
}

func TestTokensOutliveARotation(t *testing.T) {
	former, present := newSigner(t, "2020"), newSigner(t, "2021")
	keys := keySet(t, present, former)
	for _, signer := range []testSigner{former, present} {
		if _, err := Parse(issue(t, signer, someClaims(t)), keys); err != nil {
			t.Errorf("key %s: %v", signer.id, err)
		}
	}
	if _, err := Parse(issue(t, former, someClaims(t)), keySet(t, present)); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a key that was withdrawn: got %v, want %v", err, ErrUnknownKey)
	}
}

func TestTokensMadeByOthersAreRefused(t *testing.T) {
	signer, stranger := newSigner(t, "k"), newSigner(t, "k")
	keys := keySet(t, signer)
	good := strings.Split(issue(t, signer, someClaims(t)), ".")
	payload := decodeText(t, good[1])
	list := func(members ...string) string { return "[" + strings.Join(members, ",") + "]" }
	const e, c, n, m = `"AXj3Ye3I-S6dAWWp6BYPrQ"`, `"AXYLYjgA-S6dAWWp6BYPrg"`, `"京1"`, `"张*"`
	sign := func(head, body string) string {
		return signedParts(t, signer, enc(head), enc(body))
	}
	tests := map[string]struct {
		token string
		want  error
	}{
		"nothing":                           {"", ErrMalformed},
		"two parts":                         {good[0] + "." + good[1], ErrMalformed},
		"four parts":                        {strings.Join(good, ".") + ".", ErrMalformed},
		"a stranger's key under our kid":    {issue(t, stranger, someClaims(t)), ErrSignature},
		"another payload":                   {good[0] + "." + enc(strings.Replace(payload, "20211019", "20991019", 1)) + "." + good[2], ErrSignature},
		"no algorithm":                      {enc(`{"alg":"none","kid":"k"}`) + "." + good[1] + ".", ErrMalformed},
		"HMAC with the public key":          {sign(`{"alg":"HS256","kid":"k"}`, payload), ErrMalformed},
		"a key inside the header":           {sign(`{"alg":"ES256","kid":"k","jwk":{}}`, payload), ErrMalformed},
		"a critical extension":              {sign(`{"alg":"ES256","kid":"k","crit":["b64"],"b64":false}`, payload), ErrMalformed},
		"header members in another order":   {sign(`{"kid":"k","alg":"ES256"}`, payload), ErrMalformed},
		"no kid":                            {sign(`{"alg":"ES256"}`, payload), ErrMalformed},
		"a type":                            {sign(`{"alg":"ES256","kid":"k","typ":"JWT"}`, payload), ErrMalformed},
		"an object":                         {sign(`{"alg":"ES256","kid":"k"}`, `{"e":"x"}`), ErrMalformed},
		"nothing, signed":                   {sign(`{"alg":"ES256","kid":"k"}`, `null`), ErrMalformed},
		"too few claims":                    {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422")), ErrMalformed},
		"too many claims":                   {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "20211019", `"x"`, `"x"`)), ErrMalformed},
		"an index of no list":               {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "20211019", `"AB___"`)), ErrMalformed},
		"an index of another alphabet":      {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "20211019", `"AD+GX"`)), ErrMalformed},
		"no index behind a fingerprint":     {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "20211019", `"zmOWdWATVldxCs9ZAAAAA"`)), ErrMalformed},
		"an index in a member of its own":   {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "20211019", `"zmOWdWATVldxCs9Z"`, `"ADFGX"`)), ErrMalformed},
		"a number for an index":             {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "20211019", "807319")), ErrMalformed},
		"an empty declaration":              {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "20211019", `""`)), ErrMalformed},
		"a claim that is null":              {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, "null", "20210422", "20211019")), ErrMalformed},
		"a day as text":                     {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, `"20210422"`, "20211019")), ErrMalformed},
		"a day with a fraction":             {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422.0", "20211019")), ErrMalformed},
		"a day in the fifth millennium":     {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, n, m, "20210422", "420211019")), ErrMalformed},
		"an id in letters":                  {sign(`{"alg":"ES256","kid":"k"}`, list(`"`+copyID+`"`, c, n, m, "20210422", "20211019")), ErrMalformed},
		"white space in the claims":         {sign(`{"alg":"ES256","kid":"k"}`, payload+" "), ErrMalformed},
		"an escaped character":              {sign(`{"alg":"ES256","kid":"k"}`, strings.Replace(payload, "京", `\u4eac`, 1)), ErrMalformed},
		"a day that does not exist":         {sign(`{"alg":"ES256","kid":"k"}`, strings.Replace(payload, "20211019", "20210230", 1)), ErrMalformed},
		"an end before the beginning":       {sign(`{"alg":"ES256","kid":"k"}`, strings.Replace(payload, "20211019", "20210101", 1)), ErrMalformed},
		"no endorsement":                    {sign(`{"alg":"ES256","kid":"k"}`, list(`""`, c, n, m, "20210422", "20211019")), ErrMalformed},
		"no number":                         {sign(`{"alg":"ES256","kid":"k"}`, list(e, c, `""`, m, "20210422", "20211019")), ErrMalformed},
		"an empty signature":                {good[0] + "." + good[1] + ".", ErrMalformed},
		"a signature of zeros":              {good[0] + "." + good[1] + "." + enc(strings.Repeat("\x00", 64)), ErrSignature},
		"a signature in DER":                {good[0] + "." + good[1] + "." + enc("0\x06\x02\x01\x01\x02\x01\x01"), ErrMalformed},
		"padding":                           {strings.Join(good, ".") + "=", ErrMalformed},
		"longer than any token":             {strings.Repeat("A", MaxLength+1), ErrMalformed},
		"base64url with a stray final bit":  {good[0] + "." + good[1] + "." + strayBit(good[2]), ErrMalformed},
		"a line break inside the signature": {good[0] + "." + good[1] + "." + good[2][:40] + "\n" + good[2][40:], ErrMalformed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tt.token, keys)
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(Claims{}, got); diff != "" {
				t.Errorf("a refused token still says something: %s", diff)
			}
		})
	}
}

func TestEveryChangedCharacterIsNoticed(t *testing.T) {
	signer := newSigner(t, "k")
	keys, token := keySet(t, signer), issue(t, signer, someClaims(t))
	for i := range token {
		changed := []byte(token)
		changed[i] ^= 1
		if _, err := Parse(string(changed), keys); err == nil {
			t.Errorf("character %d changed from %q to %q and the token still holds", i, token[i], changed[i])
		}
	}
}

func TestIssueFailsWithItsSigner(t *testing.T) {
	signer := newSigner(t, "k")
	signer.err = errors.New("the key service is away")
	if _, err := Issue(t.Context(), signer, someClaims(t)); !errors.Is(err, signer.err) {
		t.Errorf("got %v", err)
	}
	if _, err := Issue(t.Context(), newSigner(t, "k"), Claims{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("empty claims: got %v", err)
	}
}

func TestDeclarationTellsDeclarationsApart(t *testing.T) {
	bid := &endorsement.Purpose{Kind: "投标", Text: "甲项目"}
	who := &endorsement.Recipient{Name: "乙公司", USCC: "91110000MA00000152"}
	seen := map[string]string{}
	for name, d := range map[string]string{
		"purpose":                  Declaration("1", bid, nil),
		"recipient":                Declaration("1", nil, who),
		"both":                     Declaration("1", bid, who),
		"both, in another copy":    Declaration("2", bid, who),
		"text as the project code": Declaration("1", &endorsement.Purpose{Kind: "投标", ProjectCode: "甲项目"}, nil),
	} {
		if other, ok := seen[d]; ok || len(d) != 16 {
			t.Errorf("%s: %q, the same as %s", name, d, other)
		}
		seen[d] = name
	}
	if got := Declaration("1", nil, nil); got != "" {
		t.Errorf("nothing declared: got %q", got)
	}
}

func TestFromLink(t *testing.T) {
	for link, want := range map[string]string{
		Link("https://jiazhu.example.cn", "a.b.c"):      "a.b.c",
		Link("http://127.0.0.1:8080", "a.b.c"):          "a.b.c",
		"https://jiazhu.example.cn/elsewhere#a.b.c":     "https://jiazhu.example.cn/elsewhere#a.b.c",
		ConsentLink(Link("https://x.cn", "a.b.c"), "S"): "a.b.c&consent=S",
	} {
		if got := FromLink(link); got != want {
			t.Errorf("%q: got %q, want %q", link, got, want)
		}
	}
}

func TestKeySetsThatAreRefused(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public := jose.JSONWebKey{Key: &p256.PublicKey, KeyID: "k"}
	tests := map[string][]jose.JSONWebKey{
		"a private key":           {{Key: p256, KeyID: "k"}},
		"another curve":           {{Key: &p384.PublicKey, KeyID: "k"}},
		"a symmetric key":         {{Key: []byte("secret"), KeyID: "k"}},
		"no kid":                  {{Key: &p256.PublicKey}},
		"the same kid twice":      {public, public},
		"a key for encrypting":    {{Key: &p256.PublicKey, KeyID: "k", Use: "enc"}},
		"a key for another usage": {{Key: &p256.PublicKey, KeyID: "k", Algorithm: "ECDH-ES"}},
	}
	for name, list := range tests {
		t.Run(name, func(t *testing.T) {
			var set KeySet
			for _, key := range list {
				set.Keys = append(set.Keys, PublicKey{key, time.Unix(1, 0), time.Unix(2, 0)})
			}
			text, err := json.Marshal(set)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ParseTokenKeys(text); !errors.Is(err, ErrKeys) {
				t.Errorf("got %v, want %v", err, ErrKeys)
			}
		})
	}
	if _, err := ParseTokenKeys([]byte("{")); !errors.Is(err, ErrKeys) {
		t.Errorf("no JSON: got %v, want %v", err, ErrKeys)
	}
	jwk, err := json.Marshal(public)
	if err != nil {
		t.Fatal(err)
	}
	for days, want := range map[string]error{
		"": ErrKeys, `,"nbf":1`: ErrKeys, `,"exp":2`: ErrKeys, `,"nbf":2,"exp":2`: ErrKeys, `,"nbf":"1","exp":2`: ErrKeys, `,"nbf":1,"exp":2`: nil,
	} {
		set := `{"keys":[` + strings.TrimSuffix(string(jwk), "}") + days + `}]}`
		if _, err := ParseTokenKeys([]byte(set)); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", set, err, want)
		}
	}
}

// A key stolen after its time of use cannot sign a valid token without stating an
// earlier time; and a token of a copy that was never registered is useless.
func TestAKeySignsOnlyInItsDays(t *testing.T) {
	signer := newSigner(t, "k")
	claims := someClaims(t)
	token, at := issue(t, signer, claims), claims.IssueTime()
	receipt := someReceipt(t)
	text, err := IssueReceipt(t.Context(), signer, receipt)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		from, until time.Duration
		want        error
	}{
		"in its days":            {-time.Hour, time.Hour, nil},
		"from this moment":       {-time.Second, time.Hour, nil},
		"before its first day":   {time.Second, time.Hour, ErrKeyDays},
		"after its last day":     {-time.Hour, -time.Second, ErrKeyDays},
		"at the end of its days": {-time.Hour, 0, ErrKeyDays},
	} {
		t.Run(name, func(t *testing.T) {
			set := func(at time.Time) KeySet {
				return KeySet{[]PublicKey{NewPublicKey(&signer.key.PublicKey, "k", at.Add(tt.from), at.Add(tt.until))}}
			}
			tokens, err := TokenKeys(set(at.Truncate(time.Second)))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Parse(token, tokens); !errors.Is(err, tt.want) || err != nil && got != (Claims{}) {
				t.Errorf("a token: got %v, %v, want %v", got, err, tt.want)
			}
			receipts, err := ReceiptKeys(set(receipt.At))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := ParseReceipt(text, receipts); !errors.Is(err, tt.want) || err != nil && got.ID != "" {
				t.Errorf("a receipt: got %v, %v, want %v", got.ID, err, tt.want)
			}
		})
	}
}

func TestPublishedKeysVerifyTokensElsewhere(t *testing.T) {
	signer := newSigner(t, "k")
	token := issue(t, signer, someClaims(t))
	text, err := json.Marshal(keySet(t, signer).Set())
	if err != nil {
		t.Fatal(err)
	}
	var published jose.JSONWebKeySet
	if err := json.Unmarshal(text, &published); err != nil {
		t.Fatal(err)
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parsed.Verify(published); err != nil {
		t.Errorf("another JWS library does not accept the token: %v", err)
	}
	if strings.Contains(string(text), `"d"`) {
		t.Error("the published set holds a private key")
	}
}

func FuzzParse(f *testing.F) {
	signer := newSigner(f, "k")
	keys := keySet(f, signer)
	token := issue(f, signer, someClaims(f))
	f.Add(token)
	f.Add(strings.ToUpper(token))
	f.Add(`eyJhbGciOiJub25lIn0.e30.`)
	f.Add("..")
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := Parse(text, keys)
		if err != nil {
			if claims != (Claims{}) {
				t.Error("a refused token still says something")
			}
			return
		}
		again, err := signingInput(header{Algorithm: algorithm, KeyID: "k"}, wire{claims})
		if err != nil || !strings.HasPrefix(text, again+".") {
			t.Errorf("an accepted token has another spelling: %q", text)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	signer := newSigner(b, "k")
	keys, token := keySet(b, signer), issue(b, signer, someClaims(b))
	for b.Loop() {
		if _, err := Parse(token, keys); err != nil {
			b.Fatal(err)
		}
	}
}

func enc(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func decodeText(t testing.TB, part string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// signedParts signs any header and payload with the trusted key, to show that a
// correct signature does not make a malformed token acceptable.
func signedParts(t testing.TB, s testSigner, head, body string) string {
	t.Helper()
	input := head + "." + body
	sum := sha256.Sum256([]byte(input))
	der, err := s.Sign(t.Context(), sum[:])
	if err != nil {
		t.Fatal(err)
	}
	raw, err := rawSignature(der)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(raw)
}

// strayBit sets a bit of the last character that belongs to no byte.
func strayBit(part string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, part[len(part)-1])
	return part[:len(part)-1] + string(alphabet[last|1])
}

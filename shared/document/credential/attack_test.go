package credential

import (
	"crypto/elliptic"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestForgedTokensAndReceipts tries the attacks on JWS that do not change the
// statement: on the header, on the encoding of the signature, and on the kind of
// statement.
func TestForgedTokensAndReceipts(t *testing.T) {
	signer := newSigner(t, "k")
	tokens, receipts := keySet(t, signer), receiptKeys(t, signer)
	receipt, err := IssueReceipt(t.Context(), signer, someReceipt(t))
	if err != nil {
		t.Fatal(err)
	}
	order := elliptic.P256().Params().N
	for kind, good := range map[string]string{"token": issue(t, signer, someClaims(t)), "receipt": receipt} {
		parts := strings.Split(good, ".")
		header, payload := decodeText(t, parts[0]), decodeText(t, parts[1])
		with := func(change string) string { return signedParts(t, signer, enc(change), parts[1]) }
		for name, text := range map[string]string{
			"alg twice":                   with(strings.Replace(header, `{`, `{"alg":"none",`, 1)),
			"kid twice":                   with(strings.Replace(header, `}`, `,"kid":"k"}`, 1)),
			"alg in small letters":        with(strings.Replace(header, "ES256", "es256", 1)),
			"an empty crit":               with(strings.Replace(header, `}`, `,"crit":[]}`, 1)),
			"b64=false":                   with(strings.Replace(header, `}`, `,"b64":false,"crit":["b64"]}`, 1)),
			"an address of keys":          with(strings.Replace(header, `}`, `,"jku":"https://evil.example/keys"}`, 1)),
			"certificates of its own":     with(strings.Replace(header, `}`, `,"x5c":["MIIB"]}`, 1)),
			"a kid that is a path":        with(strings.Replace(header, `k"`, `../../k"`, 1)),
			"a kid that asks a database":  with(strings.Replace(header, `k"`, `k' OR '1'='1"`, 1)),
			"a kid with a zero byte":      with(strings.Replace(header, `k"`, `k\u0000"`, 1)),
			"a huge header":               with(strings.Replace(header, `k"`, strings.Repeat("k", 6000)+`"`, 1)),
			"a header as a list":          with("[" + header + "]"),
			"a blank in the header":       with(header + " "),
			"the payload unencoded":       parts[0] + "." + payload + "." + parts[2],
			"no payload":                  parts[0] + ".." + parts[2],
			"r and s of the order":        parts[0] + "." + parts[1] + "." + encodeRaw(order, order),
			"r = 1, s = 1":                parts[0] + "." + parts[1] + "." + encodeRaw(big.NewInt(1), big.NewInt(1)),
			"the other kind's header":     signedParts(t, signer, enc(map[string]string{"token": `{"alg":"ES256","kid":"receipt-k","typ":"jiazhu-receipt+jwt"}`, "receipt": `{"alg":"ES256","kid":"k"}`}[kind]), parts[1]),
			"the JSON form of a JWS":      `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
			"a blank before":              " " + good,
			"a line break after":          good + "\n",
			"a zero byte after":           good + "\x00",
			"characters of full width":    strings.Replace(good, ".", "．", 1),
			"a signature of another text": parts[0] + "." + parts[1] + "." + strings.Split(signedParts(t, signer, parts[0], enc("x")), ".")[2],
		} {
			t.Run(kind+": "+name, func(t *testing.T) {
				claims, tokenErr := Parse(text, tokens)
				stated, receiptErr := ParseReceipt(text, receipts)
				if tokenErr == nil || receiptErr == nil {
					t.Errorf("accepted: as a token %v, as a receipt %v", tokenErr, receiptErr)
				}
				if claims != (Claims{}) || cmp.Diff(Receipt{}, stated) != "" {
					t.Error("what is refused still says something")
				}
			})
		}
	}
}

// TestTheMirroredSignatureSaysTheSame accepts (r, n-s), which is a signature over the
// same text. A token states a fact and grants no access, so a second encoding is no
// gain for an attacker.
func TestTheMirroredSignatureSaysTheSame(t *testing.T) {
	signer := newSigner(t, "k")
	token := issue(t, signer, someClaims(t))
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	mirrored := parts[0] + "." + parts[1] + "." + encodeRaw(r, s.Sub(elliptic.P256().Params().N, s))
	got, err := Parse(mirrored, keySet(t, signer))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(someClaims(t), got); diff != "" {
		t.Errorf("the mirrored signature says something else: %s", diff)
	}
}

func encodeRaw(r, s *big.Int) string {
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return base64.RawURLEncoding.EncodeToString(raw)
}

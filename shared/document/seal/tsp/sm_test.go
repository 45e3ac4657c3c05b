package tsp_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"testing"
	"time"

	"github.com/emmansun/gmsm/pkcs7"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/smx509"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

// newSMToken returns a timestamp with SM2 in a syntax.
func newSMToken(t testing.TB, signer keys.Signer, syntax signeddata.Syntax) []byte {
	t.Helper()
	return newToken(t, testca.NewTimestamper(signer, clock).WithSyntax(syntax), message)
}

// goodTokens returns one token of each form that is read.
func goodTokens(t testing.TB, ca *testca.Authority) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"RFC 3161":                newToken(t, testca.NewTimestamper(ca.Time.Signer, clock), message),
		"SM2, SignedData of GM/T": newSMToken(t, ca.SealTime.Signer, signeddata.Chinese()),
		"SM2, SignedData of RFC":  newSMToken(t, ca.SealTime.Signer, signeddata.OtherContent()),
	}
}

func TestBothSyntaxesOfATimeStampWithSM2AreRead(t *testing.T) {
	ca := authority(t)
	for name, syntax := range map[string]signeddata.Syntax{"GM/T 0010": signeddata.Chinese(), "RFC 5652": signeddata.OtherContent()} {
		token, err := tsp.Verify(newSMToken(t, ca.SealTime.Signer, syntax), []byte(message), pool(t, ca.SealRoot))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sum := sm3.Sum([]byte(message))
		if token.Algorithms != tsp.SM || !token.Time.Equal(now) || token.Accuracy != time.Second || token.Nonce.Int64() != 42 ||
			!bytes.Equal(token.Imprint, sum[:]) || token.Certificate.Subject.CommonName != "加注测试国密时间戳" {
			t.Errorf("%s: %+v", name, token)
		}
	}
	mixed := signeddata.Syntax{OID: signeddata.Chinese().OID, Version: 3}
	if _, err := tsp.Parse(newSMToken(t, ca.SealTime.Signer, mixed)); !errors.Is(err, tsp.ErrMalformed) {
		t.Errorf("of two syntaxes: got %v, want %v", err, tsp.ErrMalformed)
	}
}

func TestTimeStampsWithSM2ThatProveNothing(t *testing.T) {
	ca, other := authority(t), authority(t)
	from, until := ca.Period()
	issue := func(purpose testca.Purpose) keys.Signer {
		issued, err := ca.Issue(testca.Seals, "李四（测试）", purpose, from, until)
		if err != nil {
			t.Fatal(err)
		}
		return issued.Signer
	}
	good := newSMToken(t, ca.SealTime.Signer, signeddata.Chinese())
	at := func(years int) []byte {
		return newToken(t, testca.NewTimestamper(ca.SealTime.Signer, func() time.Time { return now.AddDate(years, 0, 0) }), message)
	}
	for name, tt := range map[string]struct {
		token []byte
		want  error
	}{
		"of something else":                          {newToken(t, testca.NewTimestamper(ca.SealTime.Signer, clock), "another"), tsp.ErrImprint},
		"of an authority nobody knows":               {newSMToken(t, other.SealTime.Signer, signeddata.Chinese()), tsp.ErrTrust},
		"by a certificate for documents":             {newSMToken(t, ca.Seal.Signer, signeddata.Chinese()), tsp.ErrPurpose},
		"by a certificate without a stated usage":    {newSMToken(t, issue(testca.AnySigner), signeddata.Chinese()), tsp.ErrPurpose},
		"when the certificate had long run out":      {at(20), tsp.ErrTrust},
		"before the certificate was valid":           {at(-3), tsp.ErrTrust},
		"whose time was changed":                     {bytes.Replace(good, []byte("20261123120000Z"), []byte("20251123120000Z"), 1), tsp.ErrSignature},
		"with the key of another certificate":        {newSMToken(t, presented{issue(testca.Timestamps), ca.SealTime.Signer}, signeddata.Chinese()), tsp.ErrSignature},
		"with something behind it":                   {append(bytes.Clone(good), 0), tsp.ErrMalformed},
		"cut off":                                    {good[:len(good)-1], tsp.ErrMalformed},
		"that states the digest of the other family": {bytes.ReplaceAll(good, oidDER(t, 1, 2, 156, 10197, 1, 401), oidDER(t, 1, 2, 156, 10197, 1, 402)), tsp.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := tsp.Verify(tt.token, []byte(message), pool(t, ca.SealRoot)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// presented signs with one key under the certificate of another.
type presented struct {
	keys.Signer
	certificate keys.Signer
}

func (p presented) Chain() [][]byte { return p.certificate.Chain() }

func oidDER(t *testing.T, oid ...int) []byte {
	t.Helper()
	der, err := asn1.Marshal(asn1.ObjectIdentifier(oid))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// A root of one family makes no timestamp of the other trusted, also if both are in one pool.
func TestRootsAreOfTheTimeStampsFamily(t *testing.T) {
	ca := authority(t)
	for name, tt := range map[string]struct {
		by   keys.Signer
		root string
	}{
		"RFC 3161 under SM2": {ca.Time.Signer, ca.SealRoot},
		"SM2 under P-256":    {ca.SealTime.Signer, ca.TimeRoot},
	} {
		token := newToken(t, testca.NewTimestamper(tt.by, clock), message)
		if _, err := tsp.Verify(token, []byte(message), pool(t, tt.root)); !errors.Is(err, tsp.ErrTrust) {
			t.Errorf("%s: got %v, want %v", name, err, tsp.ErrTrust)
		}
		if _, err := tsp.Verify(token, []byte(message), pool(t, ca.TimeRoot, ca.SealRoot)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, tt := range []struct {
		algorithms tsp.Algorithms
		root       string
	}{{tsp.SHA2, ca.SealRoot}, {tsp.SM, ca.TimeRoot}, {tsp.SM, ""}, {tsp.SM, "text"}} {
		if _, err := tsp.ReadRoots(tt.algorithms, []byte(tt.root)); err == nil {
			t.Errorf("%s: roots %.30q are read", tt.algorithms, tt.root)
		}
	}
}

// An SM2 certificate under an authority with another key gives no trust, nor the reverse.
func TestAPathHasKeysOfOneFamily(t *testing.T) {
	ca := authority(t)
	crossed, root, err := ca.IssueCrossed(testca.Timestamps)
	if err != nil {
		t.Fatal(err)
	}
	token := newSMToken(t, crossed.Signer, signeddata.Chinese())
	if _, err := tsp.Verify(token, []byte(message), pool(t, root)); !errors.Is(err, tsp.ErrTrust) {
		t.Errorf("got %v, want %v", err, tsp.ErrTrust)
	}
}

// The reader of GB/T 35275 in the library gmsm accepts what the test authority makes, and refuses
// a change.
func TestAnotherReaderAcceptsTimeStampsWithSM2(t *testing.T) {
	ca := authority(t)
	good := newSMToken(t, ca.SealTime.Signer, signeddata.Chinese())
	p7, err := pkcs7.Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := p7.Verify(); err != nil {
		t.Error(err)
	}
	p7, err = pkcs7.Parse(bytes.Replace(good, []byte("20261123120000Z"), []byte("20251123120000Z"), 1))
	if err == nil && p7.Verify() == nil {
		t.Error("another time is accepted; the check proves nothing")
	}
}

// OpenSSL checks the SM2 signature over the signed attributes with the user identifier of GM/T 0009.
func TestOpenSSLAcceptsTheSignatureOfATimeStampWithSM2(t *testing.T) {
	o, ca := newOpenSSL(t), authority(t)
	good := newSMToken(t, ca.SealTime.Signer, signeddata.OtherContent())
	p7, err := pkcs7.Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	var attributes []byte
	for _, a := range p7.Signers[0].AuthenticatedAttributes {
		der, err := asn1.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		attributes = append(attributes, der...)
	}
	public, err := smx509.MarshalPKIXPublicKey(ca.SealTime.Signer.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	o.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	o.write("value", p7.Signers[0].EncryptedDigest)
	const verify = "dgst -sm3 -sigopt distid:1234567812345678 -verify key.pem -signature value "
	o.write("signed", signeddata.Encode(tag.SET, attributes))
	o.must(verify + "signed")
	if o.run(verify+"key.pem") == nil {
		t.Error("openssl accepts it for other data; the check proves nothing")
	}
}

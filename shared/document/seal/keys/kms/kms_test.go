package kms_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/emmansun/gmsm/sm2"

	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	jzkms "github.com/jiazhu/jiazhu/shared/document/seal/keys/kms"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// open opens a key of the service with the SDK's client.
func open(t *testing.T, s *fakeService, location string, chain [][]byte) (keys.Signer, error) {
	t.Helper()
	client := kms.New(kms.Options{
		Region: "cn-north-1", BaseEndpoint: aws.String(s.start(t)),
		Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", ""),
	}, jzkms.LimitRetries)
	return jzkms.Provider(client)(t.Context(), location, chain)
}

func p256Key(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sm2Key(t *testing.T) *sm2.PrivateKey {
	t.Helper()
	key, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const (
	pdfKey  = "awskms:///alias/pdf"
	sealKey = "awskms:///arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

// newFakeService returns a service with one key of each kind.
func newFakeService(t *testing.T) *fakeService {
	p, s := p256Key(t), sm2Key(t)
	return &fakeService{keys: map[string]key{
		"alias/pdf": {spec: types.KeySpecEccNistP256, usage: types.KeyUsageTypeSignVerify, private: p},
		strings.TrimPrefix(sealKey, "awskms:///"): {spec: types.KeySpecSm2, usage: types.KeyUsageTypeSignVerify, private: s},
		"alias/encrypts": {spec: types.KeySpecSm2, usage: types.KeyUsageTypeEncryptDecrypt, private: s},
		"alias/p384":     {spec: types.KeySpecEccNistP384, usage: types.KeyUsageTypeSignVerify, private: p},
		"alias/confused": {spec: types.KeySpecSm2, usage: types.KeyUsageTypeSignVerify, private: p},
	}}
}

func TestAKeyOfEitherKindSignsDigests(t *testing.T) {
	for name, location := range map[string]string{"a P-256 key by its alias": pdfKey, "an SM2 key by its ARN": sealKey} {
		t.Run(name, func(t *testing.T) {
			signer, err := open(t, newFakeService(t), location, nil)
			if err != nil {
				t.Fatal(err)
			}
			digest, err := keys.Digest(signer.PublicKey(), []byte("加注"))
			if err != nil {
				t.Fatal(err)
			}
			signature, err := signer.Sign(t.Context(), digest)
			if err != nil {
				t.Fatal(err)
			}
			if !keys.Verify(signer.PublicKey(), digest, signature) {
				t.Error("the signature does not verify")
			}
		})
	}
}

// The service has keys that a test authority certified, and signs documents as keys in
// files do.
func TestSignaturesOfDocuments(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ca, err := testca.New(now)
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeService{keys: map[string]key{
		"alias/pdf":  {spec: types.KeySpecEccNistP256, usage: types.KeyUsageTypeSignVerify, private: mustParsePrivate(t, ca.PDF.KeyPEM)},
		"alias/seal": {spec: types.KeySpecSm2, usage: types.KeyUsageTypeSignVerify, private: mustParsePrivate(t, ca.Seal.KeyPEM)},
	}}
	t.Run("of a PDF", func(t *testing.T) {
		signer, err := open(t, s, pdfKey, ca.PDF.Signer.Chain())
		if err != nil {
			t.Fatal(err)
		}
		digest := sha256.Sum256([]byte("文件"))
		signature, err := cms.Sign(t.Context(), signer, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cms.Verify(signature, digest[:]); err != nil {
			t.Error(err)
		}
	})
	t.Run("of a seal, whose digest binds the public key", func(t *testing.T) {
		signer, err := open(t, s, "awskms:///alias/seal", ca.Seal.Signer.Chain())
		if err != nil {
			t.Fatal(err)
		}
		seal, err := ca.NewSeal(t.Context(), []byte("picture"))
		if err != nil {
			t.Fatal(err)
		}
		value, err := ses.Sign(t.Context(), signer, seal, make([]byte, 32), "/S.xml", now)
		if err != nil {
			t.Fatal(err)
		}
		roots, err := ses.NewRoots(ca.SealRoot)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ses.Verify(value, ses.Expected{Roots: roots, DataHash: make([]byte, 32), Seal: seal}); err != nil {
			t.Error(err)
		}
	})
}

func mustParsePrivate(t *testing.T, pemText []byte) crypto.Signer {
	t.Helper()
	key, err := parsePrivate(pemText)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAWrongKeyIsFoundWhenItIsOpened(t *testing.T) {
	ca, err := testca.New(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		location string
		chain    [][]byte
		want     error
	}{
		"another key than the certificate's":      {pdfKey, ca.PDF.Signer.Chain(), keys.ErrChain},
		"another kind than the certificate's":     {sealKey, ca.PDF.Signer.Chain(), keys.ErrChain},
		"a key for encryption":                    {"awskms:///alias/encrypts", nil, jzkms.ErrKey},
		"a key on another curve":                  {"awskms:///alias/p384", nil, jzkms.ErrKey},
		"a key that is not what it is said to be": {"awskms:///alias/confused", nil, jzkms.ErrKey},
		"a key that does not exist":               {"awskms:///alias/none", nil, new(types.NotFoundException)},
		"no name of a key":                        {"awskms:///", nil, jzkms.ErrLocation},
		"a host":                                  {"awskms://alias/pdf", nil, jzkms.ErrLocation},
		"two slashes too many":                    {"awskms:////alias/pdf", nil, jzkms.ErrLocation},
		"a query":                                 {"awskms:///alias/pdf?region=x", nil, jzkms.ErrLocation},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, newFakeService(t), tt.location, tt.chain)
			if missing := (*types.NotFoundException)(nil); errors.As(tt.want, &missing) {
				if !errors.As(err, &missing) {
					t.Errorf("got %v, want that it is not found", err)
				}
			} else if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestAThrottledCallIsTriedAgain(t *testing.T) {
	s := newFakeService(t)
	signer, err := open(t, s, pdfKey, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.fail("Sign", failure{http.StatusBadRequest, "ThrottlingException"}, failure{http.StatusInternalServerError, "KMSInternalException"})
	if _, err := signer.Sign(t.Context(), make([]byte, 32)); err != nil {
		t.Errorf("two failures, then an answer: %v", err)
	}
	if got := s.callCount("Sign"); got != 3 {
		t.Errorf("asked %d times, want 3", got)
	}
}

func TestAKeyThatMayNotSignSaysWhy(t *testing.T) {
	for name, f := range map[string]failure{
		"disabled":  {http.StatusBadRequest, "DisabledException"},
		"forbidden": {http.StatusBadRequest, "AccessDeniedException"},
		"throttled": {http.StatusBadRequest, "ThrottlingException"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeService(t)
			signer, err := open(t, s, pdfKey, nil)
			if err != nil {
				t.Fatal(err)
			}
			s.fail("Sign", f, f, f, f)
			if _, err := signer.Sign(t.Context(), make([]byte, 32)); err == nil || !strings.Contains(err.Error(), f.code) {
				t.Errorf("got %v, want %s", err, f.code)
			}
		})
	}
}

func TestAServiceThatHashesTheDigestAgainIsNotBelieved(t *testing.T) {
	s := newFakeService(t)
	s.hashesAgain = true
	signer, err := open(t, s, pdfKey, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer.Sign(t.Context(), make([]byte, 32)); !errors.Is(err, keys.ErrForeign) {
		t.Errorf("got %v, want %v", err, keys.ErrForeign)
	}
}

func TestACancelledRequestEndsTheCall(t *testing.T) {
	signer, err := open(t, newFakeService(t), pdfKey, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := signer.Sign(ctx, make([]byte, 32)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

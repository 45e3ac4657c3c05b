package tsp_test

import (
	"bytes"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/internal/mutate"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const message = "signature"

func authority(t testing.TB) *testca.Authority {
	t.Helper()
	ca, err := testca.New(now)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// pool returns roots of any algorithms.
func pool(t testing.TB, pems ...string) *smx509.CertPool {
	t.Helper()
	roots := smx509.NewCertPool()
	for _, pem := range pems {
		if !roots.AppendCertsFromPEM([]byte(pem)) {
			t.Fatal("no certificate")
		}
	}
	return roots
}

// newToken returns an authority's timestamp over a text.
func newToken(t testing.TB, by *testca.Timestamper, text string) []byte {
	t.Helper()
	token, err := by.Timestamp(t.Context(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func clock() time.Time { return now }

func TestATimeStampSaysWhenAndOfWhat(t *testing.T) {
	ca := authority(t)
	token, err := tsp.Verify(newToken(t, testca.NewTimestamper(ca.Time.Signer, clock), message), []byte(message), pool(t, ca.TimeRoot))
	if err != nil {
		t.Fatal(err)
	}
	if !token.Time.Equal(now) || token.Accuracy != time.Second || token.Nonce.Int64() != 42 || token.Certificate.Subject.CommonName != "加注测试时间戳" {
		t.Errorf("%+v", token)
	}
	path, err := token.Path(pool(t, ca.TimeRoot))
	if err != nil || len(path) != 2 {
		t.Errorf("path %v, %v", path, err)
	}
}

func TestTimeStampsThatProveNothing(t *testing.T) {
	ca, stranger := authority(t), authority(t)
	good := newToken(t, testca.NewTimestamper(ca.Time.Signer, clock), message)
	late := testca.NewTimestamper(ca.Time.Signer, func() time.Time { return now.AddDate(20, 0, 0) })
	for name, tt := range map[string]struct {
		token []byte
		want  error
	}{
		"of something else":                     {newToken(t, testca.NewTimestamper(ca.Time.Signer, clock), "another"), tsp.ErrImprint},
		"of an authority nobody knows":          {newToken(t, testca.NewTimestamper(stranger.Time.Signer, clock), message), tsp.ErrTrust},
		"by a certificate for documents":        {newToken(t, testca.NewTimestamper(ca.PDF.Signer, clock), message), tsp.ErrPurpose},
		"when the certificate had long run out": {newToken(t, late, message), tsp.ErrTrust},
		"whose time was changed":                {bytes.Replace(good, []byte("20261123120000Z"), []byte("20251123120000Z"), 1), tsp.ErrSignature},
		"with something behind it":              {append(bytes.Clone(good), 0), tsp.ErrMalformed},
		"cut off":                               {good[:len(good)-1], tsp.ErrMalformed},
		"nothing":                               {nil, tsp.ErrMalformed},
		"longer than any":                       {make([]byte, 1<<20), tsp.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := tsp.Verify(tt.token, []byte(message), pool(t, ca.TimeRoot)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestNoByteOfATimeStampCanChange(t *testing.T) {
	ca := authority(t)
	roots := pool(t, ca.TimeRoot, ca.SealRoot)
	for name, good := range goodTokens(t, ca) {
		bad := bytes.Clone(good)
		for i := range good {
			bad[i] ^= 1 << (i % 8)
			if _, err := tsp.Verify(bad, []byte(message), roots); err == nil {
				t.Errorf("%s: a change of byte %d of %d went unseen", name, i, len(good))
			}
			bad[i] = good[i]
		}
	}
}

func TestAnAuthorityMayRefuse(t *testing.T) {
	ca := authority(t)
	for _, signer := range []keys.Signer{ca.Time.Signer, ca.SealTime.Signer} {
		answer, err := testca.NewTimestamper(signer, clock).Answer(t.Context(), []byte("what?"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tsp.Answer(answer); !errors.Is(err, tsp.ErrRefused) {
			t.Errorf("got %v, want %v", err, tsp.ErrRefused)
		}
	}
	for name, answer := range map[string][]byte{
		"nothing": nil, "no token": {0x30, 5, 0x30, 3, 2, 1, 0}, "text": []byte("<html>"),
	} {
		if _, err := tsp.Answer(answer); !errors.Is(err, tsp.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, tsp.ErrMalformed)
		}
	}
}

func TestOnlyDigestsAreStamped(t *testing.T) {
	if _, err := tsp.Request(tsp.SM, []byte("short"), big.NewInt(1)); err == nil {
		t.Error("a request for something that is not a digest")
	}
}

// FuzzVerify changes one element of a good token, or reads any bytes. Whatever
// verifies states the time and the signer of the good token: only unsigned parts, such
// as further certificates, can change. The authority is new in every process, so whole
// tokens in the corpus are from unknown authorities.
func FuzzVerify(f *testing.F) {
	ca := authority(f)
	fuzzTokens(f, pool(f, ca.TimeRoot), "加注测试时间戳", newToken(f, testca.NewTimestamper(ca.Time.Signer, clock), message))
}

// FuzzVerifySM is FuzzVerify for tokens with SM2.
func FuzzVerifySM(f *testing.F) {
	ca := authority(f)
	fuzzTokens(f, pool(f, ca.SealRoot), "加注测试国密时间戳", newToken(f, testca.NewTimestamper(ca.SealTime.Signer, clock), message))
}

func fuzzTokens(f *testing.F, roots *smx509.CertPool, signer string, good []byte) {
	for at := range uint16(mutate.Count(good)) {
		f.Add(at, uint8(at%9), []byte{byte(at)})
	}
	f.Fuzz(func(t *testing.T, at uint16, op uint8, value []byte) {
		for _, der := range [][]byte{value, mutate.DER(good, mutate.Edit{At: at, Op: op, Value: value})} {
			got, err := tsp.Verify(der, []byte(message), roots)
			if err == nil && (!got.Time.Equal(now) || got.Certificate.Subject.CommonName != signer) {
				t.Errorf("%v by %v", got.Time, got.Certificate.Subject)
			}
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte{0x30, 5, 0x30, 3, 2, 1, 0})
	f.Add([]byte{0x30, 7, 0x30, 3, 2, 1, 0, 0x30, 0})
	f.Fuzz(func(t *testing.T, der []byte) {
		token, err := tsp.Answer(der)
		if err == nil && !bytes.HasSuffix(der, token) {
			t.Error("a token from nowhere")
		}
	})
}

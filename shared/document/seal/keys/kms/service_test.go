package kms_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// fakeService is a test server for the two operations of AWS KMS that are used, in the
// protocol of the SDK (AWS JSON 1.1). It signs with real keys. It is not KMS: it shows
// that requests have the form the protocol requires and that responses and errors are
// understood.
type fakeService struct {
	keys        map[string]key
	hashesAgain bool // like a service that treats a digest as a message

	mu    sync.Mutex
	fails map[string][]failure
	calls map[string]int
}

type key struct {
	spec    types.KeySpec
	usage   types.KeyUsageType
	private crypto.Signer
}

// failure is an error response: a status and the exception's name.
type failure struct {
	status int
	code   string
}

func (s *fakeService) start(t *testing.T) string {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL
}

// fail makes the next calls of an operation fail, one after the other.
func (s *fakeService) fail(operation string, list ...failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails, s.calls = map[string][]failure{operation: list}, nil
}

func (s *fakeService) callCount(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[operation]
}

// nextFailure counts a call and returns its failure, if there is one.
func (s *fakeService) nextFailure(operation string) (failure, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls == nil {
		s.calls = map[string]int{}
	}
	s.calls[operation]++
	list := s.fails[operation]
	if len(list) == 0 {
		return failure{}, false
	}
	s.fails[operation] = list[1:]
	return list[0], true
}

type request struct {
	KeyID            string `json:"KeyId"`
	Message          []byte
	MessageType      string
	SigningAlgorithm types.SigningAlgorithmSpec
}

func (s *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, ours := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "TrentService.")
	if !ours || r.Header.Get("Content-Type") != "application/x-amz-json-1.1" || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		answer(w, http.StatusBadRequest, map[string]any{"__type": "UnknownOperationException"})
		return
	}
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"__type": "SerializationException"})
		return
	}
	if f, failed := s.nextFailure(operation); failed {
		answer(w, f.status, map[string]any{"__type": f.code, "message": "as the test wants it"})
		return
	}
	k, known := s.keys[in.KeyID]
	if !known {
		answer(w, http.StatusBadRequest, map[string]any{"__type": "NotFoundException", "message": in.KeyID})
		return
	}
	switch operation {
	case "GetPublicKey":
		s.publicKey(w, in, k)
	case "Sign":
		s.sign(w, in, k)
	}
}

func algorithmsOf(k key) []types.SigningAlgorithmSpec {
	if k.usage != types.KeyUsageTypeSignVerify {
		return nil
	}
	return map[types.KeySpec][]types.SigningAlgorithmSpec{
		types.KeySpecEccNistP256: {types.SigningAlgorithmSpecEcdsaSha256},
		types.KeySpecEccNistP384: {types.SigningAlgorithmSpecEcdsaSha384},
		types.KeySpecSm2:         {types.SigningAlgorithmSpecSm2dsa},
	}[k.spec]
}

func (s *fakeService) publicKey(w http.ResponseWriter, in request, k key) {
	der, err := smx509.MarshalPKIXPublicKey(k.private.Public())
	if err != nil {
		answer(w, http.StatusInternalServerError, nil)
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"KeyId": in.KeyID, "PublicKey": der, "KeySpec": k.spec, "KeyUsage": k.usage, "SigningAlgorithms": algorithmsOf(k),
	})
}

// sign requires what KMS requires: the key's own algorithm, and a digest of the
// algorithm's length.
func (s *fakeService) sign(w http.ResponseWriter, in request, k key) {
	allowed := algorithmsOf(k)
	if len(allowed) != 1 || in.SigningAlgorithm != allowed[0] || in.MessageType != "DIGEST" || len(in.Message) != 32 {
		answer(w, http.StatusBadRequest, map[string]any{"__type": "ValidationException"})
		return
	}
	digest := in.Message
	if s.hashesAgain {
		again := sha256.Sum256(digest)
		digest = again[:]
	}
	var signature []byte
	var err error
	switch private := k.private.(type) {
	case *sm2.PrivateKey:
		signature, err = sm2.SignASN1(rand.Reader, private, digest, nil)
	case *ecdsa.PrivateKey:
		signature, err = ecdsa.SignASN1(rand.Reader, private, digest)
	}
	if err != nil {
		answer(w, http.StatusInternalServerError, nil)
		return
	}
	answer(w, http.StatusOK, map[string]any{"KeyId": in.KeyID, "Signature": signature, "SigningAlgorithm": in.SigningAlgorithm})
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func parsePrivate(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	private, err := smx509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return nil, errors.New("not a key that signs")
	}
	return signer, nil
}

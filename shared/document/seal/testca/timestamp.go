package testca

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"net/http"
	"time"

	"github.com/digitorus/timestamp"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

// Timestamper is a timestamp authority (RFC 3161): an http.Handler that answers
// requests with tokens that state the time of its clock. With a P-256 key it answers
// those for SHA-256 digests, with an SM2 key those for SM3 digests.
type Timestamper struct {
	signer keys.Signer
	now    func() time.Time
	syntax signeddata.Syntax // of tokens with SM2
}

// NewTimestamper returns an authority that signs with a P-256 or SM2 key and includes its
// certificate where a request asks for it. Its tokens with SM2 are SignedData of GM/T 0010.
func NewTimestamper(signer keys.Signer, now func() time.Time) *Timestamper {
	return &Timestamper{signer, now, signeddata.Chinese()}
}

// WithSyntax returns an authority whose tokens with SM2 have another syntax.
func (t *Timestamper) WithSyntax(s signeddata.Syntax) *Timestamper {
	return &Timestamper{t.signer, t.now, s}
}

// algorithms returns the family of the authority's key.
func (t *Timestamper) algorithms() tsp.Algorithms {
	if keys.IsSM2(t.signer.PublicKey()) {
		return tsp.SM
	}
	return tsp.SHA2
}

func (t *Timestamper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := io.ReadAll(io.LimitReader(r.Body, 16<<10))
	var answer []byte
	if err == nil {
		answer, err = t.Answer(r.Context(), request)
	}
	reply(w, "application/timestamp-reply", answer, err)
}

// policy is a policy for tests.
var policy = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}

// Answer returns the TimeStampResp, DER, to a TimeStampReq. A request it cannot read
// gets a response with status rejection, as the protocol requires.
func (t *Timestamper) Answer(ctx context.Context, request []byte) ([]byte, error) {
	if t.algorithms() == tsp.SM {
		return t.answerSM(ctx, request)
	}
	q, err := timestamp.ParseRequest(request)
	if err != nil || q.HashAlgorithm != crypto.SHA256 {
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.BadRequest)
	}
	chain := t.signer.Chain()
	if len(chain) == 0 {
		return nil, errors.New("testca: an authority without a certificate")
	}
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return nil, err
	}
	token := timestamp.Timestamp{
		HashAlgorithm: q.HashAlgorithm, HashedMessage: q.HashedMessage, Time: t.now().UTC(), Accuracy: time.Second,
		Policy: policy, Nonce: q.Nonce, AddTSACertificate: q.Certificates,
	}
	return token.CreateResponseWithOpts(leaf, cryptoSigner{ctx, t.signer}, crypto.SHA256)
}

// Timestamp returns a token, DER, over message.
func (t *Timestamper) Timestamp(ctx context.Context, message []byte) ([]byte, error) {
	request, err := tsp.Request(t.algorithms(), t.algorithms().Sum(message), big.NewInt(42))
	if err != nil {
		return nil, err
	}
	answer, err := t.Answer(ctx, request)
	if err != nil {
		return nil, err
	}
	return tsp.Answer(answer)
}

// cryptoSigner is a keys.Signer as the standard library calls it.
type cryptoSigner struct {
	ctx context.Context
	keys.Signer
}

func (s cryptoSigner) Public() crypto.PublicKey { return s.PublicKey() }

func (s cryptoSigner) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(s.ctx, digest)
}

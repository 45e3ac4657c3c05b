// Package kms signs with keys in AWS KMS.
//
// The private key never leaves the key service, which receives a digest and returns a
// signature. It supports both kinds of key that documents need: P-256 in every region
// (key spec ECC_NIST_P256, algorithm ECDSA_SHA_256) and SM2 in the regions of China
// (SM2, SM2DSA). The digest is sent with MessageType DIGEST, so that the service does
// not hash it again. For SM2 that digest is SM3(ZA || message) with the default user
// identifier, as keys.SM2Digest computes it: with DIGEST, KMS leaves ZA to the caller.
//
// Every signature from the service is verified: see keys.Callback.
package kms

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// Scheme is the URL scheme of locations: awskms:///<key>, where <key> is a key ID,
// alias/<name>, or the ARN of either.
const Scheme = "awskms"

// Errors about keys in KMS.
var (
	// ErrLocation reports a location that is not awskms:///<key>.
	ErrLocation = errors.New("kms: location is not awskms:///key-id, alias/name or an ARN")
	// ErrKey reports a key that is not for signing with P-256 or SM2.
	ErrKey = errors.New("kms: not a key that signs with ECC_NIST_P256 or SM2")
)

// callTimeout bounds one call to the service with its retries, which takes place while
// a holder waits.
const callTimeout = 4 * time.Second

// LimitRetries limits a client's retries to the time of a call: three attempts, a fraction
// of a second apart. The SDK's default pauses grow to 20 seconds.
func LimitRetries(o *kms.Options) {
	o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) {
		s.MaxAttempts, s.MaxBackoff = 3, callTimeout/16
	})
}

// Client is the part of *kms.Client that is used.
type Client interface {
	GetPublicKey(ctx context.Context, in *kms.GetPublicKeyInput, opts ...func(*kms.Options)) (*kms.GetPublicKeyOutput, error)
	Sign(ctx context.Context, in *kms.SignInput, opts ...func(*kms.Options)) (*kms.SignOutput, error)
}

// Provider returns a provider of the keys that client reaches. It opens a key by
// fetching the public key, so a key that does not exist, is disabled, is of another
// kind (ErrKey) or does not match the certificates (keys.ErrChain) is reported then
// and not when the first document is signed.
func Provider(client Client) keys.Provider {
	return func(ctx context.Context, location string, chain [][]byte) (keys.Signer, error) {
		id, err := keyID(location)
		if err != nil {
			return nil, err
		}
		pub, algorithm, err := fetchPublicKey(ctx, client, id)
		if err != nil {
			return nil, err
		}
		return keys.Callback(pub, chain, func(ctx context.Context, digest []byte) ([]byte, error) {
			return sign(ctx, client, id, algorithm, digest)
		})
	}
}

// keyID reads a location. The path is not unescaped, because key names contain no
// characters to escape.
func keyID(location string) (string, error) {
	u, err := url.Parse(location)
	if err != nil || u.Scheme != Scheme || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || u.RawPath != "" {
		return "", fmt.Errorf("%w: %q", ErrLocation, location)
	}
	id, ok := strings.CutPrefix(u.Path, "/")
	if !ok || id == "" || strings.HasPrefix(id, "/") {
		return "", fmt.Errorf("%w: %q", ErrLocation, location)
	}
	return id, nil
}

// algorithms returns the signing algorithm of each kind of key.
func algorithms() map[types.KeySpec]types.SigningAlgorithmSpec {
	return map[types.KeySpec]types.SigningAlgorithmSpec{
		types.KeySpecEccNistP256: types.SigningAlgorithmSpecEcdsaSha256,
		types.KeySpecSm2:         types.SigningAlgorithmSpecSm2dsa,
	}
}

func fetchPublicKey(ctx context.Context, client Client, id string) (crypto.PublicKey, types.SigningAlgorithmSpec, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := client.GetPublicKey(ctx, &kms.GetPublicKeyInput{KeyId: &id})
	if err != nil {
		return nil, "", fmt.Errorf("kms: public key of %s: %w", id, err)
	}
	algorithm, ok := algorithms()[out.KeySpec]
	if !ok || out.KeyUsage != types.KeyUsageTypeSignVerify || !slices.Contains(out.SigningAlgorithms, algorithm) {
		return nil, "", fmt.Errorf("%w: %s is %s for %s", ErrKey, id, out.KeySpec, out.KeyUsage)
	}
	pub, err := smx509.ParsePKIXPublicKey(out.PublicKey)
	if err != nil {
		return nil, "", fmt.Errorf("kms: public key of %s: %w", id, err)
	}
	if keys.IsSM2(pub) != (out.KeySpec == types.KeySpecSm2) {
		return nil, "", fmt.Errorf("%w: %s is said to be %s and is not", ErrKey, id, out.KeySpec)
	}
	return pub, algorithm, nil
}

func sign(ctx context.Context, client Client, id string, algorithm types.SigningAlgorithmSpec, digest []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := client.Sign(ctx, &kms.SignInput{
		KeyId: &id, Message: digest, MessageType: types.MessageTypeDigest, SigningAlgorithm: algorithm,
	})
	if err != nil {
		return nil, fmt.Errorf("kms: sign with %s: %w", id, err)
	}
	return out.Signature, nil
}

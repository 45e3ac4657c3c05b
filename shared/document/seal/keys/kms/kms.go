// Package kms signs with keys that AWS KMS keeps.
//
// The private key never leaves the key service: it is sent a digest and sends a
// signature back. Both kinds of key that documents need can be kept there,
// P-256 in every region (key spec ECC_NIST_P256, algorithm ECDSA_SHA_256) and
// SM2 in the regions of China (SM2, SM2DSA). The digest goes as MessageType
// DIGEST, so that the service does not hash it again. For SM2 that digest is
// SM3(ZA || message) with the default user identifier, as keys.SM2Digest gives
// it: with DIGEST, KMS leaves ZA to the caller.
//
// What the service answers is not believed but verified: see keys.Callback.
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

// Scheme is the scheme of locations here: awskms:///<key>, where <key> is a key
// ID, alias/<name>, or the ARN of either.
const Scheme = "awskms"

// What can be wrong with a key of the service.
var (
	// ErrLocation reports a location that is not awskms:///<key>.
	ErrLocation = errors.New("kms: location is not awskms:///key-id, alias/name or an ARN")
	// ErrKey reports a key that is not for signing with P-256 or SM2.
	ErrKey = errors.New("kms: not a key that signs with ECC_NIST_P256 or SM2")
)

// within bounds one call to the service with its retries: a holder is waiting.
const callTimeout = 4 * time.Second

// Patience fits a client's retries into the time a call has: three attempts, a
// fraction of a second apart. The SDK's own pauses grow to 20 seconds.
func Patience(o *kms.Options) {
	o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) {
		s.MaxAttempts, s.MaxBackoff = 3, callTimeout/16
	})
}

// Client is what is asked of the service; *kms.Client has it.
type Client interface {
	GetPublicKey(ctx context.Context, in *kms.GetPublicKeyInput, opts ...func(*kms.Options)) (*kms.GetPublicKeyOutput, error)
	Sign(ctx context.Context, in *kms.SignInput, opts ...func(*kms.Options)) (*kms.SignOutput, error)
}

// Provider returns the keeper of the keys that client reaches. It opens a key by
// asking for the public one, so a key that does not exist, is disabled, is of
// another kind (ErrKey) or is not the one in the certificates (keys.ErrChain)
// is found then and not when the first document is signed.
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

// keyID reads a location. The path is not unescaped: no name of a key has
// anything to escape.
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

// algorithms are the one way to sign with each kind of key.
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

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/document"
	"github.com/jiazhu/jiazhu/shared/render/font"
	"github.com/jiazhu/jiazhu/shared/seal/keys"
	"github.com/jiazhu/jiazhu/shared/seal/testca"
)

// press makes documents with keys of a test authority of its own. The keys
// live as long as the program.
type press struct {
	maker  *document.Maker
	tokens keys.Signer // of the QR codes
	root   string      // PEM
	trust  []byte      // the bundle for package evidence
	esl    []byte
}

func newPress(ctx context.Context, fonts *font.Set, now time.Time) (*press, error) {
	ca, err := testca.New(now)
	if err != nil {
		return nil, err
	}
	picture, err := ring(500)
	if err != nil {
		return nil, err
	}
	p := &press{root: ca.Root}
	if p.esl, err = ca.NewSeal(ctx, picture.Data); err != nil {
		return nil, err
	}
	if p.maker, err = document.New(fonts, document.Keys{PDF: ca.PDF.Signer, Seal: ca.Seal.Signer, ESL: p.esl}); err != nil {
		return nil, err
	}
	if p.tokens, err = tokenKey(); err != nil {
		return nil, err
	}
	published := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.tokens.Public(), KeyID: p.tokens.KeyID(), Algorithm: "ES256", Use: "sig"}}}
	p.trust, err = json.Marshal(map[string]any{
		"roots": []string{ca.Root}, "sealRoots": []string{ca.SealRoot},
		"tokenKeys": published, "receiptKeys": jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}},
	})
	return p, err
}

func tokenKey() (keys.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("key of the QR codes: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("key of the QR codes: %w", err)
	}
	return keys.Parse(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
}

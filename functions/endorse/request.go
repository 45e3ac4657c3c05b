package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// body is what the dialog sends. It may be empty; its members narrow the endorsement down.
type body struct {
	UseFrom   civil.Date             `json:"useFrom"`
	UseUntil  civil.Date             `json:"useUntil"`
	Purpose   *endorsement.Purpose   `json:"purpose"`
	Recipient *endorsement.Recipient `json:"recipient"`
}

// endorseRequest is one request to endorse. Its key distinguishes it from others.
type endorseRequest struct {
	endorsement.Request
	key         string // hash of the Idempotency-Key
	fingerprint string // digest of the body: one key belongs to one body
}

const shortestKey, longestKey = 8, 128

func readEndorseRequest(r *api.Request) (endorseRequest, error) {
	key := r.Header["idempotency-key"]
	if len(key) < shortestKey || len(key) > longestKey {
		return endorseRequest{}, problem.New(problem.IdempotencyKeyRequired)
	}
	var b body
	if err := api.Decode(r, &b); err != nil {
		return endorseRequest{}, err
	}
	ask := endorsement.Request{UseFrom: b.UseFrom, UseUntil: b.UseUntil, Purpose: b.Purpose, Recipient: b.Recipient}.Normalize()
	b.Purpose, b.Recipient = ask.Purpose, ask.Recipient
	told, err := json.Marshal(b)
	if err != nil {
		return endorseRequest{}, fmt.Errorf("taking the request's fingerprint: %w", err)
	}
	return endorseRequest{Request: ask, key: digest([]byte(key)), fingerprint: digest(told)}, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

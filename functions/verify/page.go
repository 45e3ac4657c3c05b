package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/shared/api"
)

var (
	//go:embed page/verify.html
	pageHTML string
	//go:embed page/verify.css
	pageStyle string
	//go:embed page/verify.js
	pageScript string
)

// page is the page a scanned QR code opens, in one piece, with the policy that
// allows it exactly its own style and script, requests to its own origin, and
// nothing else.
type page struct {
	body   []byte
	policy string
}

func newPage() (page, error) {
	filled := strings.NewReplacer("{{style}}", pageStyle, "{{script}}", pageScript).Replace(pageHTML)
	if strings.Count(filled, "</script") != 1 || strings.Count(filled, "</style") != 1 {
		return page{}, errors.New("the page's style or script ends early")
	}
	return page{body: []byte(filled), policy: strings.Join([]string{
		"default-src 'none'",
		"script-src " + source(pageScript),
		"style-src " + source(pageStyle),
		"connect-src 'self'",
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
	}, "; ")}, nil
}

// source names an inline block by its digest (CSP level 3).
func source(block string) string {
	sum := sha256.Sum256([]byte(block))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (a *app) show(context.Context, *api.Request) (*api.Response, error) {
	return &api.Response{Status: 200, Body: a.page.body, Header: map[string]string{
		"content-type":            "text/html; charset=utf-8",
		"content-security-policy": a.page.policy,
		"cache-control":           "public, max-age=300",
		"permissions-policy":      "camera=(), microphone=(), geolocation=()",
	}}, nil
}

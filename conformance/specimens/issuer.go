package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// style is how an issuer signs.
type style struct {
	level          string // of its PAdES signatures: B or T
	longTerm       bool
	revocationURLs func(origin string) testca.RevocationURLs // where its authority publishes revocations
}

func noRevocationURLs(string) testca.RevocationURLs { return testca.RevocationURLs{} }
func crlURLs(origin string) testca.RevocationURLs {
	return testca.RevocationURLs{CRL: origin + "/crl/"}
}
func ocspURLs(origin string) testca.RevocationURLs {
	return testca.RevocationURLs{OCSP: origin + "/ocsp/"}
}

// styles returns the styles: without a timestamp, with one, and with revocation data
// of either kind.
func styles() map[string]style {
	return map[string]style{
		"": {"B", false, noRevocationURLs}, "stamped": {"T", false, noRevocationURLs},
		"long-term-ocsp": {"T", true, ocspURLs}, "long-term-crl": {"T", true, crlURLs},
	}
}

// documentIssuer makes documents with the keys of its own test authority. The keys
// exist only while the program runs.
type documentIssuer struct {
	style
	ca     *testca.Authority
	issuer *issue.Issuer
	tokens keys.Signer // of the QR codes
	esl    []byte      // the ministry's seal

	offices     []testtrust.Office
	authorities issue.Authorities
}

// newIssuer makes an issuer. Its authority serves requests on the loopback interface
// until ctx ends.
func newIssuer(ctx context.Context, fonts *font.Set, schemes scheme.Set, now time.Time, s style) *documentIssuer {
	p := &documentIssuer{style: s}
	origin := p.publish(ctx, now)
	p.offices = must.Get(testtrust.Offices(p.ca, schemes))
	p.authorities = issue.Authorities{}
	for _, o := range p.offices {
		k := issue.Keys{PDF: o.PDF.Signer, Seal: o.Seal.Signer, ESL: must.Get(o.NewSeal(ctx, p.ca, must.Get(sealImage(500))))}
		if s.level != "B" {
			k.Timestamper = must.Get(ltv.New(origin+"/tsa", []byte(p.ca.TimeRoot), s.longTerm, time.Now))
		}
		p.authorities[o.Code] = k
	}
	p.esl = p.authorities[testca.Ministry].ESL
	p.issuer, p.tokens = must.Get(issue.New(fonts, p.authorities)), must.Get(testca.NewKey()).Signer
	return p
}

// withForgedSeals returns an issuer with the same keys, whose seals have another number than
// their maker signed.
func (p *documentIssuer) withForgedSeals(fonts *font.Set) *documentIssuer {
	forged, authorities := *p, issue.Authorities{}
	for code, k := range p.authorities {
		number := must.Get(ses.ParseSeal(k.ESL)).ID
		k.ESL = bytes.Replace(k.ESL, []byte(number), append([]byte("F"), number[1:]...), 1)
		authorities[code] = k
	}
	forged.issuer = must.Get(issue.New(fonts, authorities))
	return &forged
}

// publish makes the authority and starts its server at the returned address.
func (p *documentIssuer) publish(ctx context.Context, now time.Time) (origin string) {
	listener := must.Get(net.Listen("tcp", "127.0.0.1:0"))
	origin = "http://" + listener.Addr().String()
	p.ca = must.Get(testca.NewPublishing(now, p.revocationURLs(origin)))
	server := &http.Server{Handler: p.ca.NewHandler(time.Now), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener)
	context.AfterFunc(ctx, func() { server.Close() })
	return origin
}

// collectTrust returns what validators have to trust: the bundle for package evidence,
// and the roots of PDF signatures in PEM.
func collectTrust(issuers map[string]*documentIssuer) (bundle, roots []byte) {
	var all evidence.Bundle
	for _, p := range issuers {
		one := testtrust.NewBundle(p.ca, p.offices, p.tokens, nil)
		one.Roots, one.SealRoots, one.TimeRoots = append(all.Roots, one.Roots...), append(all.SealRoots, one.SealRoots...), append(all.TimeRoots, one.TimeRoots...)
		one.Signers, one.TokenKeys.Keys = append(all.Signers, one.Signers...), append(all.TokenKeys.Keys, one.TokenKeys.Keys...)
		all = one
		roots = append(append(roots, p.ca.Root...), p.ca.TimeRoot...)
	}
	return must.Get(json.Marshal(all)), roots
}

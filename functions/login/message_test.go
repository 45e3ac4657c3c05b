package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func TestTheGatewaysSecretGoesToNoOtherAddress(t *testing.T) {
	var followed atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(elsewhere.Close)
	gateway := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	t.Cleanup(gateway.Close)
	err := newGateway(config.Messages{URL: gateway.URL, Secret: "secret"}).Send(t.Context(), message{Kind: "code"})
	if !problem.Is(err, problem.Unavailable) || followed.Load() != 0 {
		t.Errorf("got %v; followed %d times", err, followed.Load())
	}
	if err := newGateway(config.Messages{URL: elsewhere.URL, Secret: "secret"}).Send(t.Context(), message{Kind: "code"}); err != nil {
		t.Errorf("without the redirect: %v", err)
	}
}

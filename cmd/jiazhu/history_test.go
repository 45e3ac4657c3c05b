package main

import (
	"strings"
	"testing"
)

// TestTheHistoryOfACopyNamesTheAppThatVouched, so that what a stolen key of an app vouched for is found.
func TestTheHistoryOfACopyNamesTheAppThatVouched(t *testing.T) {
	p := newReplayFixture(t)
	if out, _ := p.want(t, 0, "", "history", p.record.Certificate.ID, p.copyOfConsent); !strings.Contains(out, "vouched by https://app.example.cn") {
		t.Errorf("it says %q", out)
	}
}

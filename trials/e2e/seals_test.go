package e2e

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// TestASuspendedSealSealsNothingUntilItIsAllowedAgain, and what was sealed is in the report of the day.
func TestASuspendedSealSealsNothingUntilItIsAllowedAgain(t *testing.T) {
	defer must.Fatal(t)
	c := newCommandLine(t)
	var seals []struct{ Issuer, Seal, What, State string }
	list := func() {
		out, _ := c.jiazhu(t, 0, "", "seals", "list", "-keys", service.stack.Paths.Sign)
		must.Do(json.Unmarshal([]byte(out), &seals))
	}
	list()
	sealID := ""
	for _, s := range seals {
		if s.Issuer == testca.Ministry && strings.HasPrefix(s.What, "electronic seal") {
			sealID = s.Seal
		}
	}
	state := func(to string) {
		t.Helper()
		c.jiazhu(t, 0, "", "seals", "state", testca.Ministry, sealID, to, "-why", "印章遗失", "-yes", "-keys", service.stack.Paths.Sign)
	}
	s, certificate := loginAndIdentify(t, holder(t, "several specialties, one ending soon"))
	endorse := func() (client.Endorsement, error) {
		made, _, err := s.EndorseOnce(t.Context(), certificate, rand.Text(), client.EndorsementAsk{})
		return made, err
	}
	before := must.Get(endorse())
	state("suspended")
	_, err := endorse()
	state("active")
	var p *client.Problem
	if !errors.As(err, &p) || p.Code != client.ProblemCodeSealSuspended || !strings.Contains(p.Detail, sealID) {
		t.Errorf("with a suspended seal: %v", err)
	}
	after := must.Get(endorse())
	for _, e := range []client.Endorsement{before, after} {
		day := civil.Of(e.MadeAt).String()
		out, _ := c.jiazhu(t, 0, "", "seals", "report", "-day", day, "-issuer", testca.Ministry)
		if !strings.Contains(out, e.Endorsement) || !strings.Contains(out, e.Files.PDF.SHA256) || !strings.Contains(out, e.Files.OFD.SHA256) {
			t.Errorf("the report of %s lacks %s", day, e.Endorsement)
		}
	}
}

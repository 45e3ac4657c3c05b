package e2e

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// sealOfCapital is the number of the electronic seal of Beijing's authority.
func sealOfCapital(t *testing.T) string {
	t.Helper()
	defer must.Fatal(t)
	kind, _ := must.Get(scheme.Load()).ByID(seed.Enterprise)
	return must.Get(ses.ParseSeal(must.Get(os.ReadFile(filepath.Join(service.stack.Paths.Sign, kind.Issuer.Code, "seal.esl"))))).ID
}

// usedSealOfCapital is the same, after something was sealed with it.
func usedSealOfCapital(t *testing.T) string {
	t.Helper()
	if !capitalHasSealed {
		s, certificate := loginAndIdentify(t, holder(t, "an enterprise's qualification, Beijing"))
		if _, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{}); err != nil {
			t.Fatal(err)
		}
		capitalHasSealed = true
	}
	return sealOfCapital(t)
}

var capitalHasSealed bool

// TestASuspendedSealSealsNothingUntilItIsAllowedAgain: the authority is one whose copies no other test counts the
// rows of. What was sealed before is verified, and in the report of the day.
func TestASuspendedSealSealsNothingUntilItIsAllowedAgain(t *testing.T) {
	defer must.Fatal(t)
	c := newCommandLine(t)
	var seals []struct{ Issuer, Seal, What, State string }
	out, _ := c.jiazhu(t, 0, "", "seals", "list", "-keys", service.stack.Paths.Sign)
	must.Do(json.Unmarshal([]byte(out), &seals))
	kind, ok := must.Get(scheme.Load()).ByID(seed.Enterprise)
	issuer, sealID := kind.Issuer.Code, ""
	if !ok {
		t.Fatal("there is no such kind")
	}
	for _, s := range seals {
		if s.Issuer == issuer && strings.HasPrefix(s.What, "electronic seal") {
			sealID = s.Seal
		}
	}
	byAuthority := func(to string) {
		t.Helper()
		call := sealCall(sealID)
		call.JSON, call.Token = map[string]string{"state": to, "why": "印章遗失"}, token(t, testkeys.Capital, "seals")
		must.Do(service.api().Do(t.Context(), call, nil))
	}
	state := func(to string) {
		t.Helper()
		c.jiazhu(t, 0, "", "seals", "state", issuer, sealID, to, "-why", "印章遗失", "-yes", "-keys", service.stack.Paths.Sign)
	}
	s, certificate := loginAndIdentify(t, holder(t, "an enterprise's qualification, Beijing"))
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
	byAuthority("suspended")
	if _, err := endorse(); !errors.As(err, &p) || p.Code != client.ProblemCodeSealSuspended {
		t.Errorf("with a seal that the authority suspended: %v", err)
	}
	byAuthority("active")
	after := must.Get(endorse())
	v := must.Get(service.api().Verify(t.Context(), client.VerificationAsk{Token: before.Token()}))
	if !slices.ContainsFunc(v.Checks, func(r client.Row) bool { return r.Check == "seal" && r.Result == "pass" }) {
		t.Errorf("the verdict on what was sealed before: %s %+v", v.Verdict, v.Checks)
	}
	for _, e := range []client.Endorsement{before, after} {
		day := civil.Of(e.MadeAt).String()
		out, _ := c.jiazhu(t, 0, "", "seals", "report", "-day", day, "-issuer", issuer)
		if !strings.Contains(out, e.Endorsement) || !strings.Contains(out, e.Files.PDF.SHA256) || !strings.Contains(out, e.Files.OFD.SHA256) {
			t.Errorf("the report of %s lacks %s", day, e.Endorsement)
		}
	}
}

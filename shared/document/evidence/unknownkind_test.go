package evidence_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// A checker may be older than a kind of certificate. What it does not know it cannot confirm, and never calls invalid; with the
// bundle of the service, whose numbers it reads, it confirms what it confirms of every kind.
func TestACopyOfAnUnknownKindIsNotInvalid(t *testing.T) {
	guide := must.Get(os.ReadFile("../../../docs/schemes.md"))
	kind := must.Get(scheme.Parse(regexp.MustCompile("(?s)```yaml\n# kinds/heritage.yaml\n(.*?)```").FindSubmatch(guide)[1]))
	issuer := issuetest.New(t, issuetest.CopyTime())
	issuer = issuer.WithKeys(t, issuer.Keys, kind.Issuer.Code)
	issuer.Schemes = must.Get(scheme.NewSet(append(issuer.Schemes.List(), kind)...))

	c := issuetest.Certificate(t)
	c.Scheme, c.TypeCode, c.TypeName, c.Title, c.Number, c.Issuer = kind.ID, kind.TypeCode, kind.TypeName, kind.Title, kind.Number.Example, kind.Issuer
	c.Identifier = must.Get(certificate.NewIdentifier(kind.TypeCode, kind.Issuer.Code, "2021000001", "001"))
	c.Employer, c.Details = certificate.Employer{}, []certificate.Detail{{Name: "技艺等级", Value: "一级"}, {Name: "师承", Value: "香山帮"}}
	c.Specialties = []certificate.Specialty{{Name: "木作", From: c.Specialties[0].From, To: c.Specialties[0].To}}
	e := issuetest.Endorsement(t)
	e.Scheme = kind.ID
	made := issuer.Make(t, e, c)

	bundle := issuer.Bundle
	for i, s := range bundle.Signers {
		if slices.Contains(s.Issuers, testca.Ministry) { // whose keys are this authority's here
			bundle.Signers[i].Issuers = append(s.Issuers, kind.Issuer.Code)
		}
	}
	older := must.Get(evidence.ParseTrust(must.Get(json.Marshal(bundle))))
	for trust, isKnown := range map[*evidence.Trust]bool{&older: false, new(must.Get(older.WithNumbers(issuer.Schemes.Numbers()))): true} {
		for name, got := range map[string]verdict.Evidence{"PDF": evidence.Examine(made.PDF, *trust), "OFD": evidence.Examine(made.OFD, *trust), "token": evidence.ExamineToken(made.Token, *trust)} {
			if got.Integrity.Result != verdict.Pass || got.Issuer.Result != verdict.Pass || (got.Numbers.Result == verdict.Pass) != isKnown {
				t.Errorf("%s, known %t: %+v, %+v, %+v", name, isKnown, got.Integrity, got.Issuer, got.Numbers)
			}
			v := verdict.Judge(got, verdict.Records{Access: verdict.NotReached}, verdict.Question{}, issuetest.CopyTime())
			if v.Overall != verdict.Unknown {
				t.Errorf("%s, known %t: it is %s", name, isKnown, v.Overall)
			}
		}
	}
}

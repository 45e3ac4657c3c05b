package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// The copies of an organisation's certificate are the organisation's: each of its agents sees them all,
// and who made them; the phone that has to be bound is the agent's own.
func TestAnAgentEndorsesForAnOrganisation(t *testing.T) {
	c := newFixture(t, func(c *certificate.Certificate) {
		c.Holder = certificate.Holder{Name: "示例建设集团有限公司", IDType: "001", IDNumber: "91110000MA00000152"}
		c.Photo, c.SignatureImage = nil, nil
	})
	first, second := recordstest.ZhangSan(), recordstest.LiSi()
	first.Organisation = "示例建设集团有限公司 91110000MA00000152"
	second.Organisation = first.Organisation
	var made endorsementResponse
	c.endorse(t, c.SignIn(t, first, "mohurd", true), "the first", "{}").Into(t, 201, &made)
	if made.Agent != "张三" {
		t.Errorf("made by %q", made.Agent)
	}
	token := c.SignIn(t, second, "mohurd", true)
	var page historyResponse
	c.send(t, listRoute, token, "", "limit=50").Into(t, 200, &page)
	if len(page.Items) != 1 || page.Items[0].Agent != "张三" {
		t.Errorf("the other agent sees %+v", page.Items)
	}
	c.States(t, second, "gjzwfw", "")
	c.endorse(t, token, "the second", "{}").WantProblem(t, 409, "phone-unbound")
	var withdrawn endorsementResponse
	c.send(t, deleteRoute, token, made.Endorsement, "").Into(t, 200, &withdrawn)
	if withdrawn.WithdrawnAt == "" {
		t.Error("the other agent cannot withdraw it")
	}
	person := recordstest.ZhangSan()
	person.Username = "own"
	c.endorse(t, c.SignIn(t, person, "mohurd", true), "the third", "{}").WantProblem(t, 404, "certificate-not-found")
	if own := newFixture(t, nil).mustEndorse(t, "{}"); own.Agent != "" {
		t.Errorf("a person's copy has the agent %q", own.Agent)
	}
}

package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// TestAnOrganisationsCertificatesAreItsAgents: every person who acts for an organisation sees its
// certificates and none of their own, and nobody else sees them.
func TestAnOrganisationsCertificatesAreItsAgents(t *testing.T) {
	c := newFixture(t)
	own := c.record.Certificate.ID
	sample := recordstest.Sample(c.Clock.Now(), nil, nil)
	sample.Number = "京1112019202000009"
	sample.Holder = certificate.Holder{Name: "示例建设集团有限公司", IDType: "001", IDNumber: "91110000MA00000152"}
	firms := c.Enter(t, sample, nil, nil).Certificate.ID
	zhang := recordstest.ZhangSan()
	first, second, other := zhang, recordstest.LiSi(), zhang
	first.Username, first.Organisation = "firm1", "示例建设集团有限公司 91110000MA00000152"
	second.Username, second.Organisation = "firm2", "示例建设集团 91110000MA00000152"
	other.Username, other.Organisation = "firm3", "另一建设有限公司 91110000MA0000023W"
	impostor := recordstest.Person{Username: "impostor", Name: "示例建设集团有限公司", IDNumber: "91110000MA00000152", IDType: "999"}
	for _, test := range []struct {
		who  recordstest.Person
		sees string
	}{{zhang, own}, {first, firms}, {second, firms}, {other, ""}, {recordstest.LiSi(), ""}, {impostor, ""}} {
		for _, portal := range []string{"mohurd", "gjzwfw"} {
			token := c.SignIn(t, test.who, portal, true)
			var got listing
			c.send(t, listRoute, token).Into(t, 200, &got)
			var listed []string
			for _, e := range append(got.Items, got.Bindable...) {
				listed = append(listed, e.Certificate)
			}
			if test.sees == "" && len(listed) > 0 || test.sees != "" && (len(listed) != 1 || listed[0] != test.sees) {
				t.Errorf("%s sees %v on %s", test.who.Username, listed, portal)
			}
			for _, id := range []string{own, firms} {
				c.record.Certificate.ID = id
				want := map[bool]int{true: 200, false: 404}[id == test.sees]
				for _, route := range []string{bindRoute, detailRoute, preflightRoute, "GET /v1/certificates/{certificate}/verifications"} {
					if got := c.send(t, route, token); got.Status != want {
						t.Errorf("%s is answered %d for %s on %s", test.who.Username, got.Status, route, portal)
					}
				}
			}
		}
	}
	// What one agent binds is bound for the other, and either unbinds it.
	c.record.Certificate.ID = firms
	tokens := [2]string{c.SignIn(t, first, "gjzwfw", true), c.SignIn(t, second, "gjzwfw", true)}
	c.send(t, unbindRoute, tokens[1]).Into(t, 204, nil)
	for _, token := range tokens {
		var got listing
		c.send(t, listRoute, token).Into(t, 200, &got)
		if len(got.Items) != 0 || len(got.Bindable) != 1 {
			t.Errorf("after unbinding: %d, %d", len(got.Items), len(got.Bindable))
		}
	}
}

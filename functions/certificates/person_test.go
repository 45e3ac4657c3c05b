package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// TestAPassportOfAnotherStateIsAnotherPersons: two states give passports the same number.
func TestAPassportOfAnotherStateIsAnotherPersons(t *testing.T) {
	const number = "M12345678"
	for _, idType := range []string{"414", "411", "999", "114", "511", "111"} {
		c := newFixture(t)
		holder := recordstest.Person{Username: "evans", Name: "Mary Ann Evans", IDNumber: number, Phone: "13900000001", IDType: idType}
		other := recordstest.Person{Username: "quinn", Name: "Zoe Quinn", IDNumber: number, Phone: "13900000002", IDType: idType}
		switch idType {
		case "114":
			holder.Name, other.Name = "王五", "赵六"
		case "111":
			holder.Name, holder.IDNumber, other.Name, other.IDNumber = "王五", "310101199001010016", "赵六", "310101199001010016"
		}
		sample := recordstest.Sample(c.Clock.Now(), nil, nil)
		sample.Number = "京1112019202000009"
		sample.Holder = certificate.Holder{Name: holder.Name, Sex: "女", Birth: sample.Holder.Birth, IDType: idType, IDNumber: holder.IDNumber}
		c.record = c.Enter(t, sample, nil, nil)
		theirs := certificate.NamesPerson(idType)
		for _, p := range []recordstest.Person{holder, other} {
			may := p == holder || theirs
			want := map[bool]int{true: 200, false: 404}[may]
			for _, portal := range []string{"mohurd", "gjzwfw"} {
				token := c.SignIn(t, p, portal, true)
				var got listing
				c.send(t, listRoute, token).Into(t, 200, &got)
				if listed := len(got.Items)+len(got.Bindable) == 1; listed != may {
					t.Errorf("%s: %s is listed %d and %d certificates on %s", idType, p.Name, len(got.Items), len(got.Bindable), portal)
				}
				for _, route := range []string{bindRoute, detailRoute, preflightRoute, "GET /v1/certificates/{certificate}/verifications"} {
					if got := c.send(t, route, token); got.Status != want {
						t.Errorf("%s: %s is answered %d for %s on %s", idType, p.Name, got.Status, route, portal)
					}
				}
				if got := c.send(t, unbindRoute, token); got.Status != map[bool]int{true: 204, false: 404}[may] {
					t.Errorf("%s: %s unbinds with %d", idType, p.Name, got.Status)
				}
			}
		}
	}
}

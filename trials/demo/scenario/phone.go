package scenario

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// identifyByPhone identifies the session's holder with the test phone, by the same requests as its page.
func (r *Runner) identifyByPhone(ctx context.Context, s *seed.Session) error {
	phone := r.PhoneAPI()
	person := storePerson(ctx, phone, s.Holder.Person)
	challenge := must.Get(s.OpenChallenge(ctx))
	input := map[string]any{"qr": challenge.QR.Text}
	must.Do(phone.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/phone/scan", JSON: input}, nil))
	input["number"], input["result"], input["person"] = challenge.Number, "pass", person
	must.Do(phone.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/phone/assertion", JSON: input}, nil))
	return seed.Expect("the challenge", must.Get(s.Look(ctx, challenge.Challenge)).State, client.ChallengeStateNameVerified)
}

// storePerson has the phone recognise the person's face, and returns the person's place in its list.
func storePerson(ctx context.Context, phone *seed.API, p seed.Person) int {
	must.Do(phone.Do(ctx, seed.Call{Method: http.MethodPut, Path: "/phone/persons", JSON: []map[string]string{
		{"name": p.Name, "idType": p.IDType(), "idNumber": p.IDNumber()},
	}}, nil))
	var known []struct {
		Person int
		Name   string
	}
	must.Do(phone.Do(ctx, seed.Call{Method: http.MethodGet, Path: "/phone/persons"}, &known))
	for _, k := range known {
		if k.Name == p.Name {
			return k.Person
		}
	}
	must.Do(fmt.Errorf("the phone does not know %s", p.Name))
	return 0
}

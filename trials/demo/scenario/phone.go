package scenario

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// identifyByPhone identifies the session's holder with the test phone, by the same requests as its page.
func (r *Runner) identifyByPhone(ctx context.Context, s *seed.Session) error {
	phone := r.PhoneAPI()
	person, err := storePerson(ctx, phone, s.Holder.Person)
	if err != nil {
		return err
	}
	challenge, err := s.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	input := map[string]any{"qr": challenge.QR.Text}
	if err := phone.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/phone/scan", JSON: input}, nil); err != nil {
		return err
	}
	input["number"], input["result"], input["person"] = challenge.Number, "pass", person
	if err := phone.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/phone/assertion", JSON: input}, nil); err != nil {
		return err
	}
	state, err := s.Look(ctx, challenge.Challenge)
	if err != nil {
		return err
	}
	return seed.Expect("the challenge", state.State, client.ChallengeStateNameVerified)
}

// storePerson has the phone recognise the person's face, and returns the person's place in its list.
func storePerson(ctx context.Context, phone *seed.API, p seed.Person) (int, error) {
	err := phone.Do(ctx, seed.Call{Method: http.MethodPut, Path: "/phone/persons", JSON: []map[string]string{
		{"name": p.Name, "idType": p.IDType(), "idNumber": p.IDNumber()},
	}}, nil)
	if err != nil {
		return 0, err
	}
	var known []struct {
		Person int
		Name   string
	}
	if err := phone.Do(ctx, seed.Call{Method: http.MethodGet, Path: "/phone/persons"}, &known); err != nil {
		return 0, err
	}
	for _, k := range known {
		if k.Name == p.Name {
			return k.Person, nil
		}
	}
	return 0, fmt.Errorf("the phone does not know %s", p.Name)
}

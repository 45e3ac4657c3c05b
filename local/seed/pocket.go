package seed

import (
	"context"
	"fmt"
	"net/http"
)

// IdentifyByPhone is Identify with the stand-in's phone in the holder's hand instead of keys of
// one's own: the same requests its page makes.
func (w *ScenarioRunner) IdentifyByPhone(ctx context.Context, s *Session) error {
	phone := &API{URL: w.Phone, HTTP: w.HTTP}
	person, err := findPerson(ctx, phone, s.Holder.Person)
	if err != nil {
		return err
	}
	challenge, err := s.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	if err := phone.Do(ctx, Call{Method: http.MethodPost, Path: "/phone/scan", JSON: map[string]string{
		"qr": challenge.QR.Text,
	}}, nil); err != nil {
		return err
	}
	if err := phone.Do(ctx, Call{Method: http.MethodPost, Path: "/phone/assertion", JSON: map[string]any{
		"qr": challenge.QR.Text, "number": challenge.Number, "result": "pass", "person": person,
	}}, nil); err != nil {
		return err
	}
	seen, err := s.Look(ctx, challenge.Challenge)
	if err != nil {
		return err
	}
	return expect("the challenge", seen.State, "verified")
}

// findPerson teaches the phone the person's face, and returns where in its list it is.
func findPerson(ctx context.Context, phone *API, p Person) (int, error) {
	err := phone.Do(ctx, Call{Method: http.MethodPut, Path: "/phone/persons", JSON: []map[string]string{
		{"name": p.Name, "idType": p.IDType(), "idNumber": p.IDNumber()},
	}}, nil)
	if err != nil {
		return 0, err
	}
	var known []struct {
		Person int
		Name   string
	}
	if err := phone.Do(ctx, Call{Method: http.MethodGet, Path: "/phone/persons"}, &known); err != nil {
		return 0, err
	}
	for _, k := range known {
		if k.Name == p.Name {
			return k.Person, nil
		}
	}
	return 0, fmt.Errorf("the phone does not know %s", p.Name)
}

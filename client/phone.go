package client

import "encoding/json"

// PhoneStated is what a portal states of a person's phone: StatePhone, NoPhone, or nil, which leaves what it stated before.
type PhoneStated json.RawMessage

// NoPhone states that the person has no phone.
var NoPhone = PhoneStated("null")

// StatePhone states a mainland mobile number of 11 digits.
func StatePhone(number string) PhoneStated {
	text, _ := json.Marshal(number) // a string has always JSON
	return text
}

// MarshalJSON writes the number or null.
func (p PhoneStated) MarshalJSON() ([]byte, error) { return p, nil }

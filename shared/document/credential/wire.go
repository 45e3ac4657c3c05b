package credential

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// wire is the only encoding of claims, a JSON list:
//
// ["<endorsement>","<certificate>","<number>","<name>",20261123,20270522,"<declaration><index>"]
//
// Ids are the 16 bytes of the ULID in base64url. The last member is the fingerprint of
// what was declared, of 16 characters, and the index in the status lists, of five; each
// is left out where there is none, and without both the list ends after the days. One
// member for both keeps most codes at 61 modules.
type wire struct{ Claims }

// MarshalJSON writes the list. It fails for claims that UnmarshalJSON would refuse.
func (w wire) MarshalJSON() ([]byte, error) {
	endorsement, err := packID(w.Endorsement)
	if err != nil {
		return nil, err
	}
	certificate, err := packID(w.Certificate)
	if err != nil {
		return nil, err
	}
	if w.Number == "" || w.From.IsZero() || w.Until.Before(w.From) {
		return nil, fmt.Errorf("%w: claims are incomplete", ErrMalformed)
	}
	list := []any{
		endorsement, certificate, w.Number, w.Name,
		json.RawMessage(w.From.Compact()), json.RawMessage(w.Until.Compact()),
	}
	last := w.Declaration
	if w.StatusIndex != 0 {
		last += w.StatusIndex.Pack()
	}
	if last != "" {
		list = append(list, last)
	}
	return marshal(list)
}

// UnmarshalJSON reads the list. The caller, decode, checks that the text is the only
// accepted encoding.
func (w *wire) UnmarshalJSON(text []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	if len(list) != 6 && len(list) != 7 {
		return fmt.Errorf("%w: %d claims", ErrMalformed, len(list))
	}
	var endorsement, certificate string
	var from, until int
	into := []any{&endorsement, &certificate, &w.Number, &w.Name, &from, &until, &w.Declaration}
	for i, member := range list {
		if err := json.Unmarshal(member, into[i]); err != nil {
			return err
		}
	}
	if err := w.cutIndex(); err != nil {
		return err
	}
	var err error
	if w.Endorsement, err = unpackID(endorsement); err != nil {
		return err
	}
	if w.Certificate, err = unpackID(certificate); err != nil {
		return err
	}
	if w.From, err = unpackDay(from); err != nil {
		return err
	}
	w.Until, err = unpackDay(until)
	return err
}

// declarationLength is the length of a declaration's fingerprint.
const declarationLength = 16

// cutIndex cuts the index off the last member.
func (w *wire) cutIndex() error {
	n := len(w.Declaration) - statuslist.PackedLength
	if n != 0 && n != declarationLength {
		return nil
	}
	var ok bool
	if w.StatusIndex, ok = statuslist.Unpack(w.Declaration[n:]); !ok {
		return fmt.Errorf("%w: no index of a status list", ErrMalformed)
	}
	w.Declaration = w.Declaration[:n]
	return nil
}

// packID writes a ULID in 22 characters instead of 26.
func packID(id string) (string, error) {
	parsed, err := ulid.ParseStrict(id)
	if err != nil || parsed.String() != id {
		return "", fmt.Errorf("%w: not an identifier", ErrMalformed)
	}
	return encoding.EncodeToString(parsed[:]), nil
}

func unpackID(packed string) (string, error) {
	var id ulid.ULID
	raw, err := decodePart(packed)
	if err != nil || len(raw) != len(id) {
		return "", fmt.Errorf("%w: an identifier's length", ErrMalformed)
	}
	copy(id[:], raw)
	return id.String(), nil
}

func timeOfID(id string) time.Time {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return time.Time{}.In(civil.Zone())
	}
	return parsed.Timestamp().In(civil.Zone())
}

// unpackDay reads a day such as 20211019.
func unpackDay(n int) (civil.Date, error) {
	day := civil.Date{Year: n / 10000, Month: time.Month(n / 100 % 100), Day: n % 100}
	checked, err := civil.Parse(day.String())
	if err != nil || n < 0 {
		return civil.Date{}, fmt.Errorf("%w: day %d", ErrMalformed, n)
	}
	return checked, nil
}

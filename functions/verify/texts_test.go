package main

import (
	"encoding/json"
	"net/url"
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// oddTexts draws texts of characters that systems treat differently: private-use, compatibility and
// new ideographs, radicals, letters with marks, blanks and invisible characters of every kind.
func oddTexts(longest int) *rapid.Generator[string] {
	runes := rapid.OneOf(
		rapid.SampledFrom([]rune("李例王明示\uE863\uE855\uF9DD\uFA0E⼯⻢䶮\U0002EBF0\U0002EE5D\U000323B0\U00033479〇·•‧．")),
		rapid.SampledFrom([]rune("JohnO'’Brienéèłøß-‐ANNE. ,0123456789")),
		rapid.SampledFrom([]rune(" \t\n\u00A0\u2003\u3000\u200B\u200E\u202A\u2066\u2800\u3164\uFEFF\uFE0F\u0301\U000E0100")),
		rapid.Rune(),
	)
	return rapid.StringOfN(runes, 0, longest, -1)
}

// askJSON reads a request in JSON.
func askJSON(t *rapid.T, body map[string]any) (verifyRequest, error) {
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return readRequest(&api.Request{Header: map[string]string{"content-type": "application/json"}, Sent: string(data)})
}

// A name that the register takes is found by the same text, and by what the register made of it.
func TestANameThatTheRegisterTakesIsFound(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		given := oddTexts(8).Draw(t, "name")
		idType := rapid.SampledFrom([]string{"111", "114", "414", "511", "516", "999"}).Draw(t, "document")
		kept, err := certificate.NormalizeHolderName(idType, given)
		if err != nil {
			return
		}
		taken++
		for _, asked := range []string{given, kept} {
			a, err := askJSON(t, map[string]any{"number": "京1112019202000001", "name": asked})
			if err != nil || !certificate.IsSameName(kept, a.name) {
				t.Fatalf("%+q is kept as %+q, and %+q is asked as %+q, %v", given, kept, asked, a.name, err)
			}
		}
	})
	if taken == 0 {
		t.Error("no name was taken")
	}
}

// Words that a copy takes are asked for by the same text, in the body and in the query.
func TestWordsThatACopyTakesAreTheSameInAQuestion(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		given := oddTexts(12).Draw(t, "words")
		ask := endorsement.Request{
			Purpose: &endorsement.Purpose{Kind: "投标", Text: given}, Recipient: &endorsement.Recipient{Name: given},
		}.Normalize()
		if ask.Check(scheme.Scheme{}, nil) != nil {
			return
		}
		taken++
		inBody, err := askJSON(t, map[string]any{"token": "x", "purpose": given, "recipient": given, "statedPurpose": given})
		if err != nil || inBody.question.Purpose != ask.Purpose.Text || inBody.question.Recipient != ask.Recipient.Name {
			t.Fatalf("%+q is %+q on the copy and %+q in a question, %v", given, ask.Purpose.Text, inBody.question.Purpose, err)
		}
		inQuery, err := readRequest(&api.Request{
			Header: map[string]string{"content-type": "application/pdf"}, Sent: "%PDF", Query: url.Values{"purpose": {given}, "recipient": {given}},
		})
		if err != nil || inQuery.question != inBody.question {
			t.Fatalf("%+q is %+v in the query and %+v in the body, %v", given, inQuery.question, inBody.question, err)
		}
	})
	if taken == 0 {
		t.Error("no words were taken")
	}
}

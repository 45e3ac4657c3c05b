package credential

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

func someList() StatusList {
	l := StatusList{
		Origin: "https://jiazhu.example.cn", Number: 2, List: statuslist.NewList(),
		IssuedAt: time.Date(2026, 11, 23, 10, 0, 0, 0, civil.Zone()), Life: 24 * time.Hour,
		Expires: time.Date(2026, 11, 25, 10, 0, 0, 0, civil.Zone()),
	}
	l.List.Set(7, statuslist.Ended)
	l.List.Set(statuslist.Places-1, statuslist.Suspended)
	return l
}

func statusKeySet(t testing.TB, signers ...testSigner) Keys {
	t.Helper()
	keys, err := StatusKeys(KeySet{keySet(t, signers...).set.Keys})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func issueList(t testing.TB, s testSigner, l StatusList) string {
	t.Helper()
	text, err := IssueStatusList(t.Context(), s, l)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAStatusListSaysWhatWasSigned(t *testing.T) {
	signer, want := newSigner(t, "list"), someList()
	text := issueList(t, signer, want)
	got, err := ParseStatusList(text, statusKeySet(t, signer))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if head := decodeText(t, strings.Split(text, ".")[0]); head != `{"alg":"ES256","kid":"status-list","typ":"statuslist+jwt"}` {
		t.Error(head)
	}
	if len(text) > 2000 {
		t.Errorf("a list that says little has %d bytes", len(text))
	}
	if at := want.IssuedAt.Add(24 * time.Hour); !got.Until().Equal(at) {
		t.Errorf("believed until %v", got.Until())
	}
}

// TestAListThatCannotBeCompressedIsSigned: of any states, a list stays within its bound.
func TestAListThatCannotBeCompressedIsSigned(t *testing.T) {
	signer, l := newSigner(t, "list"), someList()
	_, _ = rand.NewChaCha8([32]byte{}).Read(l.List)
	text := issueList(t, signer, l)
	if got, err := ParseStatusList(text, statusKeySet(t, signer)); err != nil || !bytes.Equal(got.List, l.List) || len(text) > MaxStatusList {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestAStatusListOfOthersIsRefused(t *testing.T) {
	signer, stranger := newSigner(t, "list"), newSigner(t, "list")
	keys := statusKeySet(t, signer)
	good := issueList(t, signer, someList())
	payload := decodeText(t, strings.Split(good, ".")[1])
	sign := func(body string) string {
		return signedParts(t, signer, enc(`{"alg":"ES256","kid":"status-list","typ":"statuslist+jwt"}`), enc(body))
	}
	with := func(old, new string) string {
		if !strings.Contains(payload, old) {
			t.Fatalf("no %s in %.300s", old, payload)
		}
		return sign(strings.Replace(payload, old, new, 1))
	}
	list := func(data []byte) string {
		var packed bytes.Buffer
		w := zlib.NewWriter(&packed)
		_, _ = w.Write(data)
		_ = w.Close()
		return enc(packed.String())
	}
	var claims statusClaims
	if err := json.Unmarshal([]byte(payload), &claims); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"a stranger's key under our kid": {issueList(t, stranger, someList()), ErrSignature},
		"the key of tokens":              {issue(t, signer, someClaims(t)), ErrMalformed},
		"another type":                   {signedParts(t, signer, enc(`{"alg":"ES256","kid":"status-list","typ":"JWT"}`), enc(payload)), ErrMalformed},
		"an unknown key":                 {issueList(t, newSigner(t, "other"), someList()), ErrUnknownKey},
		"another issuer's address":       {with("/v1/status-lists/2", "/v1/lists/2"), ErrMalformed},
		"list 0":                         {with("/v1/status-lists/2", "/v1/status-lists/0"), ErrMalformed},
		"another size of a place":        {with(`"bits":2`, `"bits":1`), ErrMalformed},
		"an end before the beginning":    {with(`"exp":`, `"exp":1`+"0,\"x\":"), ErrMalformed},
		"a life without an end":          {with(`"ttl":86400`, `"ttl":0`), ErrMalformed},
		"a life beyond the end":          {with(`"ttl":86400`, `"ttl":186400`), ErrMalformed},
		"a member more":                  {with(`"ttl"`, `"a":1,"ttl"`), ErrMalformed},
		"a shorter list":                 {with(claims.List.List, list(make([]byte, statuslist.Size-1))), ErrMalformed},
		"a longer list":                  {with(claims.List.List, list(make([]byte, statuslist.Size+1))), ErrMalformed},
		"a list that inflates far":       {with(claims.List.List, list(make([]byte, 64<<20))), ErrMalformed},
		"something behind the list":      {with(claims.List.List, claims.List.List+"AAAA"), ErrMalformed},
		"no list":                        {with(claims.List.List, ""), ErrMalformed},
		"another payload":                {strings.Replace(good, "."+strings.Split(good, ".")[1], "."+enc(strings.Replace(payload, "86400", "86399", 1)), 1), ErrSignature},
	} {
		if got, err := ParseStatusList(tt.text, keys); !errors.Is(err, tt.want) || got.List != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAListThatWouldBeRefusedIsNotSigned(t *testing.T) {
	signer := newSigner(t, "list")
	for name, change := range map[string]func(*StatusList){
		"no number": func(l *StatusList) { l.Number = 0 }, "no origin": func(l *StatusList) { l.Origin = "" },
		"no life": func(l *StatusList) { l.Life = 0 }, "no end": func(l *StatusList) { l.Expires = l.IssuedAt },
		"half a list": func(l *StatusList) { l.List = l.List[1:] },
	} {
		l := someList()
		change(&l)
		if _, err := IssueStatusList(t.Context(), signer, l); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	signer.err = fmt.Errorf("no key")
	if _, err := IssueStatusList(context.Background(), signer, someList()); !errors.Is(err, signer.err) {
		t.Error(err)
	}
}

package credential

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/civil"
)

func someReceipt(t testing.TB) Receipt {
	t.Helper()
	return Receipt{
		ID: copyID, At: time.Date(2021, 4, 22, 10, 21, 33, 0, civil.Zone()), Service: "https://jiazhu.example.cn",
		Asker: Asker{Name: "丙招标代理<一部>"}, Given: Given{Kind: "pdf", SHA256: strings.Repeat("0f", 32)},
		Claim: &ReceiptClaim{
			Endorsement: copyID, Certificate: certID, Number: "京1112019202000001", Name: "欧**",
			From: day(t, "2021-04-22"), Until: day(t, "2021-10-19"),
		},
		Question: ReceiptQuestion{AsOf: day(t, "2021-05-18"), Specialty: "建筑工程"},
		Verdict: ReceiptVerdict{
			Overall: "valid", AsOf: day(t, "2021-05-18"), Checks: []ReceiptCheck{{"integrity", "pass", "fine"}},
			Ends: &ReceiptEnding{On: day(t, "2021-10-19"), Rule: "180D"},
		},
		Test: true,
	}
}

func receiptKeys(t testing.TB, s testSigner) Keys {
	t.Helper()
	keys, err := ReceiptKeys(keySet(t, s).Set())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestAReceiptSaysWhatWasIssued(t *testing.T) {
	signer := newSigner(t, "V0J8")
	keys := receiptKeys(t, signer)
	for name, change := range map[string]func(*Receipt){
		"with everything":           func(*Receipt) {},
		"of something not believed": func(r *Receipt) { r.Claim, r.Verdict.Ends, r.Verdict.Overall = nil, nil, "invalid" },
		"of a number": func(r *Receipt) {
			r.Given.SHA256 = ""
			r.Claim.Endorsement = ""
			r.Claim.From = civil.Date{}
			r.Claim.Until = civil.Date{}
		},
		"for nobody in particular": func(r *Receipt) { r.Asker = Asker{} },
	} {
		t.Run(name, func(t *testing.T) {
			want := someReceipt(t)
			change(&want)
			text, err := IssueReceipt(t.Context(), signer, want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseReceipt(text, keys)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnyLibraryReadsAReceipt(t *testing.T) {
	signer := newSigner(t, "V0J8")
	text, err := IssueReceipt(t.Context(), signer, someReceipt(t))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := signed.Verify(&signer.key.PublicKey)
	if err != nil || !strings.Contains(string(payload), `"service":"https://jiazhu.example.cn"`) {
		t.Errorf("got %s, %v", payload, err)
	}
	if h := signed.Signatures[0].Protected; h.KeyID != "receipt-V0J8" || h.ExtraHeaders["typ"] != receiptType {
		t.Errorf("header %+v", h)
	}
}

func TestReceiptsThatAreRefused(t *testing.T) {
	signer, stranger := newSigner(t, "k"), newSigner(t, "k")
	keys := receiptKeys(t, signer)
	text, err := IssueReceipt(t.Context(), signer, someReceipt(t))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := IssueReceipt(t.Context(), stranger, someReceipt(t))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(text, ".")
	payload := decoded(t, parts[1])
	changed := func(from, to string) string {
		if !strings.Contains(payload, from) {
			t.Fatalf("the payload lacks %s", from)
		}
		return signedParts(t, signer, parts[0], enc(strings.Replace(payload, from, to, 1)))
	}
	tests := map[string]struct {
		text string
		want error
	}{
		"a stranger's":                  {forged, ErrSignature},
		"a better verdict":              {parts[0] + "." + enc(strings.Replace(payload, "fine", "fins", 1)) + "." + parts[2], ErrSignature},
		"a token":                       {issue(t, signer, someClaims(t)), ErrMalformed},
		"without its type":              {signedParts(t, signer, enc(`{"alg":"ES256","kid":"receipt-k"}`), parts[1]), ErrMalformed},
		"of another key":                {signedParts(t, signer, enc(`{"alg":"ES256","kid":"receipt-x","typ":"jiazhu-receipt+jwt"}`), parts[1]), ErrUnknownKey},
		"a verdict nobody gives":        {changed(`"overall":"valid"`, `"overall":"perhaps"`), ErrMalformed},
		"a time that is not its id's":   {changed(`10:21:33+08:00`, `10:21:34+08:00`), ErrMalformed},
		"the same time in another zone": {changed(`10:21:33+08:00`, `02:21:33Z`), ErrMalformed},
		"a member nobody knows":         {changed(`"code":0`, `"code":0,"more":1`), ErrMalformed},
		"a member twice":                {changed(`"code":0`, `"code":0,"code":0`), ErrMalformed},
		"no rows":                       {changed(`[{"check":"integrity","result":"pass","reason":"fine"}]`, `[]`), ErrMalformed},
		"no service":                    {changed(`https://jiazhu.example.cn`, ``), ErrMalformed},
		"an id in small letters":        {changed(copyID, strings.ToLower(copyID)), ErrMalformed},
		"longer than any":               {strings.Repeat("A", MaxReceipt+1), ErrMalformed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseReceipt(tt.text, keys)
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(Receipt{}, got); diff != "" {
				t.Errorf("a refused receipt still says something: %s", diff)
			}
		})
	}
}

func TestReceiptsThatCannotBeIssued(t *testing.T) {
	signer := newSigner(t, "k")
	for name, change := range map[string]func(*Receipt){
		"no id":             func(r *Receipt) { r.ID = "" },
		"no day":            func(r *Receipt) { r.Verdict.AsOf = civil.Date{} },
		"half a claim":      func(r *Receipt) { r.Claim.Number = "" },
		"a name too long":   func(r *Receipt) { r.Asker.Name = strings.Repeat("长", MaxReceipt) },
		"nothing was asked": func(r *Receipt) { *r = Receipt{} },
	} {
		r := someReceipt(t)
		change(&r)
		if _, err := IssueReceipt(t.Context(), signer, r); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, ErrMalformed)
		}
	}
}

func TestOneKeyDoesNotSignBoth(t *testing.T) {
	signer := newSigner(t, "k")
	if _, err := Join(keySet(t, signer), receiptKeys(t, signer)); !errors.Is(err, ErrKeys) {
		t.Errorf("got %v, want %v", err, ErrKeys)
	}
}

func FuzzParseReceipt(f *testing.F) {
	signer := newSigner(f, "k")
	keys := receiptKeys(f, signer)
	text, err := IssueReceipt(f.Context(), signer, someReceipt(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(strings.Replace(text, ".", "..", 1))
	f.Add(`eyJhbGciOiJFUzI1NiIsInR5cCI6ImppYXpodS1yZWNlaXB0K2p3dCJ9.e30.`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseReceipt(text, keys)
		if err != nil {
			if diff := cmp.Diff(Receipt{}, got); diff != "" {
				t.Errorf("a refused receipt still says something: %s", diff)
			}
			return
		}
		again, err := signingInput(header{algorithm, "receipt-k", receiptType}, got)
		if err != nil || !strings.HasPrefix(text, again+".") {
			t.Errorf("an accepted receipt has another spelling: %q", text)
		}
	})
}

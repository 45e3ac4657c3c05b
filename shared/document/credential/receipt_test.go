package credential

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func someReceipt(t testing.TB) Receipt {
	t.Helper()
	return Receipt{
		Format: ReceiptFormat,
		ID:     copyID, At: time.Date(2021, 4, 22, 10, 21, 33, 0, civil.Zone()), Service: "https://jiazhu.example.cn",
		Asker: Asker{SelfStatedName: "丙招标代理<一部>", Client: "agency", ClientName: "丁公司"},
		Given: Given{Kind: "pdf", SHA256: strings.Repeat("0f", 32)}, CopyDigest: strings.Repeat("1e", 32),
		Claim: &ReceiptClaim{
			Endorsement: copyID, Certificate: certID, Number: "京1112019202000001", Name: "欧**",
			From: day(t, "2021-04-22"), Until: day(t, "2021-10-19"),
		},
		Question: ReceiptQuestion{AsOf: day(t, "2021-05-18"), Specialty: "建筑工程"},
		Verdict: ReceiptVerdict{
			Overall: "valid", AsOf: day(t, "2021-05-18"),
			Checks: []ReceiptCheck{{"integrity", "pass", "fine", "完整"}, {"issuer", "pass", "fine", "可信"}, {"copy", "pass", "fine", "有效"}},
			Ends:   &ReceiptEnding{On: day(t, "2021-10-19"), Rule: "180D", Text: "限定为180天"},
		},
		Test: true,
	}
}

// ofVersion1 returns a receipt in the form of version 1.
func ofVersion1(r Receipt) Receipt {
	r.Format, r.CopyDigest, r.Asker, r.Verdict.Ends.Text = "", "", Asker{Name: r.Asker.SelfStatedName, Client: r.Asker.Client}, ""
	for i := range r.Verdict.Checks {
		r.Verdict.Checks[i].Text = ""
	}
	return r
}

// ofVersion2 returns a receipt in the form of version 2.
func ofVersion2(r Receipt) Receipt {
	r.Format = ReceiptFormat2
	r.Asker.Name, r.Asker.SelfStatedName = r.Asker.SelfStatedName, ""
	return r
}

func TestWhoAskedIsSelfStatedInEveryVersion(t *testing.T) {
	signer := newSigner(t, "V0J8")
	for version, r := range map[string]Receipt{"1": ofVersion1(someReceipt(t)), "2": ofVersion2(someReceipt(t)), "3": someReceipt(t)} {
		got, err := ParseReceipt(signReceipt(t, signer, r), receiptKeys(t, signer))
		if err != nil || got.Asker.SelfStated() != "丙招标代理<一部>" {
			t.Errorf("version %s: %+v, %v", version, got.Asker, err)
		}
	}
	for name, r := range map[string]Receipt{"3 with a name": ofVersion2(someReceipt(t)), "2 with a self-stated name": someReceipt(t), "1 with one": ofVersion1(someReceipt(t))} {
		switch name {
		case "3 with a name":
			r.Format = ReceiptFormat
		case "2 with a self-stated name":
			r.Format = ReceiptFormat2
		default:
			r.Asker.SelfStatedName = "x"
		}
		if _, err := ParseReceipt(signReceipt(t, signer, r), receiptKeys(t, signer)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// signReceipt signs a receipt without checking it.
func signReceipt(t testing.TB, s testSigner, r Receipt) string {
	t.Helper()
	text, err := sign(t.Context(), s, header{algorithm, receiptKeyID(s.KeyID()), receiptType}, r)
	if err != nil {
		t.Fatal(err)
	}
	return text
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
		"with everything": func(*Receipt) {},
		"of something not believed": func(r *Receipt) {
			r.Claim, r.CopyDigest, r.Verdict.Ends, r.Verdict.Overall = nil, "", nil, "invalid"
		},
		"of a number": func(r *Receipt) {
			r.Given, r.CopyDigest, r.Claim.Version = Given{Kind: "number"}, "", "001"
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
	payload := decodeText(t, parts[1])
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
		"no rows":                       {signReceipt(t, signer, rowless(someReceipt(t))), ErrMalformed},
		"a format nobody knows":         {changed(`jiazhu-receipt/3`, `jiazhu-receipt/4`), ErrMalformed},
		"version 3 under no name":       {changed(`"format":"jiazhu-receipt/3",`, ``), ErrMalformed},
		"a row without its text":        {changed(`,"text":"可信"`, ``), ErrMalformed},
		"a last day without its text":   {changed(`,"text":"限定为180天"`, ``), ErrMalformed},
		"an organisation without name":  {changed(`,"clientName":"丁公司"`, ``), ErrMalformed},
		"a digest in capitals":          {changed(`1e1e`, `1E1E`), ErrMalformed},
		"a file without a digest":       {changed(`,"sha256":"`+strings.Repeat("0f", 32)+`"`, ``), ErrMalformed},
		"a receipt of a receipt":        {changed(`"kind":"pdf"`, `"kind":"receipt"`), ErrMalformed},
		"a claim of a broken file":      {changed(`{"check":"integrity","result":"pass"`, `{"check":"integrity","result":"fail"`), ErrMalformed},
		"a claim of a stranger's file":  {changed(`{"check":"issuer","result":"pass"`, `{"check":"issuer","result":"fail"`), ErrMalformed},
		"a claim without its grounds":   {changed(`{"check":"issuer","result":"pass","reason":"fine","text":"可信"},`, ``), ErrMalformed},
		"a copy's claim with a version": {changed(`"name":"欧**"`, `"name":"欧**","version":"001"`), ErrMalformed},
		"grounds that contradict":       {changed(`{"check":"copy","result":"pass"`, `{"check":"issuer","result":"fail"`), ErrMalformed},
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
		"no id":               func(r *Receipt) { r.ID = "" },
		"no day":              func(r *Receipt) { r.Verdict.AsOf = civil.Date{} },
		"half a claim":        func(r *Receipt) { r.Claim.Number = "" },
		"a stranger's claim":  func(r *Receipt) { r.Verdict.Checks[1].Result = "fail" },
		"a row of no words":   func(r *Receipt) { r.Verdict.Checks[2].Text = "" },
		"a receipt's":         func(r *Receipt) { r.Given.Kind = "receipt" },
		"a digest of no copy": func(r *Receipt) { r.Claim = nil },
		"a name too long":     func(r *Receipt) { r.Asker.SelfStatedName = strings.Repeat("长", MaxReceipt) },
		"nothing was asked":   func(r *Receipt) { *r = Receipt{} },
	} {
		r := someReceipt(t)
		change(&r)
		if _, err := IssueReceipt(t.Context(), signer, r); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, ErrMalformed)
		}
	}
}

// rowless returns a receipt without its checks.
func rowless(r Receipt) Receipt {
	r.Verdict.Checks = nil
	return r
}

func TestVersion1IsStillReadWithoutTheClaimsItLetAnybodyMake(t *testing.T) {
	signer := newSigner(t, "k")
	keys := receiptKeys(t, signer)
	for name, tt := range map[string]struct {
		change func(*Receipt)
		claims bool
	}{
		"of a good copy":       {func(*Receipt) {}, true},
		"of a stranger's":      {func(r *Receipt) { r.Verdict.Checks[1].Result = "fail" }, false},
		"of one not checked":   {func(r *Receipt) { r.Verdict.Checks[1].Result = "unknown" }, false},
		"of a broken one":      {func(r *Receipt) { r.Verdict.Checks[0].Result = "fail" }, false},
		"of a receipt":         {func(r *Receipt) { r.Given.Kind = "receipt" }, false},
		"of a number":          {func(r *Receipt) { r.Given, r.Claim.Endorsement = Given{Kind: "number"}, "" }, true},
		"of a number's copy":   {func(r *Receipt) { r.Given = Given{Kind: "number"} }, false},
		"of half a copy":       {func(r *Receipt) { r.Claim.Endorsement = "" }, false},
		"of nothing":           {func(r *Receipt) { r.Claim = nil }, false},
		"without the rows for": {func(r *Receipt) { r.Verdict.Checks = r.Verdict.Checks[2:] }, false},
	} {
		t.Run(name, func(t *testing.T) {
			want := ofVersion1(someReceipt(t))
			tt.change(&want)
			got, err := ParseReceipt(signReceipt(t, signer, want), keys)
			if !tt.claims {
				want.Claim = nil
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v: %s", err, diff)
			}
		})
	}
}

func TestTheNameOfTheKeyIsRead(t *testing.T) {
	signer := newSigner(t, "V0J8")
	for text, want := range map[string]string{
		signReceipt(t, signer, someReceipt(t)): "receipt-V0J8", issue(t, signer, someClaims(t)): "V0J8", "": "", "a.b.c": "",
	} {
		if got := KeyIDOf(text); got != want {
			t.Errorf("got %q, want %q", got, want)
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
	f.Add(signReceipt(f, signer, ofVersion1(someReceipt(f))))
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
		if dropped := got.Format == "" && got.Claim == nil; err != nil || !dropped && !strings.HasPrefix(text, again+".") {
			t.Errorf("an accepted receipt has another spelling: %q", text)
		}
	})
}

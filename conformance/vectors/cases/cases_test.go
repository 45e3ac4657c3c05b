package cases

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

func readAll(t *testing.T) []Case {
	t.Helper()
	list, err := ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestThereIsACaseOfEveryOutcome(t *testing.T) {
	list := readAll(t)
	if len(list) < 80 {
		t.Errorf("%d cases", len(list))
	}
	seen := map[Row]bool{}
	for _, c := range list {
		for _, row := range c.Online.Rows {
			seen[row] = true
		}
	}
	var missing []string
	for _, row := range []Row{
		{verdict.Integrity, verdict.Pass, verdict.Fine}, {verdict.Integrity, verdict.Fail, verdict.Altered},
		{verdict.Integrity, verdict.Fail, verdict.Unreadable}, {verdict.Integrity, verdict.Fail, verdict.Contradicts},
		{verdict.Integrity, verdict.Fail, verdict.Foreign}, {verdict.Integrity, verdict.Fail, verdict.Truncated},
		{verdict.Integrity, verdict.Fail, verdict.Prefixed}, {verdict.Integrity, verdict.Fail, verdict.Appended},
		{verdict.Integrity, verdict.Fail, verdict.Updated}, {verdict.Integrity, verdict.Fail, verdict.Repacked},
		{verdict.Integrity, verdict.Unsure, verdict.UnknownKey}, {verdict.Integrity, verdict.Unsure, verdict.NotOriginal}, {verdict.Integrity, verdict.NotAsked, verdict.Omitted},
		{verdict.Issuer, verdict.Pass, verdict.Fine}, {verdict.Issuer, verdict.Fail, verdict.Untrusted},
		{verdict.Integrity, verdict.Fail, verdict.OutsideDays}, {verdict.Issuer, verdict.Fail, verdict.WrongIssuer},
		{verdict.Issuer, verdict.Fail, verdict.OutsideDays}, {verdict.Issuer, verdict.Fail, verdict.TimeDiffers},
		{verdict.Copy, verdict.Fail, verdict.FileNotRegistered}, {verdict.Copy, verdict.Unsure, verdict.FileUnrecorded},
		{verdict.Numbers, verdict.Pass, verdict.Fine}, {verdict.Numbers, verdict.Fail, verdict.WrongNumber},
		{verdict.Certificate, verdict.Pass, verdict.Fine}, {verdict.Certificate, verdict.Fail, verdict.Cancelled},
		{verdict.Certificate, verdict.Fail, verdict.Lapsed}, {verdict.Certificate, verdict.Fail, verdict.Restricted},
		{verdict.Certificate, verdict.Unsure, verdict.Unreachable}, {verdict.Certificate, verdict.Unsure, verdict.NoRecord},
		{verdict.Copy, verdict.Pass, verdict.Fine}, {verdict.Copy, verdict.Fail, verdict.Expired},
		{verdict.Copy, verdict.Fail, verdict.NotYet}, {verdict.Copy, verdict.Fail, verdict.Withdrawn},
		{verdict.Copy, verdict.Fail, verdict.Superseded}, {verdict.Copy, verdict.Fail, verdict.NoRecord},
		{verdict.Copy, verdict.Fail, verdict.Mismatch}, {verdict.Copy, verdict.Fail, verdict.Changed},
		{verdict.Copy, verdict.Unsure, verdict.Changed}, {verdict.Copy, verdict.Unsure, verdict.Unreachable},
		{verdict.Copy, verdict.Unsure, verdict.NoRecord}, {verdict.Copy, verdict.NotAsked, verdict.Omitted},
		{verdict.Specialty, verdict.Pass, verdict.Fine}, {verdict.Specialty, verdict.Fail, verdict.NotRegistered},
		{verdict.Specialty, verdict.Fail, verdict.Expired}, {verdict.Specialty, verdict.Fail, verdict.NotYet},
		{verdict.Purpose, verdict.Pass, verdict.Fine}, {verdict.Purpose, verdict.Fail, verdict.Mismatch},
		{verdict.Purpose, verdict.Unsure, verdict.Undeclared},
		{verdict.Reliance, verdict.Pass, verdict.Fine}, {verdict.Reliance, verdict.Fail, verdict.NotYet},
		{verdict.Reliance, verdict.Fail, verdict.NotOnThatDay},
		{verdict.Freshness, verdict.Pass, verdict.Live}, {verdict.Freshness, verdict.Unsure, verdict.Offline},
		{verdict.Paper, verdict.NotAsked, verdict.SignByHand},
	} {
		if !seen[row] {
			missing = append(missing, row.String())
		}
	}
	if missing != nil {
		t.Errorf("no case ends in %q", missing)
	}
}

func TestNothingIsValidWithoutTheRegistryAndNoReceiptEver(t *testing.T) {
	for _, c := range readAll(t) {
		if c.Offline != nil && c.Offline.Overall == verdict.Valid {
			t.Errorf("%s is valid without the registry", c.Name)
		}
		if c.Receipt != nil && c.Online.Overall == verdict.Valid {
			t.Errorf("%s is valid", c.Name)
		}
	}
}

func TestEveryKeyIsExplained(t *testing.T) {
	page, err := os.ReadFile("../../../docs/verification.md")
	if err != nil {
		t.Fatal(err)
	}
	for key := range (&reader{}).keys() {
		if !strings.Contains(string(page), "`"+key+"`") {
			t.Errorf("docs/verification.md does not explain `%s`", key)
		}
	}
}

func TestWhatIsNoCase(t *testing.T) {
	good, err := Text("token-good")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(good), "\n")
	without := func(prefix string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.HasPrefix(l, prefix) }), "\n")
	}
	for name, test := range map[string]struct{ text, says string }{
		"an unknown key":             {string(good) + "asof: 2026-12-01\n", "no such key"},
		"an unknown row":             {string(good) + "check.colour: pass fine\n", "no such key"},
		"a key twice":                {string(good) + "overall: valid\n", "it stands there twice"},
		"no key at all":              {string(good) + "valid\n", "is no `key: value`"},
		"a row missing":              {without("check.copy"), "9 rows, want 10"},
		"no comment":                 {without("comment"), "comment is missing"},
		"no verdict":                 {without("overall"), "overall is missing"},
		"no verdict offline":         {without("offline"), "offline.overall is for everything but a number"},
		"an idle offline row":        {string(good) + "offline.check.issuer: pass fine\n", "says what check.issuer says"},
		"what is said of no receipt": {string(good) + "said.overall: valid\n", "are for a genuine receipt"},
		"an impossible day":          {string(good) + "asOf: 2026-02-30\n", "asOf"},
		"a verdict there is none":    {strings.Replace(string(good), "overall: valid", "overall: good", 1), "is none of"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse("x", test.text); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}

func TestOfflineTheRowsAreTheOnlineOnesButForThoseGiven(t *testing.T) {
	c, err := Read("token-expired")
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(c.Online.Rows)
	want[3] = Row{verdict.Certificate, verdict.Unsure, verdict.Unreachable}
	want[8] = Row{verdict.Freshness, verdict.Unsure, verdict.Offline}
	if diff := cmp.Diff(want, c.Offline.Rows); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"token-good", "receipt-states-its-day", "pdf-good", "number-right"} {
		text, err := Text(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("x", text)
		if err == nil && (c.Comment == "" || c.Online.Overall == "" || len(c.Online.Rows) == 0) {
			t.Errorf("a case without an expectation: %+v", c)
		}
	})
}

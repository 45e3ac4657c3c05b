package credential

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/internal/measure"
)

// surroundings are the texts of testdata/surroundings.json, which the verify page's module reads
// too.
type surroundings struct {
	Token, Other, Receipt, Secret string
	Cases                         []struct{ Is, Text, Token, Consent, Receipt, Error string }
}

func readSurroundings(t testing.TB) (s surroundings) {
	t.Helper()
	data, err := os.ReadFile("testdata/surroundings.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{token}", s.Token, "{other}", s.Other, "{receipt}", s.Receipt, "{secret}", s.Secret).Replace
	for i, c := range s.Cases {
		s.Cases[i].Text, s.Cases[i].Token, s.Cases[i].Consent, s.Cases[i].Receipt = fill(c.Text), fill(c.Token), fill(c.Consent), fill(c.Receipt)
	}
	return s
}

func TestWhatSurroundsATokenIsNoPartOfIt(t *testing.T) {
	for _, c := range readSurroundings(t).Cases {
		t.Run(c.Is, func(t *testing.T) {
			got, err := Find(c.Text)
			switch want := map[string]error{"nothing": ErrNothing, "several": ErrSeveral}[c.Error]; {
			case !errors.Is(err, want):
				t.Fatalf("got %v, want %v", err, want)
			}
			if diff := cmp.Diff(Content{Token: c.Token, Consent: c.Consent, Receipt: c.Receipt}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever text is around it, the token is found, or it is said that there are several.
func TestATokenIsFoundInAnyText(t *testing.T) {
	s := readSurroundings(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,40}`), rapid.SampledFrom([]string{"", s.Token, s.Other, s.Receipt, "\r\n"}))
		before := text.Draw(t, "before") + rapid.SampledFrom([]string{" ", "#", "：", "<", "\"", "\n", "%23"}).Draw(t, "start")
		after := rapid.SampledFrom([]string{"", " ", "&", "#", "。", ". ", ">", "\n", "%E3"}).Draw(t, "end")
		if after != "" {
			after += text.Draw(t, "after")
		}
		got, err := Find(before + s.Token + after)
		switch others := strings.Contains(before+after, s.Other) || strings.Contains(before+after, s.Receipt); {
		case others && !errors.Is(err, ErrSeveral):
			t.Errorf("one of several is found: %+v, %v", got, err)
		case !others && (err != nil || got.Token != s.Token):
			t.Errorf("found %+v, %v", got, err)
		}
	})
}

// A text that was made to take long takes as long as any other of its length.
func TestFindingTakesNoLongerThanReading(t *testing.T) {
	s := readSurroundings(t)
	for name, text := range map[string]string{
		"the same again and again": strings.Repeat("eyJ.a&", 11_000), "headers without end": strings.Repeat("eyJ", 22_000) + ".a", "dots": "eyJ" + strings.Repeat(".", 65_000),
		"consents": s.Token + strings.Repeat("&consent", 8000), "line breaks": strings.Repeat("eyJ\n", 16_000), "percents": strings.Repeat("%23eyJ.", 9000),
	} {
		cost := measure.Of(func() { _, _ = FindAlone(text) })
		if limit := uint64(8 << 20); cost.Bytes > limit {
			t.Errorf("%s: %d bytes allocated for %d", name, cost.Bytes, len(text))
		}
	}
}

// FuzzFind requires that what is found stands in the text, but for what is removed from within.
func FuzzFind(f *testing.F) {
	for _, c := range readSurroundings(f).Cases {
		f.Add(c.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Find(text)
		if err != nil && got != (Content{}) {
			t.Errorf("%v, and %+v", err, got)
		}
		if err != nil {
			return
		}
		if (got.Token == "") == (got.Receipt == "") {
			t.Errorf("found %+v", got)
		}
		again, err := Find(got.Token + got.Receipt)
		if got.Consent = ""; err != nil || again != got {
			t.Errorf("found %+v, and in that %+v, %v", got, again, err)
		}
	})
}

// A file with nothing but a token of another spelling is that token, and is judged.
func TestAFileOfATokenAloneIsThatToken(t *testing.T) {
	s := readSurroundings(t)
	for text, want := range map[string]string{
		s.Token + "=\n": s.Token + "=", s.Token + "x\r\n": s.Token + "x", "“" + s.Token + "”": s.Token, s.Token[:90] + "=\r\n" + s.Token[90:] + "\r\n": s.Token,
		"https://jiazhu.example.cn/v#" + s.Token + "&shareTo=weixin\n": s.Token, "<https://jiazhu.example.cn/v#" + s.Token + ">": s.Token,
	} {
		if got, err := FindAlone(text); err != nil || got.Token != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"valid\n" + s.Token, s.Token + "\nvalid", s.Token + " valid", "有效" + s.Token, "<html><h1>&#26377;&#25928;</h1><i>" + s.Token + "</i></html>", "<b>" + s.Token + "</b>", `{"valid":"` + s.Token + `"}`, s.Token[:90] + "\n" + s.Token[90:] + "\nvalid"} {
		if got, err := FindAlone(text); !errors.Is(err, ErrBeside) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

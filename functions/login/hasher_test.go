package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

func TestTheCostsAreOWASPs(t *testing.T) {
	h := newHasher()
	phc := h.hash("correct horse battery")
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %s", phc)
	}
	if ok, outdated := h.verify(phc, "correct horse battery"); !ok || outdated || matches(h, phc, "correct horse batterz") {
		t.Error("the hash is not of its password")
	}
	if h.hash("correct horse battery") == phc {
		t.Error("two hashes of one password are the same")
	}
}

// TestAVectorMadeElsewhere is from the reference implementation:
// echo -n "password" | argon2 somesalt -id -t 2 -k 65536 -p 1 (phc-winner-argon2, README).
func TestAVectorMadeElsewhere(t *testing.T) {
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	h := newHasher()
	ok, outdated := h.verify(phc, "password")
	if !ok || matches(h, phc, "Password") {
		t.Error("the vector does not verify")
	}
	if !outdated {
		t.Error("other costs are not stale")
	}
}

func TestComposedAndDecomposedAreOnePassword(t *testing.T) {
	h := hasher{params: params{memory: 8, time: 1, threads: 1}, derive: newHasher().derive}
	if !matches(h, h.hash("caf\u00e9 au lait"), "cafe\u0301 au lait") {
		t.Error("they are two")
	}
}

// TestAHashOfAFormerFormIsMadeAnew: a password that was hashed before NFKC opens its account once more and is hashed
// anew, whichever way it is typed the first time.
func TestAHashOfAFormerFormIsMadeAnew(t *testing.T) {
	calls := 0
	h := hasher{params: params{memory: 8, time: 1, threads: 1}, derive: func(password, salt []byte, p params) []byte {
		calls++
		return newHasher().derive(password, salt, p)
	}}
	hashAs := func(form string) string { // what a version before NFKC stored
		salt := []byte("sixteen bytes of")
		return fmt.Sprintf("$argon2id$v=19$m=8,t=1,p=1$%s$%s", base64.RawStdEncoding.EncodeToString(salt),
			base64.RawStdEncoding.EncodeToString(newHasher().derive([]byte(form), salt, h.params)))
	}
	for _, c := range []struct {
		form, typed  string
		ok, outdated bool
		calls        int
	}{
		{"ｃｏｒｒｅｃｔ horse", "ｃｏｒｒｅｃｔ horse", true, true, 2},           // composed
		{"ｃｏｒｒｅｃｔ\u3000horse", "ｃｏｒｒｅｃｔ\u3000horse", true, true, 3}, // composed, with the space as typed
		{"correct horse", "ｃｏｒｒｅｃｔ　horse", true, false, 1},          // NFKC
		{"ｃｏｒｒｅｃｔ horse", "correct horse", false, false, 1},         // it was another password, and still is
		{"correct horse", "battery staple", false, false, 1},
		{"correct horse", "ｂａｔｔｅｒｙ　staple", false, false, 3},
	} {
		phc := hashAs(c.form)
		calls = 0
		if ok, outdated := h.verify(phc, c.typed); ok != c.ok || outdated != c.outdated || calls != c.calls {
			t.Errorf("%+q for %+q: %v, outdated %v, %d derivations", c.typed, c.form, ok, outdated, calls)
		}
	}
	if ok, outdated := h.verify(h.hash("ｃｏｒｒｅｃｔ horse"), "correct horse"); !ok || outdated {
		t.Error("a full-width letter is not the ordinary one")
	}
}

func matches(h hasher, phc, password string) bool {
	ok, _ := h.verify(phc, password)
	return ok
}

// TestEverySpaceIsOne: RFC 8265, 4.2.2, and the examples 2 and 6 of 4.3.
func TestEverySpaceIsOne(t *testing.T) {
	h := hasher{params: params{memory: 8, time: 1, threads: 1}, derive: newHasher().derive}
	for _, space := range "\u00A0\u1680\u2000\u2003\u2009\u202F\u205F\u3000" {
		typed := "Jack" + string(space) + "of diamonds"
		for password, phc := range map[string]string{typed: h.hash("Jack of diamonds"), "Jack of diamonds": h.hash(typed)} {
			if ok, outdated := h.verify(phc, password); !ok || outdated {
				t.Errorf("U+%04X: %v, outdated %v", space, ok, outdated)
			}
		}
	}
	for _, other := range []string{"Jackof diamonds", "Jack  of diamonds", "jack of diamonds", "Jack\u200Bof diamonds"} {
		if matches(h, h.hash("Jack of diamonds"), other) {
			t.Errorf("%+q is the same", other)
		}
	}
}

func TestDamagedHashesCostOneDerivationAndFail(t *testing.T) {
	calls := 0
	h := hasher{params: params{memory: 8, time: 1, threads: 1}, derive: func(password, salt []byte, p params) []byte {
		calls++
		return newHasher().derive(password, salt, p)
	}}
	good := h.hash("x")
	for _, phc := range []string{
		"", "x", good + "$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=8", "m=99999999", 1), strings.Replace(good, "m=8", "m=08", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "p=1", "p=1,x=1", 1), good[:len(good)-4], strings.Repeat("$", 5),
		"$argon2id$v=19$m=8,t=1,p=1$$" + strings.Repeat("A", 43),
	} {
		calls = 0
		if ok, outdated := h.verify(phc, "x"); ok || outdated || calls != 1 {
			t.Errorf("%q: %d derivations", phc, calls)
		}
	}
	// The hash of an empty password must not match an account without a password.
	if matches(h, "", "") {
		t.Error("an account without a password has the empty one")
	}
}

func TestPasswordStrength(t *testing.T) {
	for password, want := range map[string]string{
		"correct horse battery":    "",
		"Jiazhu-demo-2026":         "",
		"我的猫喜欢在晚上唱歌":               "",
		"9 chars..":                "length",
		strings.Repeat("ab1x", 32): "",
		strings.Repeat("ab1x", 33): "length",
		"my zhangsan 1980!":        "username",
		"ZHANGSAN-zhang":           "username",
		"password2026":             "context common",
		"Password!!!":              "context common",
		"Jiazhu-2026!!":            "context",
		"MOHURD-jianzaoshi-1":      "context",
		"电子证照加注密码123":              "context",
		"jiazhu of the seven seas": "",
		"1qaz2wsx3edc":             "common",
		"woaini1314":               "common",
		"1314520520":               "common",
		"aaaaaaaaaaaa":             "simple",
		"1212121212":               "common simple",
		"abcdefghijkl":             "simple",
		"1234567890":               "simple",
		"zyxwvutsrqpo":             "simple",
		"tab\tin the middle":       "control",
		"":                         "length simple",
		"TestPerson":               "context",
		"Test Person":              "context",
		"person_TEST-2026":         "context",
		"ＴｅｓｔＰｅｒｓｏｎ１９":             "context",
		"Test Person of Hill Road": "",
		"ｐａｓｓｗｏｒｄ１２":               "context common",
		"pass-word-1234":           "context common",
		"Ｊｉａｚｈｕ－２０２６！！":            "context",
		"z.h.a.n.g.s.a.n.x":        "username",
		"ｑｗｅｒｔｙｕｉｏｐ":               "common",
		"correct\u200bhorse1":      "control",
		"Soso123aljg":              "breached",
		"SOSO-123-ALJG":            "breached",
		"usuckballz1":              "breached",
		"correct\u0378horse1":      "control",
		"correct\u2060horse1":      "control",
		"correct\ue000horse1":      "control",
		"correct\u3000horse1":      "",
		"ｃｏｒｒｅｃｔhorse1":            "",
	} {
		err := checkStrength(password, identity.Account{Username: "zhangsan", Name: "Test Person"})
		var got []string
		if p, ok := problem.As(err); ok {
			for _, f := range p.Fields {
				got = append(got, strings.TrimPrefix(f.Rule, "password."))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q breaks %v, want %q", password, got, want)
		}
	}
	if checkStrength("lee is not in this", identity.Account{Username: "le"}) != nil || checkStrength("le-1234567890", identity.Account{Username: "le"}) == nil {
		t.Error("a short user name is looked for in the wrong way")
	}
}

// A password that was set before some characters were refused still opens its account.
func TestAPasswordWithAnInvisibleCharacterStillLogsIn(t *testing.T) {
	h := newHasher()
	if old := "correct\u200bhorse1"; !matches(h, h.hash(old), old) {
		t.Error("it does not")
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, phc string) {
		p, salt, sum, ok := parsePHC(phc)
		if ok && (p.memory > 128<<10 || p.time > 16 || p.threads < 1 || len(salt) < 8 || len(sum) != hashSize) {
			t.Errorf("%q is accepted as %+v", phc, p)
		}
	})
}

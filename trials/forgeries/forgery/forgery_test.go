package forgery

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

func TestForgeriesAreManyAndDistinctAndAlwaysTheSame(t *testing.T) {
	w := newFixture(t)
	all := w.allForgeries(t)
	again := w.allForgeries(t)
	genuine := map[[sha256.Size]byte]bool{}
	for _, f := range w.genuine.Files() {
		genuine[sha256.Sum256(f)] = true
	}
	seen, paths := map[string]string{}, map[string]bool{}
	for i, f := range all {
		if paths[f.Path()] {
			t.Errorf("two are called %s", f.Path())
		}
		paths[f.Path()] = true
		if f.AsOf.IsZero() && genuine[f.Digest()] { // on another day a good copy is handed in as it is
			t.Errorf("%s is a genuine file", f.Path())
		}
		key := fmt.Sprintf("%s %s %x", f.Form, f.AsOf, f.Digest())
		if before, twice := seen[key]; twice {
			t.Errorf("%s is the same as %s", f.Path(), before)
		}
		seen[key] = f.Path()
		if i >= len(again) || again[i].Path() != f.Path() {
			t.Errorf("%s is not in its place when the list is made again", f.Path())
		}
	}
	if len(all) < 400 {
		t.Errorf("%d forgeries, want 400 or more", len(all))
	}
}

// A forgery that is refused for a mistake of this package proves nothing. So those that are signed are
// examined with whom they would have to be signed by trusted.
func TestForgersSignAsWellAsTheService(t *testing.T) {
	w := newFixture(t)
	trusts := map[Attacker]evidence.Trust{}
	for attacker, bundle := range map[Attacker][]byte{Outsider: w.foreignIssuer.Trust, Subscriber: w.issuer.Trust, StolenKeys: w.issuer.Trust} {
		trust, err := evidence.ParseTrust(bundle)
		if err != nil {
			t.Fatal(err)
		}
		trusts[attacker] = trust
	}
	whole, trusted := map[string]int{}, map[string]int{}
	for _, f := range w.allForgeries(t) {
		trust, signs := trusts[f.Attacker]
		if !signs || f.Form != PDF && f.Form != OFD {
			continue
		}
		e := evidence.Examine(f.Data, trust)
		if e.Integrity.Result != verdict.Pass {
			continue
		}
		whole[string(f.Attacker)+": "+f.Kind]++
		if e.Issuer.Result == verdict.Pass {
			trusted[string(f.Attacker)+": "+f.Kind]++
		}
	}
	const outsider, subscriber, stolenKeys = "stranger: ", "subscriber: ", "thief: "
	for kind, want := range map[string]int{
		outsider + "PDF: drawn anew, signed by its own authority, with the genuine JSON":                  17,
		outsider + "OFD: drawn anew, sealed by its own authority, with the genuine JSON":                  17,
		outsider + "PDF: edited and signed by its own authority":                                          20,
		outsider + "OFD: edited and sealed by its own authority":                                          15,
		subscriber + "PDF: drawn anew, signed with a certificate of the same name, with the genuine JSON": 17,
		subscriber + "OFD: drawn anew, sealed with a certificate of the same name, with the genuine JSON": 17,
		subscriber + "PDF: signed with a certificate for another purpose":                                 20,
		subscriber + "OFD: sealed with a certificate for another purpose":                                 20,
		stolenKeys + "PDF: drawn anew with the genuine JSON":                                              17,
		stolenKeys + "OFD: drawn anew with the genuine JSON":                                              17,
		stolenKeys + "PDF: a copy that was never registered":                                              5,
		stolenKeys + "OFD: a copy that was never registered":                                              5,
		stolenKeys + "PDF: edited and signed":                                                             20,
		stolenKeys + "OFD: edited and sealed":                                                             15,
	} {
		if whole[kind] < want {
			t.Errorf("%s: %d are whole, want %d or more", kind, whole[kind], want)
		}
		if !strings.HasPrefix(kind, subscriber) && trusted[kind] < want {
			t.Errorf("%s: the issuer of %d is trusted, want %d or more", kind, trusted[kind], want)
		}
	}
	for kind, n := range trusted {
		if strings.HasPrefix(kind, subscriber) {
			t.Errorf("%s: %d are trusted", kind, n)
		}
	}
}

func TestFilesComeTogetherAsTheyWere(t *testing.T) {
	w := newFixture(t)
	for name, page := range map[string][]byte{"a copy": w.genuine.Copy.PDF, "a receipt": w.genuine.Copy.Receipt.Page} {
		f := openPDF(page)
		again := openPDF(f.bytes())
		if len(again.plainObjects) != len(f.plainObjects) || len(again.packedObjects) != len(f.packedObjects) || again.header != f.header {
			t.Errorf("%s: %d and %d objects become %d and %d", name, len(f.plainObjects), len(f.packedObjects), len(again.plainObjects), len(again.packedObjects))
		}
		for _, o := range append(f.plainObjects, f.packedObjects...) {
			if !strings.Contains(string(o.body), "/Type/Sig/") && string(again.objectByNumber(o.number).body) != string(o.body) { // but for its byte range
				t.Errorf("%s: object %d changed", name, o.number)
			}
		}
	}
	o := openOFD(w.genuine.Copy.OFD)
	o.refit()
	if string(o.bytes()) != string(w.genuine.Copy.OFD) {
		t.Error("digests of an untouched OFD change")
	}
	if j := openJWS(w.genuine.Copy.Token()); j.text() != w.genuine.Copy.Token() {
		t.Error("a code changes")
	}
}

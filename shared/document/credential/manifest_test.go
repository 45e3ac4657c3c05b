package credential

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func someManifest(t testing.TB) Manifest {
	t.Helper()
	at := time.Date(2021, 4, 22, 10, 21, 33, 0, civil.Zone())
	r := someReceipt(t)
	return Manifest{
		Format: ManifestFormat, Job: copyID, At: at, Service: "https://jiazhu.example.cn",
		Asker: Asker{Client: "agency", ClientName: "丁公司"}, Question: ReceiptQuestion{AsOf: day(t, "2021-05-18")},
		Archive: ManifestArchive{strings.Repeat("0f", 32), 77}, Count: 2,
		Entries: []ManifestEntry{
			{
				Path: "甲/证书<1>.pdf", SHA256: strings.Repeat("1e", 32), Size: 7, CheckedAt: at, Given: "pdf", AsOf: day(t, "2021-05-18"), Claim: r.Claim,
				Verdict: "valid", Name: "有效", Checks: []ManifestCheck{{"integrity", "pass", "fine"}}, Ends: r.Verdict.Ends,
			},
			{Path: "../x", Size: 7, CheckedAt: at, Refused: "path-leads", Text: "未予读取", Verdict: "unknown", Name: "无法确认"},
		},
	}
}

func TestAManifestIsReadAsItWasIssued(t *testing.T) {
	signer, want := newSigner(t, "V0J8"), someManifest(t)
	text, err := IssueManifest(t.Context(), signer, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseManifest(text, receiptKeys(t, signer))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := ParseReceipt(text, receiptKeys(t, signer)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a manifest passes for a receipt: %v", err)
	}
	if _, err := ParseManifest(text, receiptKeys(t, newSigner(t, "V0J8"))); !errors.Is(err, ErrSignature) {
		t.Errorf("of another key: %v", err)
	}
}

func TestAnEntryThatIsRemovedAddedOrChangedIsNoticed(t *testing.T) {
	signer := newSigner(t, "V0J8")
	text, err := IssueManifest(t.Context(), signer, someManifest(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Manifest){
		"removed": func(m *Manifest) { m.Entries, m.Count = m.Entries[1:], 1 },
		"added":   func(m *Manifest) { m.Entries, m.Count = append(m.Entries, m.Entries[0]), 3 },
		"changed": func(m *Manifest) { m.Entries[0].Verdict = "invalid" },
		"moved":   func(m *Manifest) { m.Entries[0], m.Entries[1] = m.Entries[1], m.Entries[0] },
	} {
		m := someManifest(t)
		change(&m)
		body, err := marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(text, ".")
		parts[1] = encoding.EncodeToString(body)
		if _, err := ParseManifest(strings.Join(parts, "."), receiptKeys(t, signer)); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAManifestThatIsIncompleteIsNotIssued(t *testing.T) {
	signer := newSigner(t, "V0J8")
	for name, spoil := range map[string]func(*Manifest){
		"no job":                       func(m *Manifest) { m.Job = "x" },
		"nobody":                       func(m *Manifest) { m.Asker.ClientName = "" },
		"no day":                       func(m *Manifest) { m.Entries[0].AsOf = civil.Date{} },
		"no archive":                   func(m *Manifest) { m.Archive.SHA256 = "" },
		"no entry":                     func(m *Manifest) { m.Entries = nil },
		"an entry without a verdict":   func(m *Manifest) { m.Entries[0].Verdict = "" },
		"a digest of what was refused": func(m *Manifest) { m.Entries[1].SHA256 = m.Entries[0].SHA256 },
		"a refused one that is valid":  func(m *Manifest) { m.Entries[1].Verdict = "valid" },
	} {
		m := someManifest(t)
		spoil(&m)
		if _, err := IssueManifest(t.Context(), signer, m); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := someManifest(t)
	if m.Count = 3; m.check() == nil {
		t.Error("a wrong count passes")
	}
}

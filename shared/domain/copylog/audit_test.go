package copylog_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"filippo.io/torchwood"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
)

// day is when the first of the copies is made; one is made every ten seconds and logged a minute later.
var day = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func entryOf(n int) copylog.Entry {
	at := day.Add(time.Duration(n) * 10 * time.Second)
	return copylog.Entry{Made: at, Logged: at.Add(time.Minute), Commitment: sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))}
}

func listEntries(n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = entryOf(i).Bytes()
	}
	return all
}

const size = 700

func audit(t *testing.T, k sequencetest.Keys, b torchwood.TileReader, kept *copylog.Kept, earlier ...[]byte) copylog.Report {
	t.Helper()
	auditor := copylog.Auditor{Trust: k.Trust, Delay: copylog.Delay, Now: day.Add(3 * time.Hour)}
	report, err := auditor.Audit(t.Context(), b, kept, earlier...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func kindsOf(r copylog.Report) (kinds []copylog.Kind) {
	for _, f := range r.Findings {
		if !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

// TestAnAuditNoticesWhatAnOperatorDoes who has the log's key: the log is signed anew each time. Who audits keeps a checkpoint
// of 600 entries.
func TestAnAuditNoticesWhatAnOperatorDoes(t *testing.T) {
	keys := sequencetest.NewKeys()
	before := must(sequencetest.Forge(keys, listEntries(600)))
	first := audit(t, keys, before, nil)
	if first.Found != 0 || first.Read != 600 {
		t.Fatalf("%+v", first)
	}
	kept := first.Kept
	kept.Seen = entryOf(600).Logged
	backdated := func(made, logged time.Time) []byte {
		return copylog.Entry{Made: made, Logged: logged, Commitment: entryOf(9999).Commitment}.Bytes()
	}
	last := entryOf(size).Logged
	for name, test := range map[string]struct {
		change func(all [][]byte) [][]byte
		want   []copylog.Kind // with the kept checkpoint
		alone  []copylog.Kind // without
	}{
		"nothing":                  {func(all [][]byte) [][]byte { return all }, nil, nil},
		"nothing new":              {func(all [][]byte) [][]byte { return all[:600] }, nil, nil},
		"an entry is hidden":       {func(all [][]byte) [][]byte { return slices.Delete(all, 300, 301) }, []copylog.Kind{copylog.Rewritten}, nil},
		"the first is hidden":      {func(all [][]byte) [][]byte { return all[1:] }, []copylog.Kind{copylog.Rewritten}, nil},
		"the last are hidden":      {func(all [][]byte) [][]byte { return all[:599] }, []copylog.Kind{copylog.Rewritten}, nil},
		"everything is hidden":     {func(all [][]byte) [][]byte { return nil }, []copylog.Kind{copylog.Rewritten}, nil},
		"an entry is changed":      {func(all [][]byte) [][]byte { all[300] = entryOf(9999).Bytes(); return all }, []copylog.Kind{copylog.Rewritten}, []copylog.Kind{copylog.Premature, copylog.Disordered}},
		"the last kept is changed": {func(all [][]byte) [][]byte { all = all[:600]; all[599][40] ^= 1; return all }, []copylog.Kind{copylog.Rewritten}, nil},
		"one is put between":       {func(all [][]byte) [][]byte { return slices.Insert(all, 300, all[300]) }, []copylog.Kind{copylog.Rewritten}, nil},
		"two change places":        {func(all [][]byte) [][]byte { all[300], all[301] = all[301], all[300]; return all }, []copylog.Kind{copylog.Rewritten}, []copylog.Kind{copylog.Disordered}},
		"one is back-dated":        {func(all [][]byte) [][]byte { return append(all, backdated(day, last)) }, []copylog.Kind{copylog.Late}, []copylog.Kind{copylog.Late}},
		"one is logged back-dated": {func(all [][]byte) [][]byte { return append(all, backdated(day, day.Add(time.Minute))) }, []copylog.Kind{copylog.Disordered, copylog.Backdated}, []copylog.Kind{copylog.Disordered}},
		"one is back-dated in order": {func(all [][]byte) [][]byte {
			return append(all[:600], backdated(entryOf(599).Made, entryOf(599).Logged))
		}, nil, nil},
		"one is of tomorrow": {func(all [][]byte) [][]byte {
			return append(all, backdated(last.Add(24*time.Hour), last.Add(24*time.Hour)))
		}, []copylog.Kind{copylog.Premature}, []copylog.Kind{copylog.Premature}},
		"one is made after its entry": {func(all [][]byte) [][]byte { return append(all, backdated(last.Add(time.Hour), last)) }, []copylog.Kind{copylog.Premature}, []copylog.Kind{copylog.Premature}},
		"one is in no form":           {func(all [][]byte) [][]byte { return append(all, []byte("an entry")) }, []copylog.Kind{copylog.Unreadable}, []copylog.Kind{copylog.Unreadable}},
		"one is of many bytes":        {func(all [][]byte) [][]byte { return append(all, bytes.Repeat([]byte{1}, 60_000)) }, []copylog.Kind{copylog.Unreadable}, []copylog.Kind{copylog.Unreadable}},
	} {
		t.Run(name, func(t *testing.T) {
			b := must(sequencetest.Forge(keys, test.change(listEntries(size))))
			if got := audit(t, keys, b, &kept); !slices.Equal(kindsOf(got), test.want) {
				t.Errorf("with a kept checkpoint: %+v", got.Findings)
			}
			if got := audit(t, keys, b, nil); !slices.Equal(kindsOf(got), test.alone) {
				t.Errorf("without: %+v", got.Findings)
			}
		})
	}
	// Who was away for hours knows that the log had no such entry when it was seen.
	kept.Seen = entryOf(599).Logged.Add(2 * time.Hour)
	b := must(sequencetest.Forge(keys, append(listEntries(600), backdated(entryOf(599).Made, entryOf(599).Logged))))
	if got := audit(t, keys, b, &kept); !slices.Equal(kindsOf(got), []copylog.Kind{copylog.Backdated}) {
		t.Errorf("back-dated to before the last audit: %+v", got.Findings)
	}
	// A late copy is reported once.
	b = must(sequencetest.Forge(keys, append(listEntries(size), backdated(day, last))))
	kept = copylog.Kept{Seen: last, Checkpoint: string(must(b.ReadEndpoint(t.Context(), "checkpoint")))}
	if got := audit(t, keys, b, &kept); got.Found != 0 || got.Earlier != 1 {
		t.Errorf("a late copy of which an audit before told: %+v", got)
	}
	// A proof's checkpoint is one more that the log has to contain.
	fork := must(sequencetest.Forge(keys, slices.Delete(listEntries(600), 5, 6)))
	if got := audit(t, keys, b, nil, must(fork.ReadEndpoint(t.Context(), "checkpoint"))); !slices.Equal(kindsOf(got), []copylog.Kind{copylog.Rewritten}) {
		t.Errorf("a proof of another log: %+v", got.Findings)
	}
}

// TestAnAuditNoticesWhatAServerDoes that has not the log's key.
func TestAnAuditNoticesWhatAServerDoes(t *testing.T) {
	keys := sequencetest.NewKeys()
	good := must(sequencetest.Forge(keys, listEntries(size)))
	change := func(name string) func(b *sequencetest.Bucket) {
		return func(b *sequencetest.Bucket) {
			data := bytes.Clone(must(b.ReadEndpoint(t.Context(), name)))
			data[35] ^= 1
			b.Set(name, data)
		}
	}
	other := must(sequencetest.Forge(sequencetest.NewKeys(), listEntries(size)))
	for name, test := range map[string]struct {
		change func(b *sequencetest.Bucket)
		want   copylog.Kind // "" where the log cannot be read
	}{
		"an entry is changed":             {change("tile/entries/000"), copylog.Altered},
		"an entry at the end is changed":  {change("tile/entries/002.p/188"), copylog.Altered},
		"a hash is changed":               {change("tile/0/001"), copylog.Altered},
		"a hash at the end is changed":    {change("tile/0/002.p/188"), copylog.Altered},
		"a hash above is changed":         {change("tile/1/000.p/2"), copylog.Altered},
		"a bundle is missing":             {func(b *sequencetest.Bucket) { b.Remove("tile/entries/001") }, ""},
		"a tile is missing":               {func(b *sequencetest.Bucket) { b.Remove("tile/0/001") }, ""},
		"the checkpoint is missing":       {func(b *sequencetest.Bucket) { b.Remove("checkpoint") }, ""},
		"the checkpoint is another log's": {func(b *sequencetest.Bucket) { b.Set("checkpoint", must(other.ReadEndpoint(t.Context(), "checkpoint"))) }, copylog.Unsigned},
		"the checkpoint is not signed":    {func(b *sequencetest.Bucket) { b.Set("checkpoint", []byte(sequencetest.Origin+"\n0\n\n\n")) }, copylog.Unsigned},
		"a bundle has one entry less": {func(b *sequencetest.Bucket) {
			b.Set("tile/entries/000", must(b.ReadEndpoint(t.Context(), "tile/entries/000"))[51:])
		}, copylog.Altered},
		"a bundle has more": {func(b *sequencetest.Bucket) {
			b.Set("tile/entries/000", append(must(b.ReadEndpoint(t.Context(), "tile/entries/000")), 0))
		}, copylog.Altered},
		"a bundle stands in another place": {func(b *sequencetest.Bucket) {
			b.Set("tile/entries/000", must(b.ReadEndpoint(t.Context(), "tile/entries/001")))
		}, copylog.Altered},
	} {
		t.Run(name, func(t *testing.T) {
			b := good.Clone()
			test.change(b)
			auditor := copylog.Auditor{Trust: keys.Trust, Delay: copylog.Delay, Now: day.Add(3 * time.Hour)}
			got, err := auditor.Audit(t.Context(), b, nil)
			if test.want == "" && err == nil || test.want != "" && (err != nil || !slices.Equal(kindsOf(got), []copylog.Kind{test.want})) {
				t.Errorf("%+v, %v", got.Findings, err)
			}
		})
	}
}

func TestAnAuditComparesTimesWithThoseOfWitnesses(t *testing.T) {
	keys := sequencetest.NewKeys()
	witness := sequencetest.NewWitness("witness.example.test")
	var err error
	if keys.Trust, err = copylog.NewTrust(keys.Public, []string{witness.Public}, 1); err != nil {
		t.Fatal(err)
	}
	// The witness signs now; the entry states tomorrow, and so does the clock of who audits.
	tomorrow := time.Now().Add(24 * time.Hour).Truncate(time.Second)
	b := must(sequencetest.Forge(keys, [][]byte{copylog.Entry{Made: tomorrow, Logged: tomorrow}.Bytes()}))
	b.Set("checkpoint", must(witness.Cosign(must(b.ReadEndpoint(t.Context(), "checkpoint")))))
	auditor := copylog.Auditor{Trust: keys.Trust, Delay: copylog.Delay, Now: tomorrow.Add(time.Hour)}
	got, err := auditor.Audit(t.Context(), b, nil)
	if err != nil || !slices.Equal(kindsOf(got), []copylog.Kind{copylog.Premature}) || len(got.Witnessed) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsKeptIsOfTheSameLog(t *testing.T) {
	keys := sequencetest.NewKeys()
	b := must(sequencetest.Forge(keys, listEntries(3)))
	other := must(sequencetest.Forge(sequencetest.NewKeys(), listEntries(3)))
	auditor := copylog.Auditor{Trust: keys.Trust, Delay: copylog.Delay, Now: day.Add(time.Hour)}
	kept := &copylog.Kept{Seen: day, Checkpoint: string(must(other.ReadEndpoint(t.Context(), "checkpoint")))}
	if _, err := auditor.Audit(t.Context(), b, kept); !errors.Is(err, copylog.ErrCheckpoint) {
		t.Errorf("got %v", err)
	}
}

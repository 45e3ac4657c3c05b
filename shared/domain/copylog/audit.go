package copylog

import (
	"context"
	"fmt"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// Delay is how long after its making a copy is logged at the latest, and how long after being logged an entry is
// published, while nothing has failed.
const Delay = 15 * time.Minute

// clockSkew is how far the clocks of the log, of its witnesses and of an auditor may differ.
const clockSkew = time.Minute

// maxFindings bounds the findings that a report lists. All are counted.
const maxFindings = 100

// Kind says what is wrong with a log.
type Kind string

// The kinds of findings.
const (
	Unsigned   Kind = "unsigned"   // the checkpoint is not signed by the log, or by too few witnesses
	Rewritten  Kind = "rewritten"  // the log does not contain what the kept checkpoint states
	Altered    Kind = "altered"    // an entry or a tile is not what the checkpoint states
	Unreadable Kind = "unreadable" // an entry is in no known form
	Disordered Kind = "disordered" // an entry is logged earlier than the entry before it
	Backdated  Kind = "backdated"  // an entry states a time at which the log, as it was seen then, did not contain it
	Late       Kind = "late"       // a copy is logged more than the delay after the time at which it states to be made
	Premature  Kind = "premature"  // an entry states a time that has not come
)

// Finding is one thing that is wrong. Index is -1 where it concerns no single entry.
type Finding struct {
	Kind  Kind   `json:"kind"`
	Index int64  `json:"index"`
	Text  string `json:"text"`
}

// Kept is what an auditor keeps of an audit for the next: a checkpoint, and when it was published at the latest.
type Kept struct {
	Seen       time.Time `json:"seen"`
	Checkpoint string    `json:"checkpoint"`
}

// Report is the result of an audit.
type Report struct {
	Origin    string      `json:"origin"`
	Entries   int64       `json:"entries"` // of the log
	Root      string      `json:"root"`
	Witnessed []time.Time `json:"witnessed,omitempty"`
	Since     int64       `json:"since"`    // entries of the kept checkpoint, which were proven to be unchanged
	Read      int64       `json:"read"`     // entries that were read, each of them proven to be in the log
	Earlier   int64       `json:"earlier"`  // late copies among the entries of the kept checkpoint, of which an audit before told
	Found     int         `json:"found"`    // findings
	Findings  []Finding   `json:"findings"` // the first hundred
	Kept      Kept        `json:"-"`        // for the next audit, where there is no finding
}

func (r *Report) add(kind Kind, index int64, format string, args ...any) {
	if r.Found++; r.Found <= maxFindings {
		r.Findings = append(r.Findings, Finding{kind, index, fmt.Sprintf(format, args...)})
	}
}

// Auditor judges a log by what it publishes.
type Auditor struct {
	Trust Trust
	Delay time.Duration
	Now   time.Time
}

// Audit reads a whole log, and lists what is wrong with it. kept is nil at the first audit; earlier are further
// checkpoints that the log must contain, such as those of proofs. The error says that the source could not be read, or that what
// it is compared with is no checkpoint of this log. Nothing follows from it for the log.
func (a Auditor) Audit(ctx context.Context, source torchwood.TileReader, kept *Kept, earlier ...[]byte) (Report, error) {
	s := &watchedSource{TileReader: source}
	r := Report{Origin: a.Trust.Origin(), Findings: []Finding{}}
	text, err := s.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return r, fmt.Errorf("copylog: reading the checkpoint: %w", err)
	}
	c, err := a.Trust.Open(text)
	if err != nil {
		r.add(Unsigned, -1, "%v", err)
		return r, nil
	}
	r.Entries, r.Root, r.Witnessed = c.N, c.Hash.String(), c.Witnessed
	r.Kept = Kept{Seen: a.Now.UTC().Truncate(time.Second), Checkpoint: string(text)}
	if kept != nil {
		earlier = append([][]byte{[]byte(kept.Checkpoint)}, earlier...)
	}
	for i, text := range earlier {
		before, err := a.Trust.Open(text)
		if err != nil {
			return r, fmt.Errorf("copylog: an earlier checkpoint: %w", err)
		}
		if why := proveGrowth(ctx, s, before, c); s.failure != nil {
			return r, s.failure
		} else if why != "" {
			r.add(Rewritten, -1, "%s", why)
			return r, nil
		}
		if kept != nil && i == 0 {
			r.Since = before.N
		}
	}
	a.readEntries(ctx, s, c, kept, &r)
	return r, s.failure
}

// proveGrowth says why a log does not contain the whole of an earlier checkpoint; "" if it does.
func proveGrowth(ctx context.Context, s torchwood.TileReader, before, now Checkpoint) string {
	switch {
	case now.N < before.N:
		return fmt.Sprintf("the log has %d entries, and had %d", now.N, before.N)
	case before.N == 0:
		return ""
	case now.N == before.N:
		if now.Hash != before.Hash {
			return fmt.Sprintf("the log has other %d entries than it had", now.N)
		}
		return ""
	}
	proof, err := tlog.ProveTree(now.N, before.N, torchwood.TileHashReaderWithContext(ctx, now.Tree, s))
	if err == nil {
		err = tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash)
	}
	if err != nil {
		return fmt.Sprintf("its first %d entries are not those it had: %v", before.N, err)
	}
	return ""
}

// readEntries reads every entry, proven to be the one that the checkpoint states, and judges its times.
func (a Auditor) readEntries(ctx context.Context, s *watchedSource, c Checkpoint, kept *Kept, r *Report) {
	client, err := torchwood.NewClient(s)
	if err != nil {
		s.failure = err
		return
	}
	var latest time.Time
	for r.Read < c.N {
		start := r.Read
		for i, data := range client.Entries(ctx, c.Tree, start) {
			r.Read = i + 1
			e, err := ParseEntry(data)
			if err != nil {
				r.add(Unreadable, i, "%v", err)
				continue
			}
			a.judgeTimes(e, i, latest, c, kept, r)
			if e.Logged.After(latest) {
				latest = e.Logged
			}
		}
		if err := client.Err(); err != nil {
			r.add(Altered, r.Read, "%v", err)
			return
		}
		if r.Read == start {
			r.add(Altered, start, "the log has no entry %d", start)
			return
		}
	}
}

func (a Auditor) judgeTimes(e Entry, i int64, latest time.Time, c Checkpoint, kept *Kept, r *Report) {
	text := func(t time.Time) string { return t.Format(time.RFC3339) }
	if e.Logged.Before(latest) {
		r.add(Disordered, i, "it is logged at %s, after an entry of %s", text(e.Logged), text(latest))
	}
	if len(c.Witnessed) > 0 && e.Logged.After(c.Witnessed[0].Add(clockSkew)) {
		r.add(Premature, i, "it is logged at %s, and a witness saw it at %s", text(e.Logged), text(c.Witnessed[0]))
	}
	if e.Logged.After(a.Now.Add(clockSkew)) || e.Made.After(e.Logged.Add(clockSkew)) {
		r.add(Premature, i, "it is of a copy made at %s and logged at %s, and now it is %s", text(e.Made), text(e.Logged), text(a.Now))
	}
	if e.Delay() > a.Delay {
		if i < r.Since {
			r.Earlier++
		} else {
			r.add(Late, i, "the copy states to be made at %s, and is logged at %s", text(e.Made), text(e.Logged))
		}
	}
	if kept != nil && i >= r.Since && e.Logged.Before(kept.Seen.Add(-a.Delay)) {
		r.add(Backdated, i, "it states to be logged at %s, and the log that was seen at %s does not have it", text(e.Logged), text(kept.Seen))
	}
}

// watchedSource keeps the first failure of a source, which tells a log that cannot be read from one that is wrong.
type watchedSource struct {
	torchwood.TileReader
	failure error
}

func (s *watchedSource) ReadTiles(ctx context.Context, tiles []tlog.Tile) ([][]byte, error) {
	data, err := s.TileReader.ReadTiles(ctx, tiles)
	if err != nil && s.failure == nil {
		s.failure = fmt.Errorf("copylog: reading the log: %w", err)
	}
	return data, err
}

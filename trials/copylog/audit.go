package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/torchwood"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
	"github.com/jiazhu/jiazhu/trials/checks"
)

// checkWithPython has aics-tlog check everything that was written.
func checkWithPython(ctx context.Context, s settings, w *writtenLog) checks.Check {
	begun := time.Now()
	out, err := exec.CommandContext(ctx, s.python, s.script, w.out).CombinedOutput()
	fmt.Printf("%s (%.1f s)\n", strings.TrimSpace(string(out)), time.Since(begun).Seconds())
	return checks.Check{Name: "aics-tlog finds the same entries, and proves the same", OK: err == nil, Got: fmt.Sprintf("%.500s", out)}
}

// runAudit runs `jiazhu log audit` with the kept checkpoint, and returns the kinds of what it found.
func (w *writtenLog) runAudit(ctx context.Context, s settings, place string) (report copylog.Report, kinds []copylog.Kind, err error) {
	defer must.Catch(&err)
	keep := filepath.Join(w.out, "kept.json")
	must.Do(os.WriteFile(keep, must.Get(json.Marshal(w.kept)), 0o644))
	c := exec.CommandContext(ctx, s.jiazhu, "log", "audit", "-key", w.keys.Public, "-witness", w.witness.Public, "-quorum", "1", "-keep", keep, place)
	var failures bytes.Buffer
	c.Stderr = &failures
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return report, nil, err
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return report, nil, fmt.Errorf("%w: %s", err, &failures)
	}
	for _, f := range report.Findings {
		if !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
	}
	if (c.ProcessState.ExitCode() == 0) != (report.Found == 0) {
		return report, nil, fmt.Errorf("%d findings, and exit code %d", report.Found, c.ProcessState.ExitCode())
	}
	return report, kinds, nil
}

// audit has `jiazhu log audit` read the log, from files and over HTTP.
func (w *writtenLog) audit(ctx context.Context, s settings) (all []checks.Check, err error) {
	defer must.Catch(&err)
	directory := filepath.Join(w.out, "log")
	server := httptest.NewServer(http.FileServer(http.Dir(directory)))
	defer server.Close()
	for name, place := range map[string]string{"in files": directory, "over HTTP": server.URL} {
		begun := time.Now()
		report, kinds, err := w.runAudit(ctx, s, place)
		must.Do(err)
		fmt.Printf("jiazhu log audit, %s: %.2f s\n", name, time.Since(begun).Seconds())
		all = append(all, checks.Check{
			Name: "jiazhu log audit finds nothing wrong " + name,
			OK:   report.Found == 0 && report.Read == int64(w.entries) && report.Since > 0 && len(kinds) == 0, Got: fmt.Sprintf("%.500s", fmt.Sprintf("%+v", report)),
		})
	}
	return all, nil
}

// attack rewrites the log with its own key, and the witness's signature: one entry is hidden, changed or back-dated in each log.
func (w *writtenLog) attack(ctx context.Context, s settings) (all []checks.Check, err error) {
	defer must.Catch(&err)
	entries := w.readEntries(ctx)
	before := must.Get(w.keys.Trust.Open([]byte(w.kept.Checkpoint))).N
	last := must.Get(copylog.ParseEntry(entries[len(entries)-1]))
	places := rand.New(rand.NewPCG(2, 0))
	forged := func(change func(e *copylog.Entry)) []byte {
		e := last
		e.Commitment[0] ^= 1
		change(&e)
		return e.Bytes()
	}
	for _, attack := range []struct {
		name   string
		change func() [][]byte
		want   copylog.Kind
	}{
		{"a hidden entry", func() [][]byte {
			n := int(places.Int64N(before))
			return slices.Delete(slices.Clone(entries), n, n+1)
		}, copylog.Rewritten},
		{"a changed entry", func() [][]byte {
			changed := slices.Clone(entries)
			n := places.Int64N(before)
			changed[n] = bytes.Clone(changed[n])
			changed[n][17+places.IntN(32)] ^= 1
			return changed
		}, copylog.Rewritten},
		{"an entry that is put in where it would have stood", func() [][]byte {
			n := int(places.Int64N(before))
			e := must.Get(copylog.ParseEntry(entries[n]))
			e.Commitment[0] ^= 1
			return slices.Insert(slices.Clone(entries), n, e.Bytes())
		}, copylog.Rewritten},
		{"an entry of a back-dated copy", func() [][]byte {
			back := copylog.Delay + time.Duration(1+places.Int64N(int64(w.entries)))*time.Second
			return append(slices.Clone(entries), forged(func(e *copylog.Entry) { e.Made = e.Logged.Add(-back) }))
		}, copylog.Late},
		{"a back-dated entry", func() [][]byte {
			back := copylog.Delay + time.Duration(1+places.Int64N(int64(w.entries)))*time.Second
			return append(slices.Clone(entries), forged(func(e *copylog.Entry) { e.Made, e.Logged = e.Made.Add(-back), e.Logged.Add(-back) }))
		}, copylog.Disordered},
		{"a back-dated entry after which nothing stands", func() [][]byte {
			// The log is cut behind the kept checkpoint, which was seen an hour after its last entry.
			e := must.Get(copylog.ParseEntry(entries[before-1]))
			e.Commitment[0] ^= 1
			return append(slices.Clone(entries[:before]), e.Bytes())
		}, copylog.Backdated},
	} {
		kept := w.kept
		if attack.want == copylog.Backdated {
			w.kept.Seen = w.kept.Seen.Add(time.Hour)
		}
		noticed, got := 0, []copylog.Kind{}
		for range s.tries {
			b := must.Get(sequencetest.Forge(w.keys, attack.change()))
			b.Set("checkpoint", must.Get(w.witness.Cosign(must.Get(b.ReadEndpoint(ctx, "checkpoint")))))
			directory := filepath.Join(w.out, "forged")
			must.Do(os.RemoveAll(directory))
			must.Do(b.Write(directory))
			_, kinds, err := w.runAudit(ctx, s, directory)
			must.Do(err)
			if slices.Contains(kinds, attack.want) {
				noticed++
			}
			got = append(got, kinds...)
		}
		w.kept = kept
		all = append(all, checks.Check{
			Name: fmt.Sprintf("%s is noticed in %d of %d logs, as %s", attack.name, s.tries, s.tries, attack.want), OK: noticed == s.tries, Got: fmt.Sprint(noticed, got),
		})
	}
	return all, nil
}

func (w *writtenLog) readEntries(ctx context.Context) (all [][]byte) {
	client := must.Get(torchwood.NewClient(w.bucket))
	for int64(len(all)) < w.tree.N {
		for _, data := range client.Entries(ctx, w.tree, int64(len(all))) {
			all = append(all, bytes.Clone(data))
		}
		must.Do(client.Err())
	}
	return all
}

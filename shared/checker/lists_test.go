package checker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// TestACopyIsJudgedByAListThatWasFetchedEarlier, and by no list that is too old, of another key, service or number.
func TestACopyIsJudgedByAListThatWasFetchedEarlier(t *testing.T) {
	now := issuetest.CopyTime().Add(30 * time.Hour)
	p, stranger := issuetest.New(t, issuetest.CopyTime()), issuetest.New(t, issuetest.CopyTime())
	made := p.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
	index := made.Endorsement.StatusIndex
	plain := issuetest.Endorsement(t)
	plain.StatusIndex = 0
	former := p.Make(t, plain, issuetest.Certificate(t))
	write := func(directory string, signer credential.Signer, state statuslist.State, age time.Duration, change func(*credential.StatusList)) {
		l := credential.StatusList{
			Origin: issuetest.Origin, Number: index.List(), List: statuslist.NewList(),
			IssuedAt: now.Add(-age).Truncate(time.Second), Life: 24 * time.Hour, Expires: now.Add(-age).Add(24 * time.Hour),
		}
		l.List.Set(index.Place(), state)
		l.List.Set(index.Place()^1, statuslist.Ended) // a neighbour's
		change(&l)
		must.Do(os.WriteFile(filepath.Join(directory, "1.jwt"), []byte(must.Get(credential.IssueStatusList(t.Context(), signer, l))), 0o600))
	}
	same := func(*credential.StatusList) {}
	for name, tt := range map[string]struct {
		write func(directory string)
		want  verdict.Overall
		first string // what the answer begins with
		note  string
	}{
		"in force":           {func(d string) { write(d, p.Status, statuslist.Live, 2*time.Hour, same) }, verdict.Valid, "有效（截至 ", ""},
		"ended":              {func(d string) { write(d, p.Status, statuslist.Ended, 2*time.Hour, same) }, verdict.Invalid, "无效", ""},
		"suspended":          {func(d string) { write(d, p.Status, statuslist.Suspended, 2*time.Hour, same) }, verdict.Invalid, "无效", ""},
		"too old":            {func(d string) { write(d, p.Status, statuslist.Live, 25*time.Hour, same) }, verdict.Unknown, "无法确认", ""},
		"of another key":     {func(d string) { write(d, stranger.Status, statuslist.Live, 0, same) }, verdict.Unknown, "无法确认", "未采用状态列表 1"},
		"of the tokens' key": {func(d string) { write(d, p.Tokens, statuslist.Live, 0, same) }, verdict.Unknown, "无法确认", "未采用状态列表 1"},
		"of another number":  {func(d string) { write(d, p.Status, 0, 0, func(l *credential.StatusList) { l.Number = 2 }) }, verdict.Unknown, "无法确认", "another list"},
		"of another service": {func(d string) {
			write(d, p.Status, 0, 0, func(l *credential.StatusList) { l.Origin = "https://x.example" })
		}, verdict.Unknown, "无法确认", "another service"},
		"not in the directory": {func(string) {}, verdict.Unknown, "无法确认", "目录中没有"},
		"no list":              {func(d string) { must.Do(os.WriteFile(filepath.Join(d, "1.jwt"), make([]byte, 1<<20), 0o600)) }, verdict.Unknown, "无法确认", "未采用"},
	} {
		directory := t.TempDir()
		tt.write(directory)
		c := Checker{Trust: must.Get(evidence.ParseTrust(p.Trust)), Lists: directory, Lang: "zh", Now: func() time.Time { return now }}
		for kind, in := range map[string]Input{"PDF": {File: made.PDF}, "OFD": {File: made.OFD}, "token": {Token: made.Token}} {
			if name == "of another service" && kind == "token" {
				continue // a token names no service
			}
			r := must.Get(c.Judge(t.Context(), in))
			text := r.Text("zh")
			if r.Verdict != tt.want || !strings.HasPrefix(text, tt.first) || !strings.Contains(r.Note, tt.note) || (tt.note == "") != (r.Note == "") {
				t.Errorf("%s, %s: %s", name, kind, text)
			}
			if (r.Basis == ByList) != (tt.want != verdict.Unknown) || (r.Basis == ByList) == strings.Contains(r.Summary, "实时状态未知") {
				t.Errorf("%s, %s: by %s: %s", name, kind, r.Basis, r.Summary)
			}
		}
		if r := must.Get(c.Judge(t.Context(), Input{File: former.PDF})); r.Verdict != verdict.Unknown || r.Basis != ByKeys {
			t.Errorf("%s, a copy without a place: %s", name, r.Verdict)
		}
	}
}

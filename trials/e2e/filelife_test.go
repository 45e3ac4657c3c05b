package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/model"
)

// TestFilesEndByTheRule removes what the rules of template.yaml remove. The files of a copy are there on the last day
// that is stated, and gone after it. Whoever saved them has them verified as before: 有效 in the window of use, 已过期 after it.
func TestFilesEndByTheRule(t *testing.T) {
	_, s, certificate := newHolder(t, 831)
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	saved := map[string][]byte{}
	for _, file := range []string{"pdf", "ofd"} {
		if saved[file], err = s.Download(t.Context(), made, file); err != nil {
			t.Fatal(err)
		}
	}
	last, err := civil.Parse(made.FilesUntil)
	if err != nil {
		t.Fatal(err)
	}
	if useUntil, err := civil.Parse(made.UseUntil); err != nil || last != useUntil.AddDays(90) {
		t.Fatalf("used until %s, kept until %s: %v", made.UseUntil, last, err)
	}
	if got := removeByRule(t, made, last.End().Add(-time.Second)); got != 0 {
		t.Errorf("on the last day %d files are removed", got)
	}
	if got := removeByRule(t, made, last.End().AddDate(0, 0, 30)); got != 2 {
		t.Errorf("within a month after it %d files are removed, want both", got)
	}

	_, err = s.Preview(t.Context(), made)
	wantProblem(t, err, client.ProblemCodeFilesGone)
	if link, err := s.Link(t.Context(), made, "pdf"); err != nil || get(t, "GET", link.URL) != 404 {
		t.Errorf("the link to a file that was removed: %v", err)
	}
	checkVerdicts(t, service.api(), saved, "valid")
	checkVerdicts(t, serviceAt(t, last.End(), "verify"), saved, "invalid")
	forgetIn(t, "Ledger", "SEEN#"+made.Certificate) // entries of that time are later than any other
}

// removeByRule removes the files of a copy that the bucket's rules remove before a time, and counts them.
func removeByRule(t *testing.T, made client.Endorsement, before time.Time) (removed int) {
	t.Helper()
	read, err := template.Read(filepath.Join(service.root, "template.yaml"), map[string]string{
		"PublicUrl": "-", "Clients": "[]", "Issuers": "[]", "MessagesUrl": "-", "MessagesSecret": "-",
	})
	if err != nil {
		t.Fatal(err)
	}
	name := template.BucketName("Files")
	for _, b := range read.Buckets {
		if b.Name != name {
			continue
		}
		for key := range objects(t, seed.FilePrefix(made), false) {
			if at := b.FindRemoval(key, made.MadeAt); at.IsZero() || at.After(before) {
				continue
			}
			if _, err := service.stack.Objects().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &name, Key: &key}); err != nil {
				t.Fatal(err)
			}
			removed++
		}
	}
	return removed
}

// checkVerdicts has saved files verified.
func checkVerdicts(t *testing.T, api *seed.API, saved map[string][]byte, want client.VerdictVerdict) {
	t.Helper()
	for file, data := range saved {
		v, err := api.VerifyFile(t.Context(), "application/"+file, data, nil)
		if err != nil || v.Verdict != want {
			t.Errorf("the saved %s: %+v, %v", file, v, err)
			continue
		}
		text := ""
		for _, row := range v.Checks {
			text += row.Text + " "
		}
		if want == "invalid" && !strings.Contains(text, "过期") {
			t.Errorf("the saved %s: %s", file, text)
		}
	}
}

// serviceAt starts some functions with a clock that shows a time.
func serviceAt(t *testing.T, at time.Time, functions ...string) *seed.API {
	t.Helper()
	directory, clock := t.TempDir(), filepath.Join(t.TempDir(), "clock")
	if err := model.Build(t.Context(), service.root, directory, functions...); err != nil {
		t.Fatal(err)
	}
	if err := model.NewClock(clock).Set(at); err != nil {
		t.Fatal(err)
	}
	url, end, err := service.stack.StartGateway(stack.FunctionSet{Functions: directory, Environment: map[string]string{model.ClockFile: clock}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return &seed.API{URL: url}
}

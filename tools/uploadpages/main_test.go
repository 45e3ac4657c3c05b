package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// writeVersion writes the pages of a version, as `make package` does: what changes has the version in its name.
func writeVersion(t *testing.T, version string) []object {
	t.Helper()
	build := t.TempDir()
	for name, data := range map[string]string{
		"portal/index.html": "index " + version, "portal/site.json": "{}", "portal/static/base-same2222.css": "style", "portal/static/manual/login.jpg": "picture",
		"portal/static/mohurd-" + version + ".js": "script", "v/plain/desk-" + version + ".js": "module", "v/plain/deskworker-" + version + ".js": "worker",
		"v/gzip/desk-" + version + ".wasm": "program", "v/gzip/desk-" + version + ".js.map": "sources",
	} {
		file := filepath.Join(build, filepath.FromSlash(name))
		must.Do(os.MkdirAll(filepath.Dir(file), 0o755))
		must.Do(os.WriteFile(file, []byte(data), 0o600))
	}
	return must.Get(readPages(build))
}

// filesOf are the files that an open page of a version loads.
func filesOf(version string) []string {
	return []string{
		"static/base-same2222.css", "static/mohurd-" + version + ".js", "v/desk-" + version + ".js", "v/desk-" + version + ".js.map",
		"v/desk-" + version + ".wasm", "v/deskworker-" + version + ".js",
	}
}

// stage is a bucket to which versions are uploaded, on days counted from the first.
type stage struct {
	bucket
	t   *testing.T
	day int
}

func newStage(t *testing.T) *stage {
	t.Helper()
	cloud := recordstest.Open(t)
	s := &stage{t: t, bucket: bucket{client: cloud.Buckets(), name: cloud.Bucket(t)}}
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	moment := 0
	s.now = func() time.Time {
		moment++ // an upload takes time
		return start.AddDate(0, 0, s.day).Add(time.Duration(moment) * time.Second)
	}
	return s
}

// deploy uploads a version as `make deploy` does. before is called when its functions are about to be deployed.
func (s *stage) deploy(day int, version string, before func()) {
	s.t.Helper()
	s.day = day
	pages := writeVersion(s.t, version)
	must.Do(s.uploadFiles(s.t.Context(), pages))
	before()
	must.Do(s.uploadAll(s.t.Context(), pages))
}

// want requires the files of open pages, and which other versions are gone.
func (s *stage) want(there, gone string) {
	s.t.Helper()
	keys := must.Get(s.listKeys(s.t.Context()))
	for _, version := range strings.Fields(there) {
		for _, file := range filesOf(version) {
			if !slices.Contains(keys, file) {
				s.t.Errorf("day %d: a page of version %s does not find %s", s.day, version, file)
			}
		}
	}
	for _, version := range strings.Fields(gone) {
		if slices.Contains(keys, "v/desk-"+version+".js") {
			s.t.Errorf("day %d: version %s is still there", s.day, version)
		}
	}
}

func TestAnOpenPageFindsItsFilesForThirtyDaysAfterItIsReplaced(t *testing.T) {
	s := newStage(t)
	deploy := func(day int, version, there, gone string) {
		t.Helper()
		s.deploy(day, version, func() { s.want(there+" "+version, "") })
		s.want(there+" "+version, gone)
	}
	deploy(0, "1", "", "")
	deploy(100, "2", "1", "") // 1 was uploaded long ago, and live until now
	deploy(110, "3", "1 2", "")
	deploy(129, "4", "1 2 3", "")
	deploy(131, "5", "2 3 4", "1")
	deploy(150, "3", "3 4 5", "2") // back to an earlier one
	deploy(400, "6", "3", "4 5")
	deploy(429, "6", "3 6", "") // the same again
	deploy(431, "6", "6", "3")
	if index := s.get("index.html"); index != "index 6" {
		t.Error(index)
	}
	lists := 0
	for _, key := range must.Get(s.listKeys(t.Context())) {
		if strings.HasPrefix(key, listPrefix) {
			lists++
		}
	}
	if lists > 8 {
		t.Errorf("%d lists of uploads are kept", lists)
	}
}

func TestAVersionThatWasNotDeployedReplacesNothing(t *testing.T) {
	s := newStage(t)
	s.deploy(0, "1", func() {})
	s.day = 50
	must.Do(s.uploadFiles(t.Context(), writeVersion(t, "2"))) // and CloudFormation refused the rest
	s.deploy(100, "3", func() { s.want("1 2 3", "") })
	s.want("1 2 3", "")
	s.deploy(129, "4", func() {})
	s.want("1 2 3 4", "")
	s.deploy(131, "5", func() {})
	s.want("3 4 5", "1 2")
}

// TestFilesThatWereUploadedBeforeThereWereListsAreKept: nothing says when they were replaced.
func TestFilesThatWereUploadedBeforeThereWereListsAreKept(t *testing.T) {
	s := newStage(t)
	must.Do(s.put(t.Context(), writeVersion(t, "1"), true))
	must.Do(s.put(t.Context(), writeVersion(t, "1"), false))
	s.deploy(100, "2", func() { s.want("1 2", "") })
	s.want("1 2", "")
	s.deploy(129, "3", func() {})
	s.want("1 2 3", "")
	s.deploy(131, "4", func() {})
	s.want("2 3 4", "1")
}

func (s *stage) get(key string) string {
	s.t.Helper()
	return strings.Join(must.Get(s.readList(s.t.Context(), key)), "\n")
}

func TestAFileSaysWhatItIsAndHowLongItMayBeKept(t *testing.T) {
	s := newStage(t)
	s.deploy(0, "1", func() {})
	const forever = "public, max-age=31536000, immutable"
	want := map[string]string{
		"index.html": "text/html; charset=utf-8, no-cache, ", "site.json": "application/json, no-cache, ", "static/manual/login.jpg": "image/jpeg, no-cache, ",
		"static/base-same2222.css": "text/css; charset=utf-8, " + forever + ", ", "static/mohurd-1.js": "text/javascript; charset=utf-8, " + forever + ", ",
		"v/desk-1.js": "text/javascript; charset=utf-8, " + forever + ", ", "v/deskworker-1.js": "text/javascript; charset=utf-8, " + forever + ", ",
		"v/desk-1.wasm": "application/wasm, " + forever + ", gzip", "v/desk-1.js.map": "text/plain; charset=utf-8, " + forever + ", gzip",
	}
	got := map[string]string{}
	for _, key := range must.Get(s.listKeys(t.Context())) {
		if strings.HasPrefix(key, listPrefix) {
			continue
		}
		head := must.Get(s.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &s.name, Key: &key}))
		got[key] = fmt.Sprintf("%s, %s, %s", aws.ToString(head.ContentType), aws.ToString(head.CacheControl), aws.ToString(head.ContentEncoding))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAFileOfAnUnknownKindIsRefused(t *testing.T) {
	build := t.TempDir()
	for _, directory := range []string{"portal", "v/plain", "v/gzip"} {
		must.Do(os.MkdirAll(filepath.Join(build, directory), 0o755))
	}
	if _, err := readPages(build); err != nil {
		t.Error(err)
	}
	must.Do(os.WriteFile(filepath.Join(build, "portal", "page.exe"), nil, 0o600))
	if _, err := readPages(build); err == nil {
		t.Error("it is taken")
	}
}

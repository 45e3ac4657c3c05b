package files_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

// put uploads a file with the URL of UploadLink, and returns the status.
func put(t *testing.T, url string, headers map[string]string, data []byte) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func TestAFileIsDroppedOnceAndAsAnnounced(t *testing.T) {
	bucket, cloud, name := open(t)
	url, headers, err := bucket.UploadLink(t.Context(), "drops/a", "application/x-ndjson", 5)
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, url, headers, []byte("123456")); status == http.StatusOK {
		t.Error("a longer file than announced was taken")
	}
	if status := put(t, strings.Replace(url, "drops/a", "drops/b", 1), headers, []byte("12345")); status != http.StatusForbidden {
		t.Errorf("a file under another key: %d", status)
	}
	if status := put(t, url, headers, []byte("12345")); status != http.StatusOK {
		t.Fatalf("the file: %d", status)
	}
	if status := put(t, url, headers, []byte("54321")); status == http.StatusOK {
		t.Error("the file was replaced")
	}
	if got := cloud.Object(t, name, "drops/a"); got != "12345" {
		t.Errorf("there lies %q", got)
	}
}

func TestAFileIsReadInParts(t *testing.T) {
	bucket, _, _ := open(t)
	if err := bucket.Write(t.Context(), "a", "text/plain", []byte("0123456789")); err != nil {
		t.Fatal(err)
	}
	for offset, want := range map[int64]string{0: "0123", 4: "4567", 8: "89"} {
		got, size, err := bucket.ReadAt(t.Context(), "a", offset, 4)
		if err != nil || string(got) != want || size != 10 {
			t.Errorf("at %d: %q of %d, %v", offset, got, size, err)
		}
	}
	if err := bucket.Remove(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := bucket.ReadAt(t.Context(), "a", 0, 4); err == nil {
		t.Error("what was removed was read")
	}
	if err := bucket.Remove(t.Context(), "a"); err != nil {
		t.Errorf("removing it again: %v", err)
	}
}

func TestPartsAreJoinedHoweverLongTheyAre(t *testing.T) {
	bucket, cloud, name := open(t)
	for _, test := range []struct {
		name  string
		parts []int
	}{
		{"two short ones", []int{3, 4}},
		{"more than is held in memory", []int{5 << 20, 5 << 20, 7}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want strings.Builder
			var keys []string
			for i, n := range test.parts {
				text, key := strings.Repeat(string(rune('a'+i)), n), "parts/"+string(rune('a'+i))
				if err := bucket.Write(t.Context(), key, "text/plain", []byte(text)); err != nil {
					t.Fatal(err)
				}
				want.WriteString(text)
				keys = append(keys, key)
			}
			n, err := bucket.Join(t.Context(), "whole", "text/plain", keys)
			if err != nil || n != int64(want.Len()) {
				t.Fatalf("%d bytes, %v", n, err)
			}
			if cloud.Object(t, name, "whole") != want.String() {
				t.Error("the whole is not its parts")
			}
		})
	}
}

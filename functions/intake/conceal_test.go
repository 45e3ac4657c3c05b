package main

import (
	"strings"
	"testing"
)

// TestRefusedRowsLeaveNoNumberInTheBucket: the result of a file is kept for 90 days, unencrypted.
func TestRefusedRowsLeaveNoNumberInTheBucket(t *testing.T) {
	const number = "110101198001010010"
	d := newFixture(t)
	sound := row("01")
	if !strings.Contains(sound, number) {
		t.Fatalf("%s has not the number that is looked for", sound)
	}
	mistaken := strings.Join([]string{
		strings.ReplaceAll(sound, number, "ll0101198OO1010010"),
		strings.ReplaceAll(sound, number, "110101198001010011"),
		strings.Replace(sound, `"number":"京1112019202000001"`, `"number":"`+number+`"`, 1),
		strings.Replace(sound, `"state":"01"`, `"state":"`+number+`"`, 1),
		`{"` + number + `":"` + number + `"}`,
	}, "\n")
	upload := d.uploadFile(t, mistaken)
	done, err := d.app.run(t.Context(), upload.ID)
	if err != nil || done.Refused != 5 {
		t.Fatalf("%+v, %v", done, err)
	}
	keys := d.Keys(t, d.Bucket)
	if len(keys) != 1 {
		t.Errorf("the bucket holds %v", keys)
	}
	for _, key := range keys {
		if kept := d.Object(t, d.Bucket, key); strings.Contains(kept, number[:17]) {
			t.Errorf("%s has the number: %s", key, kept)
		}
	}
}

package records

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestMergingKeepsTheOrderAndShowsAnEntryOnce, also where a list ends early or fails.
func TestMergingKeepsTheOrderAndShowsAnEntryOnce(t *testing.T) {
	failure := errors.New("unavailable")
	list := func(ids []int, fails bool) iter.Seq2[VerificationEntry, error] {
		return func(yield func(VerificationEntry, error) bool) {
			for _, id := range ids {
				if !yield(VerificationEntry{ID: fmt.Sprintf("%04d", id)}, nil) {
					return
				}
			}
			if fails {
				yield(VerificationEntry{}, failure)
			}
		}
	}
	ids := rapid.SliceOfNDistinct(rapid.IntRange(0, 30), 0, 12, rapid.ID[int])
	rapid.Check(t, func(t *rapid.T) {
		a, b := ids.Draw(t, "a"), ids.Draw(t, "b")
		want := slices.Concat(a, b)
		for _, all := range [][]int{a, b, want} {
			slices.Sort(all)
			slices.Reverse(all)
		}
		want = slices.Compact(want)
		fails, most := rapid.IntRange(0, 2).Draw(t, "which list fails"), rapid.IntRange(1, 30).Draw(t, "how many are read")
		var got []int
		var err error
		for entry, failed := range mergeEntries(list(a, fails == 1), list(b, fails == 2)) {
			if err = failed; err != nil {
				break
			}
			var id int
			if _, err := fmt.Sscanf(entry.ID, "%d", &id); err != nil {
				t.Fatal(err)
			}
			if got = append(got, id); len(got) == most {
				break
			}
		}
		switch {
		case fails == 0 && err != nil:
			t.Fatal(err)
		case fails == 0, err == nil: // what was read is the beginning
			want = want[:min(len(want), most)]
			if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
				t.Fatal(diff)
			}
		case len(got) > len(want) || !slices.Equal(got, want[:len(got)]):
			t.Fatalf("before the failure %v, of %v", got, want)
		}
	})
}

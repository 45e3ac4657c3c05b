package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// writeItems writes everything that a writer draws, to the nanometre.
func writeItems(to hash.Hash, page displaylist.Page) {
	fmt.Fprintf(to, "%s %s %.6f %.6f %.6f\n", page.Lang, page.Title, page.Width, page.Height, page.Seal)
	fmt.Fprintln(to, page.Base.Common)
	for _, item := range slices.Concat(page.Base.Items, page.Items) {
		switch i := item.(type) {
		case *displaylist.Text:
			fmt.Fprintf(to, "text %.6f %.6f %.6f %v %.6f %q %s %s\n", i.X, i.Y, i.Size, i.Color, i.Bold, i.Body, i.Role, i.Label)
		case *displaylist.Path:
			fmt.Fprintf(to, "path %v %v %.6f", i.Stroke, i.Fill, i.Width)
			for _, op := range i.Ops {
				fmt.Fprintf(to, " %c %.6f %.6f %.6f %.6f %.6f %.6f", op.Kind, op.X1, op.Y1, op.X2, op.Y2, op.X, op.Y)
			}
			fmt.Fprintln(to)
		case *displaylist.Image:
			fmt.Fprintf(to, "image %.6f %.6f %.6f %.6f %s\n", i.X, i.Y, i.W, i.H, i.Alt)
		}
	}
}

// The pages of the constructors' certificates stay as they were before the face was data: a copy that is
// made again looks the same.
func TestTheConstructorsPagesStayAsTheyAre(t *testing.T) {
	l, _ := newLayout(t)
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"constructor-1":         "c2029f8c07a049466fe88bdfe5fbabf58564d49fdfdfe6eeb93c357748f93544",
		"constructor-2-beijing": "ef59ecbf3f4ba0fb66c96458c8a46665535963c2242cb658fbe970fe1aa281e9",
	} {
		s, _ := schemes.ByID(id)
		sum := sha256.New()
		inputs := []Input{ordinaryInput(t)}
		for _, f := range forms() {
			inputs = append(inputs, fullestInput(t, f))
		}
		for _, in := range inputs {
			for _, as := range []struct{ test, preview bool }{{true, false}, {false, false}, {false, true}, {true, true}} {
				in.Scheme, in.Test, in.Preview = s, as.test, as.preview
				page, err := l.Certificate(in)
				if err != nil {
					t.Fatal(err)
				}
				writeItems(sum, page)
			}
		}
		if got := hex.EncodeToString(sum.Sum(nil)); got != want {
			t.Errorf("the pages of %s are now %s", id, got)
		}
	}
}

package measure

import "testing"

func TestEveryByteIsCounted(t *testing.T) {
	var kept []byte
	small, large := Of(func() {}), Of(func() { kept = make([]byte, 1<<20) })
	if large.Bytes < 1<<20 || large.Objects < 1 || small.Bytes > 64<<10 {
		t.Errorf("nothing costs %+v, and a megabyte %+v", small, large)
	}
	if len(kept) != 1<<20 {
		t.Error("no megabyte")
	}
}

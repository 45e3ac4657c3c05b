package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// Before kinds of certificate are deployed, an operator learns which certificates of the register they do not cover.
func TestCertificatesThatFilesDoNotCoverAreNamed(t *testing.T) {
	d := newFixture(t)
	inForce := d.certificate(t, "京1112019202000001", "110101198506150010").Certificate.ID
	other := recordstest.Sample(d.now, nil, nil)
	other.Scheme, other.Number = "safety-officer-hunan", "湘建安A（2023）0003002"
	d.put(t, records.Change{After: other, By: recordstest.Registry()})
	const builtIn = "../../shared/domain/scheme/schemes"
	if out, _ := d.want(t, 0, "", "scheme", "check", "-register", builtIn); !strings.Contains(out, "2 certificates, of which the files do not cover 0\n") {
		t.Error(out)
	}
	text := string(must.Get(os.ReadFile(filepath.Join(builtIn, "constructor-1.yaml"))))
	changed := filepath.Join(t.TempDir(), "constructor-1.yaml")
	must.Do(os.WriteFile(changed, []byte(strings.NewReplacer("{province}", "{province}甲", "example: 京1", "example: 京甲1").Replace(text)), 0o600))
	out, _ := d.want(t, 1, "", "scheme", "check", "-register", changed)
	for _, says := range []string{
		inForce + ": constructor-1 no longer has numbers of the form of 京1112019202000001\n",
		": no file has its kind, safety-officer-hunan\n", "2 certificates, of which the files do not cover 2\n",
	} {
		if !strings.Contains(out, says) {
			t.Errorf("no %q in\n%s", says, out)
		}
	}
	d.want(t, 2, "", "scheme", "check", "-register", "-json", builtIn)
}

package main

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// TestAnAgentsAccountIsThePersons: commands say for whom a person acts, and the account is exported and
// erased by the person's document, never by the organisation's code.
func TestAnAgentsAccountIsThePersons(t *testing.T) {
	d := newFixture(t)
	d.account(t, "mohurd", "zhang-1", "111", numberWithX, "13800000001")
	a := d.read(t, "mohurd", "zhang-1")
	a.Organisation = &identity.Organisation{Name: "示例建设集团有限公司", USCC: "91110000MA00000152"}
	if err := d.sessions.PutAccount(t.Context(), a, sessions.Put{}); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"accounts", "show", "zhang-1@mohurd"}, {"accounts", "list", "zhang-1@mohurd"}, {"accounts", "list", "-json", "zhang-1@mohurd"},
		{"export", "zhang-1@mohurd"},
	} {
		if out, _ := d.want(t, 0, "", args...); !strings.Contains(out, "示例建设集团有限公司") || !strings.Contains(out, "91110000MA00000152") {
			t.Errorf("%v: %s", args, out)
		}
	}
	if _, errOut := d.want(t, 2, "91110000MA00000152", "erase", "-yes", "-id-type", "001", "-"); !strings.Contains(errOut, "their own document") {
		t.Error(errOut)
	}
	if n := d.runErase(t, 0, numberWithX, "-yes", "-"); n.Accounts != 1 || n.Phones != 1 {
		t.Errorf("erased %+v", n)
	}
}

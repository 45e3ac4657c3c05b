package main

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// TestADocumentOfSeveralNamesIsNotTakenForOnePerson: a passport's number may be two people's.
func TestADocumentOfSeveralNamesIsNotTakenForOnePerson(t *testing.T) {
	d := newFixture(t)
	for _, idType := range []string{"414", "111"} {
		number := map[string]string{"414": "M12345678", "111": "310101199001010016"}[idType]
		one := d.account(t, "mohurd", "one"+idType, idType, number, "")
		d.account(t, "gjzwfw", "other"+idType, idType, number, "")
		one = d.read(t, "mohurd", one.Username)
		one.Name = "李四"
		if err := d.sessions.PutAccount(t.Context(), one, sessions.Put{}); err != nil {
			t.Fatal(err)
		}
		code := map[string]int{"414": 1, "111": 0}[idType]
		for _, command := range [][]string{{"export"}, {"erase", "-yes"}} {
			_, said := d.want(t, code, "", append(command, one.Username+"@mohurd")...)
			if strings.Contains(said, "李四") != (code == 1) {
				t.Errorf("%v of %s says %s", command, idType, said)
			}
		}
		if idType == "414" {
			d.want(t, 0, "", "erase", "-yes", "-several-names", one.Username+"@mohurd")
		}
	}
}

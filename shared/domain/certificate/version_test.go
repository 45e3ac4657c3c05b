package certificate_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func newVersion(id, version string, round int) certificate.Certificate {
	return certificate.Certificate{
		ID: id, Version: version, Round: round,
		TypeCode: "11100000000013338W999", Issuer: certificate.Issuer{Code: "11100000000013338W"},
	}
}

const oneID = "01KAQV0000CERT0000ZHANGSAN"

func TestTheNextFileHasTheNextVersion(t *testing.T) {
	for _, test := range []struct {
		version, next, serial string
		round                 int
	}{
		{"001", "002", oneID, 0},
		{"009", "010", oneID, 0},
		{"998", "999", oneID, 0},
		{"999", "001", oneID + "R00001", 0},
		{"001", "002", oneID + "R00001", 1},
		{"999", "001", oneID + "R00010", 9},
	} {
		c, err := newVersion(oneID, test.version, test.round).NextFile()
		if err != nil || c.Version != test.next || c.ID != oneID {
			t.Fatalf("after %s comes %s, %v", test.version, c.Version, err)
		}
		id, err := certificate.ParseIdentifier(c.Identifier)
		if err != nil || id.Serial != test.serial || id.Version != test.next {
			t.Errorf("after %s of round %d: identifier %s, %v", test.version, test.round, c.Identifier, err)
		}
		if found := certificate.Validate(c, certificate.Rules{}); has(found, "/identifier") || has(found, "/version") {
			t.Errorf("%s: %+v", c.Identifier, found)
		}
	}
	for _, version := range []string{"", "1", "00a", "1000", "+01"} {
		if c, err := newVersion(oneID, version, 0).NextFile(); err == nil {
			t.Errorf("after %q comes %s", version, c.Version)
		}
	}
}

func has(found []certificate.FieldError, field string) bool {
	for _, e := range found {
		if e.Field == field {
			return true
		}
	}
	return false
}

// Editions are compared as text, across any number of serials.
func TestEditionsGrowOverTheEndOfTheVersions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newVersion(oneID, "001", rapid.IntRange(0, 3).Draw(t, "round"))
		for n := rapid.IntRange(0, 1100).Draw(t, "files"); n > 0; n-- {
			next, err := c.NextFile()
			if err != nil || next.Edition() <= c.Edition() || next.Identifier == c.Identifier {
				t.Fatalf("%s after %s, %v", next.Edition(), c.Edition(), err)
			}
			c = next
		}
	})
	if got := newVersion(oneID, "005", 0).Edition(); got != "005" {
		t.Errorf("the edition of a record as it always was is %s", got)
	}
}

// Only what the certificate shows or the metadata say makes a new version; the state of the
// registration does not.
func TestAChangeOfStateMakesNoFile(t *testing.T) {
	base := validCertificate(t)
	for what, change := range map[string]func(*certificate.Certificate){
		"the state":           func(c *certificate.Certificate) { c.State = certificate.Cancelled },
		"a note":              func(c *certificate.Certificate) { c.StateNote = "x" },
		"the operation":       func(c *certificate.Certificate) { c.Operation = certificate.Cancel },
		"the ministry has it": func(c *certificate.Certificate) { c.Sync.ReportedToMinistry = true },
		"nothing":             func(*certificate.Certificate) {},
	} {
		after := base
		if change(&after); !certificate.SameFile(base, after) {
			t.Errorf("%s makes another file", what)
		}
	}
	for what, change := range map[string]func(*certificate.Certificate){
		"a name":   func(c *certificate.Certificate) { c.Holder.Name = "张四" },
		"a serial": func(c *certificate.Certificate) { c.CertificateSerial = "2" },
		"an area":  func(c *certificate.Certificate) { c.AreaCode = "110105" },
		"a day":    func(c *certificate.Certificate) { c.IssuedOn = c.IssuedOn.AddDays(1) },
		"a photo":  func(c *certificate.Certificate) { c.Photo = &certificate.Image{SHA256: "01"} },
		"a renewal": func(c *certificate.Certificate) {
			c.Specialties = []certificate.Specialty{{Name: "建筑工程", To: civil.Date{Year: 2030}}}
		},
		"a document": func(c *certificate.Certificate) { c.Holder.IDNumber = "2" },
	} {
		after := base
		if change(&after); certificate.SameFile(base, after) {
			t.Errorf("%s makes no other file", what)
		}
	}
}

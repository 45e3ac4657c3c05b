package records

import (
	"reflect"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// ChangedFields names the members of a reported row in which a version differs from the one before;
// nil for the first version, where all are new. It is empty where only the service's own attributes
// differ.
func (v Version) ChangedFields(before *Version) []string {
	changed := []string{}
	if before == nil {
		before = &Version{}
	}
	a, b := members(before.Certificate), members(v.Certificate)
	for i := range b {
		if !reflect.DeepEqual(a[i].value, b[i].value) || b[i].name == "holder" && before.Holder != v.Holder {
			changed = append(changed, b[i].name)
		}
	}
	return changed
}

type member struct {
	name  string
	value any
}

// members are the fields of a reported row, in its order.
func members(c certificate.Certificate) []member {
	return []member{
		{"scheme", c.Scheme}, {"number", c.Number}, {"certificateSerial", c.CertificateSerial}, {"qualificationNo", c.QualificationNo},
		{"holder", c.Holder}, {"employer", c.Employer}, {"specialties", c.Specialties}, {"details", c.Details}, {"issuedOn", c.IssuedOn}, {"areaCode", c.AreaCode},
		{"state", c.State}, {"stateNote", c.StateNote}, {"operation", c.Operation}, {"photo", c.Photo}, {"signatureImage", c.SignatureImage},
		{"reportedToMinistry", c.Sync.ReportedToMinistry},
	}
}

package certificate

import (
	"fmt"
	"reflect"
	"strconv"
)

// FirstVersion is the version of a certificate's first file, and of the first file under a new
// serial.
const FirstVersion = "001"

// lastVersion is the last version under one serial.
const lastVersion = 999

// SameFile reports whether two records of one certificate describe the same file. A version is a
// file (GB/T 36904: the version grows by one where number and serial stay and a renewal or an
// amendment makes a new file), with what is printed on the certificate and what the file's metadata
// say, including the area. The registration's state, its note, the operation that led to it and
// whether the ministry has the record are in no file; they change without a new version. So does the
// spelling of a name that stays the same name (IsSameName): a verifier who has only a code's version
// would otherwise have to doubt every copy made before.
func SameFile(a, b Certificate) bool {
	if IsSameName(a.Holder.Name, b.Holder.Name) {
		a.Holder.Name = b.Holder.Name
	}
	for _, c := range []*Certificate{&a, &b} {
		c.ID, c.Version, c.Round, c.Identifier, c.Supersedes = "", "", 0, "", ""
		c.State, c.StateNote, c.Operation, c.Sync = "", "", "", Sync{}
	}
	return reflect.DeepEqual(a, b)
}

// Serial is the serial (流水号) of the certificate's identifier: its id, and after every 999
// versions the id with a counter, R00001 and so on.
func (c Certificate) Serial() string {
	if c.Round == 0 {
		return c.ID
	}
	return fmt.Sprintf("%sR%05d", c.ID, c.Round)
}

// Edition names the version among all versions of the certificate under any serial. Editions sort
// as text in their order. It is the version itself under the first serial, and R00001.001 and so on
// under later ones.
func (c Certificate) Edition() string {
	if c.Round == 0 {
		return c.Version
	}
	return fmt.Sprintf("R%05d.%s", c.Round, c.Version)
}

// NextFile returns the certificate with the version and the identifier of its next file. After version
// 999 that is version 001 under another serial; the certificate keeps its id.
func (c Certificate) NextFile() (Certificate, error) {
	n, err := strconv.Atoi(c.Version)
	if err != nil || !versionForm.MatchString(c.Version) {
		return c, newFieldError("version.form", "版本号应为 001 至 999。", "The version is 001 to 999.")
	}
	if n == lastVersion {
		c.Round, n = c.Round+1, 0
	}
	c.Version = fmt.Sprintf("%03d", n+1)
	return c.WithIdentifier()
}

// WithIdentifier returns the certificate with the identifier (证照标识) of its version.
func (c Certificate) WithIdentifier() (Certificate, error) {
	identifier, err := NewIdentifier(c.TypeCode, c.Issuer.Code, c.Serial(), c.Version)
	if err != nil {
		return c, fmt.Errorf("making the identifier: %w", err)
	}
	c.Identifier = identifier
	return c, nil
}

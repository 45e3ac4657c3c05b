package certificate

import (
	"fmt"
	"reflect"
	"strconv"
)

// FirstVersion is the version of a certificate's first file, and of the first under another serial.
const FirstVersion = "001"

// lastVersion is the last one under a serial.
const lastVersion = 999

// SameFile reports whether two records of one certificate are one file of it. A version is a file
// (GB/T 36904: the version grows by one where number and serial stay and a new file is made, by a
// renewal or an amendment): what the face shows and what the file's metadata say, the area included.
// The state of the registration, its note, the operation that led to it and whether the ministry has
// the record are in no file; they change under the version there is.
func SameFile(a, b Certificate) bool {
	for _, c := range []*Certificate{&a, &b} {
		c.ID, c.Version, c.Round, c.Identifier, c.Supersedes = "", "", 0, "", ""
		c.State, c.StateNote, c.Operation, c.Sync = "", "", "", Sync{}
	}
	return reflect.DeepEqual(a, b)
}

// Serial is the serial (流水号) of the certificate's identifier: its id, and once that has had 999
// versions the id with the number of times that happened, R00001 and so on.
func (c Certificate) Serial() string {
	if c.Round == 0 {
		return c.ID
	}
	return fmt.Sprintf("%sR%05d", c.ID, c.Round)
}

// Edition names the version among all that the certificate has had, whatever the serial: as text,
// a later edition is greater. It is the version itself under the first serial, R00001.001 and so on
// under the others.
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

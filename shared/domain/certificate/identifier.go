package certificate

import (
	"fmt"
	"regexp"
	"strings"
)

// identifierRoot is the object identifier under which certificate identifiers
// are registered (GB/T 36904-2018).
const identifierRoot = "1.2.156.3005.2"

// Identifier is a certificate identifier (证照标识, GB/T 36904-2018), printed as root.type
// code.issuer code.serial.version.check.
type Identifier struct {
	TypeCode string // 证照类型代码, 21 characters
	Issuer   string // 颁发机构代码, 18 characters; some old ones have 6
	Serial   string // 流水号, 1 to 40 of 0-9A-Z
	Version  string // 版本号, three digits
	Check    byte   // 校验位, ISO/IEC 7064 MOD 37,36
}

// The forms of an identifier's groups. Issuer codes of six digits (an area code in place of an
// organisation code) are in circulation and are accepted, but never made.
var (
	typeCodeForm = regexp.MustCompile(`^[0-9A-Z]{21}$`)
	issuerForm   = regexp.MustCompile(`^(?:[0-9A-Z]{18}|[0-9]{6})$`)
	serialForm   = regexp.MustCompile(`^[0-9A-Z]{1,40}$`)
	versionForm  = regexp.MustCompile(`^[0-9]{3}$`)
)

// String returns the identifier as printed.
func (id Identifier) String() string {
	return strings.Join([]string{identifierRoot, id.TypeCode, id.Issuer, id.Serial, id.Version, string(rune(id.Check))}, ".")
}

// NewIdentifier builds the identifier of a new certificate file and computes its check character.
// Error: a *FieldError for a group of the wrong form or an issuer code that is not an organisation
// code (GB 32100).
func NewIdentifier(typeCode, issuerCode, serial, version string) (string, error) {
	if err := CheckUSCC(issuerCode); err != nil {
		return "", fmt.Errorf("issuer code: %w", err)
	}
	id := Identifier{TypeCode: typeCode, Issuer: issuerCode, Serial: serial, Version: version}
	if err := id.checkForm(); err != nil {
		return "", err
	}
	check, err := IdentifierCheck(id.body())
	if err != nil {
		return "", err
	}
	id.Check = check
	return id.String(), nil
}

// ParseIdentifier parses a printed identifier and verifies its check character. The error is a
// *FieldError that names what is wrong and suggests the identifier that was probably meant: with
// look-alike characters replaced, or with the right check character.
func ParseIdentifier(s string) (Identifier, error) {
	id, err := splitIdentifier(s)
	if err != nil {
		return Identifier{}, err.withSuggestion(repair(s, lookalikes, isValidIdentifier))
	}
	want, _ := IdentifierCheck(id.body())
	if want == id.Check {
		return id, nil
	}
	suggestion := repair(s, lookalikes, isValidIdentifier)
	if suggestion == "" {
		right := id
		right.Check = want
		suggestion = right.String()
	}
	return Identifier{}, newFieldError("ident.checksum",
		fmt.Sprintf("证照标识校验不通过，校验位应为 %c。", want),
		fmt.Sprintf("The certificate identifier fails its check; for these groups the check character is %c.", want),
	).withSuggestion(suggestion)
}

// IdentifierCheck returns the check character of an identifier's body: type code,
// issuer code, serial and version. Dots between them are ignored. The rule is
// ISO/IEC 7064 MOD 37,36 (GB/T 17710-2008).
func IdentifierCheck(body string) (byte, error) {
	p := 36
	for i := range len(body) {
		if body[i] == '.' {
			continue
		}
		value := base36(body[i])
		if value < 0 {
			return 0, newFieldError("ident.form", "证照标识只能由数字和大写字母组成。", "A certificate identifier consists of digits and capital letters only.")
		}
		p = (p + value) % 36
		if p == 0 {
			p = 36
		}
		p = p * 2 % 37
	}
	return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37-p)%36], nil
}

// splitIdentifier splits a printed identifier into its groups by form alone.
func splitIdentifier(s string) (Identifier, *FieldError) {
	rest, found := strings.CutPrefix(s, identifierRoot+".")
	groups := strings.Split(rest, ".")
	if !found || len(groups) != 5 || len(groups[4]) != 1 || base36(groups[4][0]) < 0 {
		return Identifier{}, newFieldError("ident.form",
			"证照标识应为 "+identifierRoot+" 加五组，以点分隔。",
			"A certificate identifier is "+identifierRoot+" and five groups, separated by dots.")
	}
	id := Identifier{TypeCode: groups[0], Issuer: groups[1], Serial: groups[2], Version: groups[3], Check: groups[4][0]}
	return id, id.checkForm()
}

// checkForm checks the groups without the check character.
func (id Identifier) checkForm() *FieldError {
	switch {
	case !typeCodeForm.MatchString(id.TypeCode):
		return newFieldError("ident.type", "证照类型代码应为 21 位数字或大写字母。", "The type code has 21 digits or capital letters.")
	case !issuerForm.MatchString(id.Issuer):
		return newFieldError("ident.issuer", "颁发机构代码应为 18 位。", "The issuer code has 18 characters.")
	case !serialForm.MatchString(id.Serial):
		return newFieldError("ident.serial", "流水号应为 1 至 40 位数字或大写字母。", "The serial has 1 to 40 digits or capital letters.")
	case !versionForm.MatchString(id.Version) || id.Version == "000":
		return newFieldError("ident.version", "版本号应为 001 至 999。", "The version is 001 to 999.")
	}
	return nil
}

// body returns the text that the check character is computed from.
func (id Identifier) body() string { return id.TypeCode + id.Issuer + id.Serial + id.Version }

// isValidIdentifier reports whether s is a valid identifier.
func isValidIdentifier(s string) bool {
	id, err := splitIdentifier(s)
	if err != nil {
		return false
	}
	check, _ := IdentifierCheck(id.body())
	return check == id.Check
}

// base36 returns the value of a digit or capital letter, or -1.
func base36(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return -1
}

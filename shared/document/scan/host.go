package scan

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Elsewhere is the host of a code whose content is no address that programs read alike.
const Elsewhere = "?"

// longestHost is that of a host (RFC 1035), in bytes.
const longestHost = 253

// Host returns where a phone that scans the code is led: the host of its address, or the scheme of one
// without a host, such as javascript:. It is "" for a token by itself, and Elsewhere for everything else, which
// is the words of whoever made the code. What the token proves is the same wherever its address leads.
func (c Code) Host() string {
	found, _ := credential.Find(c.Text)
	address, _, _ := strings.Cut(c.Text, found.Token)
	if address = strings.TrimSpace(address); address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err == nil && u.Host == "" && u.Scheme == "" { // phones add a scheme
		u, err = url.Parse("https://" + strings.TrimLeft(address, "/"))
	}
	switch {
	case err != nil:
		return Elsewhere
	case u.Host == "" && u.Scheme != "" && len(u.Scheme) <= longestHost:
		return u.Scheme + ":"
	}
	if host := hostOf(u); isHost(host) {
		return host
	}
	return Elsewhere
}

// isHost reports whether a text is a host and nothing else: letters, digits and hyphens of any language between
// dots, or an address in brackets, with a port.
func isHost(host string) bool {
	if host == "" || len(host) > longestHost || certificate.EscapeText(host) != host {
		return false
	}
	return !strings.ContainsFunc(host, func(r rune) bool {
		return !strings.ContainsRune("-.:[]", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// LeadsAway returns the code's host if it is not that of the service at an origin, and otherwise "".
func (c Code) LeadsAway(origin string) string {
	host := c.Host()
	if u, err := url.Parse(origin); err == nil && hostOf(u) == host {
		return ""
	}
	return host
}

// hostOf returns a host as a browser names it, without the port that its scheme has.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		return strings.TrimSuffix(host, ":80")
	case "https":
		return strings.TrimSuffix(host, ":443")
	}
	return host
}

package scan

import (
	"net/url"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
)

// Host returns where a phone that scans the code is led: the host of its address, or the scheme of one
// without a host, such as javascript:. It is "" for a token by itself. What the token proves is the same
// wherever its address leads.
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
	case err != nil: // programs differ in where it leads
		return address
	case u.Host == "" && u.Scheme != "":
		return u.Scheme + ":"
	}
	return hostOf(u)
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

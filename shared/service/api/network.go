package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/netip"
	"strings"
)

// EdgeHeader is the header in which the edge network before the API, such as the distribution of
// template.yaml, sends a secret that callers do not know. It is removed from the request before any
// handler sees it.
const EdgeHeader = "x-jiazhu-edge"

// callerAddress returns the caller's address behind a trusted edge. For the gateway the caller is
// the edge's server, which many callers share. The edge appends the caller's address to
// X-Forwarded-For, and the gateway may append the edge's. Earlier addresses were sent by the
// caller, so only the last one is read. If it is not an address, the edge's is returned.
func callerAddress(source, forwarded string) string {
	list := strings.Split(forwarded, ",")
	ip, ok := parseAddress(list[len(list)-1])
	if edge, isIP := parseAddress(source); ok && isIP && ip == edge && len(list) > 1 {
		ip, ok = parseAddress(list[len(list)-2])
	}
	if !ok {
		return source
	}
	return ip.String()
}

// isFromEdge compares in constant time.
func isFromEdge(proof string, secrets []string) bool {
	given, same := sha256.Sum256([]byte(proof)), 0
	for _, secret := range secrets {
		known := sha256.Sum256([]byte(secret))
		same |= subtle.ConstantTimeCompare(given[:], known[:])
	}
	return same == 1
}

// parseAddress reads an IP address. An address with a zone is refused, since a zone has a meaning
// on one machine only.
func parseAddress(text string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(strings.TrimSpace(text))
	return ip.Unmap(), err == nil && ip.Zone() == ""
}

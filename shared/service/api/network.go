package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/netip"
	"strings"
)

// EdgeHeader is the header in which a network before the API, such as the
// distribution of template.yaml, sends a secret that callers do not know. It is
// taken from the request before any handler sees it.
const EdgeHeader = "x-jiazhu-edge"

// callerAddress is the caller's address behind an edge that proved itself. To the
// gateway the caller is whoever connected: one of the network's edges, which
// strangers share. The edge writes whom it serves at the end of X-Forwarded-For,
// and the gateway may put the edge behind that. Everything before was sent by the
// caller, so only the last address is read. Where it is none, it is the edge's.
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

// isFromEdge compares in a time that tells nothing of the secrets.
func isFromEdge(proof string, secrets []string) bool {
	given, same := sha256.Sum256([]byte(proof)), 0
	for _, secret := range secrets {
		known := sha256.Sum256([]byte(secret))
		same |= subtle.ConstantTimeCompare(given[:], known[:])
	}
	return same == 1
}

// parseAddress reads an IP address; a zone means something on one machine only.
func parseAddress(text string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(strings.TrimSpace(text))
	return ip.Unmap(), err == nil && ip.Zone() == ""
}

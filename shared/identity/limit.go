package identity

import (
	"net/netip"
	"time"
)

// Limit is a named token bucket: Burst at once, then one every Every. Key says
// whose bucket it is.
type Limit struct {
	Name  string
	Key   []string
	Burst int
	Every time.Duration
}

// LoginLimits bound guessing passwords. The narrow one is kept per account and
// network: a stranger who tries an account over and over shuts themselves out,
// not its owner, who comes from elsewhere. A right password empties it. The wide
// one, per network, bounds trying one password on many accounts; an office or a
// mobile network behind one address stays below it.
func LoginLimits(portal, username, network string) (narrow, wide Limit) {
	network = Neighbourhood(network)
	return Limit{Name: "login-account", Key: []string{portal, username, network}, Burst: 10, Every: 30 * time.Second},
		Limit{Name: "login-network", Key: []string{network}, Burst: 300, Every: 200 * time.Millisecond}
}

// PasswordLimit bounds guessing the current password within a session, per
// account: whoever is limited has logged in already.
func PasswordLimit(portal, username string) Limit {
	return Limit{Name: "password", Key: []string{portal, username}, Burst: 5, Every: time.Minute}
}

// CodeLimits bound the short messages: one a minute and ten a day, to one phone
// and for one account.
func CodeLimits(portal, username, phone string) []Limit {
	return []Limit{
		{Name: "code-minute", Key: []string{portal, username}, Burst: 1, Every: time.Minute},
		{Name: "code-phone", Key: []string{phone}, Burst: 10, Every: 24 * time.Hour / 10},
		{Name: "code-account", Key: []string{portal, username}, Burst: 10, Every: 24 * time.Hour / 10},
	}
}

// LinkLimit bounds the password links sent to one phone.
func LinkLimit(phone string) Limit {
	return Limit{Name: "link-phone", Key: []string{phone}, Burst: 10, Every: 24 * time.Hour / 10}
}

// ChallengeLimit bounds the QR codes of one session.
func ChallengeLimit(session string) Limit {
	return Limit{Name: "challenge", Key: []string{session}, Burst: 10, Every: 12 * time.Second}
}

// Neighbourhood is the part of an address that one subscriber holds: an IPv4
// address, the /64 of an IPv6 one. What is no address is its own neighbourhood.
func Neighbourhood(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

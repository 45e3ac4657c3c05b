package identity

import (
	"net/netip"
	"slices"
	"time"
)

// Limit is a named token bucket: Burst at once, then one every Every. Key says
// whose bucket it is. A bucket of one day alone ends at Until, before anything
// comes back; otherwise Until is zero.
type Limit struct {
	Name  string
	Key   []string
	Burst int
	Every time.Duration
	Until time.Time
}

// Every limit here bounds what somebody who is not the person can try or cause,
// and none can be exhausted by others for a person who has something of their
// own to show: a device that logged in before, a session, a face.
//
// Limits are taken in this order: what a network has for everything, what it has
// for one account or number, what all networks have for that together. Whoever
// exhausts one has taken nothing more of those behind it, and the last are so
// wide that it takes some twenty networks at once to exhaust them.

// Tries is what one try of a password costs. Limits are taken in order. A right
// password resets Own and gives a token back to each of Shared.
type Tries struct {
	Limits []Limit
	Own    Limit
	Shared []Limit
}

// UnknownNetworkTries bound guessing from where the account has never been logged in
// from. Per network, which bounds trying one password on many accounts (an office
// or a mobile network behind one address stays below it); per account and
// network, so that a stranger shuts themselves out and nobody else; and per
// account, which bounds guessing from many networks at once: at most 200 and then
// 2880 a day, of which one network has 10 and then 144.
func UnknownNetworkTries(portal, username, network string) Tries {
	wide := perNetwork(Limit{Name: "login-network", Burst: 300, Every: 200 * time.Millisecond}, network)
	own := perNetwork(Limit{Name: "login-account", Key: []string{portal, username}, Burst: 10, Every: 10 * time.Minute}, network)
	all := Limit{Name: "login-strangers", Key: []string{portal, username}, Burst: 200, Every: 30 * time.Second}
	return Tries{Limits: append(slices.Concat(wide, own), all), Own: own[0], Shared: append(own[1:], all)}
}

// LookupLimits bound guessing names and numbers on the public verification: per
// network, which bounds trying many numbers; per number and network; and per
// number, which bounds guessing its holder's name from many networks at once.
// number is in the one spelling under which it is looked up.
func LookupLimits(network, number string) []Limit {
	wide := perNetwork(Limit{Name: "verify-number", Burst: 30, Every: 6 * time.Second}, network)
	own := perNetwork(Limit{Name: "verify-number-own", Key: []string{number}, Burst: 30, Every: 20 * time.Second}, network)
	all := Limit{Name: "verify-number-all", Key: []string{number}, Burst: 600, Every: time.Second}
	return append(slices.Concat(wide, own), all)
}

// perNetwork is a limit of one network's own: of its neighbourhood, and, where
// that lies in a wider site, of the site with twice the tokens. Who is given a
// site, as customers are given a /48, has 65536 neighbourhoods.
func perNetwork(l Limit, network string) []Limit {
	near, site := Neighbourhood(network), Site(network)
	own := l
	own.Key = append(slices.Clone(l.Key), near)
	if near == site {
		return []Limit{own}
	}
	l.Name += "-site"
	l.Key = append(slices.Clone(l.Key), site)
	l.Burst, l.Every = 2*l.Burst, l.Every/2
	return []Limit{own, l}
}

// DeviceTries bound guessing from a device the account knows, wherever it is.
// No other device and no network has a part in them.
func DeviceTries(portal, username, device string) Tries {
	own := Limit{Name: "login-device", Key: []string{portal, username, device}, Burst: 10, Every: 30 * time.Second}
	return Tries{Limits: []Limit{own}, Own: own}
}

// PasswordLimit bounds guessing the current password within a session. Each
// session has its own: who stole one cannot keep the person from changing the
// password, which ends the stolen one.
func PasswordLimit(session string) Limit {
	return Limit{Name: "password", Key: []string{session}, Burst: 5, Every: time.Minute}
}

// CodeLimits bound the short messages: one a minute and ten a day for one
// account, ten a day from one person to one phone, and sixty a day to one phone
// from all. The last is not asked of a person who has just shown their face, so
// that nobody can use up the messages to a phone that its person needs.
func CodeLimits(s Session, phone string, now time.Time) []Limit {
	const day = 24 * time.Hour
	limits := []Limit{
		{Name: "code-minute", Key: []string{s.Portal, s.Username}, Burst: 1, Every: time.Minute},
		{Name: "code-account", Key: []string{s.Portal, s.Username}, Burst: 10, Every: day / 10},
		{Name: "code-person", Key: []string{s.Holder, phone}, Burst: 10, Every: day / 10},
	}
	if s.IsIdentified(now) {
		return limits
	}
	return append(limits, Limit{Name: "code-phone", Key: []string{phone}, Burst: 60, Every: day / 60})
}

// LinkLimit bounds the password links that one portal has sent to one phone.
func LinkLimit(portal, phone string) Limit {
	return Limit{Name: "link-phone", Key: []string{portal, phone}, Burst: 10, Every: 24 * time.Hour / 10}
}

// PhoneLimit bounds how often one portal changes one person's number, each time of
// which the old one is told.
func PhoneLimit(portal, holder string) Limit {
	return Limit{Name: "phone-change", Key: []string{portal, holder}, Burst: 10, Every: 24 * time.Hour / 10}
}

// LimitsOf are the limits that are a person's and can be told from their accounts and phones. Those of
// a network, and of a device that keeps its secret to itself, cannot.
func LimitsOf(accounts []Account, phones []Phone) (all []Limit) {
	seen := map[string]bool{}
	for _, p := range phones {
		if !p.IsBound() || seen[p.Number] {
			continue
		}
		seen[p.Number] = true
		for _, a := range accounts {
			all = append(all, CodeLimits(Session{Portal: a.Portal, Username: a.Username, Holder: a.Holder}, p.Number, time.Time{})...)
			all = append(all, LinkLimit(a.Portal, p.Number))
		}
	}
	for _, a := range accounts {
		tries := UnknownNetworkTries(a.Portal, a.Username, "").Limits
		all = append(all, PhoneLimit(a.Portal, a.Holder), tries[len(tries)-1]) // what all networks have together
		for session := range a.Sessions {
			all = append(all, PasswordLimit(session), ChallengeLimit(session))
		}
	}
	return all
}

// ChallengeLimit bounds the QR codes of one session.
func ChallengeLimit(session string) Limit {
	return Limit{Name: "challenge", Key: []string{session}, Burst: 10, Every: 12 * time.Second}
}

// Neighbourhood is the part of an address that one subscriber holds: an IPv4
// address, the /64 of an IPv6 one. What is no address is its own neighbourhood.
func Neighbourhood(address string) string { return within(address, 64) }

// Site is the widest part of an address that one customer is given: an IPv4
// address, the /48 of an IPv6 one (RFC 6177).
func Site(address string) string { return within(address, 48) }

// within is an IPv4 address, or the prefix of so many bits of an IPv6 one.
func within(address string, bits int) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(bits)
	if err != nil {
		return address
	}
	return prefix.String()
}

package identity

import (
	"net/netip"
	"slices"
	"time"
)

// Limit is a named token bucket: Burst tokens at first, then one every Every. Key identifies the
// bucket. A bucket for one day only ends at Until, before it is refilled; otherwise Until is zero.
type Limit struct {
	Name  string
	Key   []string
	Burst int
	Every time.Duration
	Until time.Time
}

// Every limit here bounds what an attacker can try or cause. Others cannot exhaust the limits that
// apply to a person with something of their own: a device that logged in before, a session, a face.
//
// Limits are taken in this order: for all requests of a network, for its requests about one account
// or number, for the requests of all networks about that account or number. A request refused by
// one limit takes no token of the later ones, and the last are so wide that about twenty networks
// together are needed to exhaust them.

// Tries are the limits that one try of a password takes a token from, in order. A right password
// resets Own and returns a token to each of Shared.
type Tries struct {
	Limits []Limit
	Own    Limit
	Shared []Limit
}

// UnknownNetworkTries limit guessing from a place where the account has never logged in. The limit
// per network bounds trying one password on many accounts (an office or a mobile network behind one
// address stays below it); the one per account and network means that a stranger locks out only
// themselves; the one per account bounds guessing from many networks at once: at most 200 and then
// 2880 a day, of which one network has 10 and then 144.
func UnknownNetworkTries(portal, username, network string) Tries {
	wide := perNetwork(Limit{Name: "login-network", Burst: 300, Every: 200 * time.Millisecond}, network)
	own := perNetwork(Limit{Name: "login-account", Key: []string{portal, username}, Burst: 10, Every: 10 * time.Minute}, network)
	all := Limit{Name: "login-strangers", Key: []string{portal, username}, Burst: 200, Every: 30 * time.Second}
	return Tries{Limits: append(slices.Concat(wide, own), all), Own: own[0], Shared: append(own[1:], all)}
}

// LookupLimits limit guessing names and numbers in the public verification: per network, which
// bounds trying many numbers; per number and network; and per number, which bounds guessing its
// holder's name from many networks at once. number is in its canonical spelling.
func LookupLimits(network, number string) []Limit {
	wide := perNetwork(Limit{Name: "verify-number", Burst: 30, Every: 6 * time.Second}, network)
	own := perNetwork(Limit{Name: "verify-number-own", Key: []string{number}, Burst: 30, Every: 20 * time.Second}, network)
	all := Limit{Name: "verify-number-all", Key: []string{number}, Burst: 600, Every: time.Second}
	return append(slices.Concat(wide, own), all)
}

// JobLimit limits the archives of files that one organisation has verified: 154 on the first day, and
// then 144 a day.
func JobLimit(client string) Limit {
	return Limit{Name: "verify-jobs", Key: []string{client}, Burst: 10, Every: 10 * time.Minute}
}

// perNetwork returns the limit for a network's neighbourhood and, if that is part of a larger site,
// for the site with twice the tokens. A customer with a /48 has 65536 neighbourhoods.
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

// DeviceTries limit guessing from a device that the account remembers, in any network. Other
// devices and networks do not take from them.
func DeviceTries(portal, username, device string) Tries {
	own := Limit{Name: "login-device", Key: []string{portal, username, device}, Burst: 10, Every: 30 * time.Second}
	return Tries{Limits: []Limit{own}, Own: own}
}

// PasswordLimit limits guessing the current password within a session. Every session has its own,
// so the thief of one session cannot keep the person from changing the password, which ends the
// stolen session.
func PasswordLimit(session string) Limit {
	return Limit{Name: "password", Key: []string{session}, Burst: 5, Every: time.Minute}
}

// CodeLimits limit the short messages: one a minute and ten a day for one account, ten a day from
// one person to one phone, and sixty a day to one phone from everybody. The last does not apply to
// a person who has just shown their face, so that nobody else can use up the messages to a phone
// that its person needs.
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

// LinkLimit limits the password links that one portal sends to one phone.
func LinkLimit(portal, phone string) Limit {
	return Limit{Name: "link-phone", Key: []string{portal, phone}, Burst: 10, Every: 24 * time.Hour / 10}
}

// PhoneLimit limits how often one portal changes one person's number. Each change sends a message
// to the old number.
func PhoneLimit(portal, holder string) Limit {
	return Limit{Name: "phone-change", Key: []string{portal, holder}, Burst: 10, Every: 24 * time.Hour / 10}
}

// LimitsOf returns the limits of a person that can be derived from their accounts and phones. Those
// of networks and of devices, whose secrets are unknown, are not among them.
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
		all = append(all, PhoneLimit(a.Portal, a.Holder), tries[len(tries)-1]) // the limit for all networks together
		for session := range a.Sessions {
			all = append(all, PasswordLimit(session), ChallengeLimit(session))
		}
	}
	return all
}

// ChallengeLimit limits the QR codes of one session.
func ChallengeLimit(session string) Limit {
	return Limit{Name: "challenge", Key: []string{session}, Burst: 10, Every: 12 * time.Second}
}

// Neighbourhood is the part of an address that belongs to one subscriber: an IPv4 address, the /64
// of an IPv6 one. Text that is not an address is returned unchanged.
func Neighbourhood(address string) string { return within(address, 64) }

// Site is the largest part of an address that one customer is assigned: an IPv4 address, the /48 of
// an IPv6 one (RFC 6177).
func Site(address string) string { return within(address, 48) }

// within returns an IPv4 address, or the prefix of this many bits of an IPv6 one.
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

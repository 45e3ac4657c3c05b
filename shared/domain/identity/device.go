package identity

import (
	"maps"
	"regexp"
	"time"
)

// An account remembers the devices that have logged in, so that strangers who exhaust the account's
// limit of tries cannot lock its person out (OWASP, "Slow Down Online Guessing Attacks with Device
// Cookies"). A remembered device still needs the password; it only has its own limit of tries.

const (
	// MaxDevices is how many devices an account remembers; a further one replaces the one not used
	// for longest.
	MaxDevices = 8
	// DeviceLife is how long a device is remembered after its last log-in.
	DeviceLife = 90 * 24 * time.Hour
)

// The form of the secret that a device makes once and keeps: 22 to 128 characters, which is 128
// random bits or more. The expression bounds no length, because that costs time at every start.
const shortestSecret, longestSecret = 22, 128

var secretCharacters = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

// DeviceHash is the hash under which an account remembers a device; it differs for every account.
// It returns "" and true for an empty secret, and false for an invalid one.
func DeviceHash(portal, username, secret string) (string, bool) {
	switch {
	case secret == "":
		return "", true
	case len(secret) < shortestSecret || len(secret) > longestSecret || !secretCharacters.MatchString(secret):
		return "", false
	}
	return HashToken(portal + "\n" + username + "\n" + secret), true
}

// KnowsDevice reports whether the device has logged in to the account within DeviceLife.
func (a Account) KnowsDevice(device string, now time.Time) bool {
	seen, ok := a.Devices[device]
	return ok && device != "" && now.Sub(seen) < DeviceLife
}

// Remember returns the account with the device used now. It removes devices not used for
// DeviceLife, and the oldest beyond MaxDevices. An empty device ("") changes nothing.
func (a Account) Remember(device string, now time.Time) Account {
	if device == "" {
		return a
	}
	kept := maps.Clone(a.Devices)
	if kept == nil {
		kept = map[string]time.Time{}
	}
	maps.DeleteFunc(kept, func(_ string, seen time.Time) bool { return now.Sub(seen) >= DeviceLife })
	kept[device] = now
	for len(kept) > MaxDevices {
		delete(kept, earliestHash(kept))
	}
	a.Devices = kept
	return a
}

package identity

import (
	"maps"
	"regexp"
	"time"
)

// A device that logged in once is known to the account, so that strangers who
// exhaust the account's limit of tries cannot keep its person out (OWASP,
// "Slow Down Online Guessing Attacks with Device Cookies"). A known device
// still needs the password: it only has tries of its own.

const (
	// MaxDevices is how many devices an account knows; a further one takes the
	// place of the one not used for longest.
	MaxDevices = 8
	// DeviceLife is how long a device is known after its last login.
	DeviceLife = 90 * 24 * time.Hour
)

// deviceForm is the secret a device makes once and keeps: 128 random bits or more.
var deviceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{22,128}$`)

// DeviceHash is the form in which an account knows a device: other accounts
// know the same one by another. It is "" and true for no secret, and false for
// what is none.
func DeviceHash(portal, username, secret string) (string, bool) {
	switch {
	case secret == "":
		return "", true
	case !deviceForm.MatchString(secret):
		return "", false
	}
	return HashToken(portal + "\n" + username + "\n" + secret), true
}

// KnowsDevice reports whether somebody with the account's password logged in from
// the device within DeviceLife.
func (a Account) KnowsDevice(device string, now time.Time) bool {
	seen, ok := a.Devices[device]
	return ok && device != "" && now.Sub(seen) < DeviceLife
}

// Remember returns the account that knows the device, used now. Devices not
// used for DeviceLife, and the oldest beyond MaxDevices, are forgotten. No
// device ("") changes nothing.
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

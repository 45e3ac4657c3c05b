package identity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

func TestDevicesByTheirSecrets(t *testing.T) {
	const secret = "0123456789abcdef-_ABCD"
	tests := map[string]struct {
		secret string
		ok     bool
	}{
		"none":                       {"", true},
		"22 characters":              {secret, true},
		"128 characters":             {strings.Repeat("x", 128), true},
		"21 characters":              {secret[1:], false},
		"129 characters":             {strings.Repeat("x", 129), false},
		"a line break at the end":    {secret + "\n", false},
		"a character of another set": {secret + "é", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			hash, ok := identity.DeviceHash("mohurd", "zhangsan", tt.secret)
			if ok != tt.ok || (hash != "") != (tt.ok && tt.secret != "") {
				t.Errorf("DeviceHash = %q, %v", hash, ok)
			}
		})
	}
	seen := map[string]bool{}
	for _, of := range [][2]string{{"mohurd", "zhangsan"}, {"mohurd", "lisi"}, {"gjzwfw", "zhangsan"}} {
		hash, _ := identity.DeviceHash(of[0], of[1], secret)
		seen[hash] = true
	}
	if len(seen) != 3 {
		t.Error("two accounts know one device by the same hash")
	}
}

func TestAnAccountKnowsTheDevicesUsedLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a identity.Account
		now := noon
		used := map[string]time.Time{}
		for range rapid.IntRange(1, 3*identity.MaxDevices).Draw(t, "logins") {
			now = now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "days")) * 24 * time.Hour)
			device := fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "device"))
			before := len(a.Devices)
			next := a.Remember(device, now)
			if len(a.Devices) != before {
				t.Fatal("the account read before is changed")
			}
			a, used[device] = next, now
			if !a.KnowsDevice(device, now) || len(a.Devices) > identity.MaxDevices {
				t.Fatalf("%d devices, knows the newest: %v", len(a.Devices), a.KnowsDevice(device, now))
			}
			for d := range a.Devices {
				if now.Sub(used[d]) >= identity.DeviceLife {
					t.Fatalf("a device not used since %v is known at %v", used[d], now)
				}
			}
		}
	})
}

func TestWhatADeviceIsForgottenBy(t *testing.T) {
	known := identity.Account{}.Remember("laptop", noon)
	if known.KnowsDevice("laptop", noon.Add(identity.DeviceLife)) {
		t.Error("a device is known for longer than DeviceLife")
	}
	if renewed, _ := known.WithPassword("phc", "", noon); renewed.KnowsDevice("laptop", noon) {
		t.Error("a device outlives the password it was used with")
	}
	if known.Remember("", noon).KnowsDevice("", noon) || !known.Remember("", noon).KnowsDevice("laptop", noon) {
		t.Error("no device is one")
	}
}

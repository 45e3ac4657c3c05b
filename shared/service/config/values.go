package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

func text(into *string) func(string) error {
	return func(value string) error {
		*into = value
		return nil
	}
}

func boolean(into *bool) func(string) error {
	return func(value string) error {
		if value != "true" && value != "false" {
			return errors.New(`want "true" or "false"`)
		}
		*into = value == "true"
		return nil
	}
}

func count(into *int, most int) func(string) error {
	return func(value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > most {
			return fmt.Errorf("want a whole number from 0 to %d", most)
		}
		*into = n
		return nil
	}
}

func seconds(into *time.Duration, least, most time.Duration) func(string) error {
	return func(value string) error {
		n, err := strconv.Atoi(value)
		d := time.Duration(n) * time.Second
		if err != nil || d < least || d > most {
			return fmt.Errorf("want whole seconds from %.0f to %.0f", least.Seconds(), most.Seconds())
		}
		*into = d
		return nil
	}
}

func address(into *string) func(string) error {
	return func(value string) error {
		if _, err := parseHTTP(value); err != nil {
			return err
		}
		*into = value
		return nil
	}
}

// secureAddress reads a URL to which secrets and personal data are sent: https, unless it is on
// this machine.
func secureAddress(into *string) func(string) error {
	return func(value string) error {
		u, err := parseHTTP(value)
		if err != nil {
			return err
		}
		if u.Scheme != "https" && !loopback(u.Hostname()) {
			return errors.New("want an https address: what goes there is secret")
		}
		*into = value
		return nil
	}
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// edgeSecret returns the form of a secret that the edge network sends. It is costly to compile.
var edgeSecret = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{32,128}$`) })

// edgeSecrets reads one secret, or two separated by a space during a change.
func edgeSecrets(into *[]string) func(string) error {
	return func(value string) error {
		secrets := strings.Split(value, " ")
		if len(secrets) > 2 || !edgeSecret().MatchString(secrets[0]) || !edgeSecret().MatchString(secrets[len(secrets)-1]) {
			return errors.New("want a secret of 32 to 128 letters, digits, - and _, or two with a space between")
		}
		*into = secrets
		return nil
	}
}

func origin(into *string) func(string) error {
	return func(value string) error {
		u, err := parseHTTP(value)
		if err != nil {
			return err
		}
		if u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
			return errors.New("want an origin: scheme and host, nothing after")
		}
		*into = value
		return nil
	}
}

func parseHTTP(value string) (*url.URL, error) {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("want an http or https address")
	}
	return u, nil
}

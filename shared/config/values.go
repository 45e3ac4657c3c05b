package config

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
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

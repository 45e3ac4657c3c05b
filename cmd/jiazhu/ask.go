package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// putAccount opens or updates an account of the client's portal.
func (c console) putAccount(ctx context.Context, args []string) error {
	f := c.flags("accounts put", "USER FILE")
	alwaysJSON(f)
	s := c.addServiceFlags(f, "mohurd-portal")
	names, err := parse(f, args, 2, 2)
	if err != nil {
		return err
	}
	body, err := c.open(names[1])
	if err != nil {
		return err
	}
	token, err := s.token(ctx, "accounts")
	if err != nil {
		return err
	}
	var done json.RawMessage
	err = s.call(ctx, http.MethodPut, "/v1/accounts/"+url.PathEscape(names[0]), token, "application/json", body, &done)
	if err != nil {
		return err
	}
	return c.print(done)
}

var errNotValid = errors.New("not valid, or it cannot be told")

// verify asks the service about a file or a token, as anybody can. conformance/verify verifies
// without the service.
func (c console) verify(ctx context.Context, args []string) error {
	f := c.flags("verify", "FILE")
	s := c.addServiceFlags(f, "")
	asJSON := f.Bool("json", false, "print the whole verdict as JSON")
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	data, err := c.open(names[0])
	if err != nil {
		return err
	}
	kind := "application/ofd"
	switch {
	case bytes.HasPrefix(data, []byte("%PDF")):
		kind = "application/pdf"
	case !bytes.HasPrefix(data, []byte("PK")):
		kind = "application/json"
		if data, err = json.Marshal(map[string]string{"token": string(bytes.TrimSpace(data))}); err != nil {
			return err
		}
	}
	var whole json.RawMessage
	if err := s.call(ctx, http.MethodPost, "/v1/verifications", "", kind, data, &whole); err != nil {
		return err
	}
	var v struct {
		Verdict, VerdictName string
		Checks               []struct{ Check, Result, Text string }
	}
	if err := json.Unmarshal(whole, &v); err != nil {
		return fmt.Errorf("reading the verdict: %w", err)
	}
	if *asJSON {
		err = c.print(whole)
	} else {
		fmt.Fprintln(c.out, v.VerdictName)
		for _, check := range v.Checks {
			fmt.Fprintf(c.out, "  %-9s %-12s %s\n", check.Result, check.Check, check.Text)
		}
	}
	if err == nil && v.Verdict != "valid" {
		err = errNotValid
	}
	return err
}

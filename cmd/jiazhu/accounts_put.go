package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/jiazhu/jiazhu/client"
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
	token, err := s.authenticate(ctx, "accounts")
	if err != nil {
		return err
	}
	done, err := client.Read[json.RawMessage](s.PutAccountWithBody(ctx, names[0], "application/json", bytes.NewReader(body), client.Bearer(token)))
	if err != nil {
		return s.explain(err)
	}
	return c.print(done)
}

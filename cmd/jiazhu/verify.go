package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
)

// The verdicts other than valid. Each has an exit code of its own, the same as in conformance/verify.
var (
	errInvalid = errors.New("invalid")
	errUnknown = errors.New("it cannot be told whether this is valid")
	errReceipt = errors.New("a receipt, which is no certificate")
)

// verdictError returns the error of a verdict, nil if it is valid.
func verdictError(v client.VerdictVerdict) error {
	switch v {
	case client.VerdictVerdictValid:
		return nil
	case client.VerdictVerdictReceipt:
		return errReceipt
	case client.VerdictVerdictInvalid:
		return errInvalid
	}
	return errUnknown // also for a verdict of a later version
}

// verify has the service verify a file or a token, as anybody can. conformance/verify verifies
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
	whole, err := s.verify(ctx, data)
	if p, ok := errors.AsType[*client.Problem](err); ok && p.Status == http.StatusRequestEntityTooLarge {
		return fmt.Errorf("%w: %w", errUnknown, err)
	}
	if err != nil {
		return s.explain(err)
	}
	var v client.Verdict
	if err := json.Unmarshal(whole, &v); err != nil {
		return fmt.Errorf("read the verdict: %w", err)
	}
	if *asJSON {
		err = c.print(whole)
	} else {
		fmt.Fprintf(c.out, "%s\n  given     %s\n", v.VerdictName, v.Given)
		if s := v.Subject; s != nil {
			fmt.Fprintf(c.out, "  name      %s\n  number    %s\n", s.Name, s.Number)
			if s.UseFrom != "" {
				fmt.Fprintf(c.out, "  days      %s to %s\n", s.UseFrom, s.UseUntil)
			}
		}
		for _, check := range v.Checks {
			fmt.Fprintf(c.out, "  %-9s %-12s %s\n", check.Result, check.Check, check.Text)
		}
	}
	if err != nil {
		return err
	}
	return verdictError(v.Verdict)
}

// verify returns the verdict on a file. The service tells a PDF or OFD from a text with a token or a
// receipt, and says what else the file is.
func (s *service) verify(ctx context.Context, data []byte) (json.RawMessage, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("the file is empty: %w", errUnknown)
	}
	return client.Read[json.RawMessage](s.VerifyWithBody(ctx, nil, "application/octet-stream", bytes.NewReader(data)))
}

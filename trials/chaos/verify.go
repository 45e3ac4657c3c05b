package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// verify asks by token, or by file, and returns the verdict. The asker's name is the verification's
// own, so that it can be found in the ledger.
func (c *caller) verify(ctx context.Context, w *endorseRequest, kind string, file []byte) (client.Verdict, error) {
	var v client.Verdict
	err := c.retryTransient(ctx, func() error {
		c.asked++
		asker := fmt.Sprintf("%s %d", w.key, c.asked)
		call := seed.Call{Method: http.MethodPost, Path: "/v1/verifications"}
		switch kind {
		case "qr":
			call.JSON = map[string]any{"token": w.endorsement.Token(), "asker": map[string]string{"name": asker}}
		case "batch":
			call.Path += "/batch"
			call.JSON = map[string]any{"items": []map[string]string{{"token": w.endorsement.Token()}}, "asker": map[string]string{"name": asker}}
		default:
			call.Path += "?" + url.Values{"asker": {asker}}.Encode()
			call.Body, call.Type = file, "application/"+kind
		}
		reply, err := c.api.Send(ctx, call)
		if err != nil {
			return err
		}
		if reply.Status != http.StatusOK {
			p := &client.Problem{}
			_ = reply.Decode(p)
			p.Status = reply.Status
			return p
		}
		if v, err = decodeVerdict(reply, kind); err != nil {
			return errors.Join(errTruncated, err)
		}
		if v.Verdict == "unknown" { // it could not ask the register, where the ledger is too
			c.harness.outcomes.count(withoutRegistry)
		} else {
			c.harness.outcomes.recordVerification(verification{asker, w.certificate, reply.Header.Get("Apigw-Requestid")})
		}
		return nil
	})
	return v, err
}

// decodeVerdict reads the verdict, of a batch that of its only item. An item that was not judged is
// unknown.
func decodeVerdict(reply *seed.Reply, kind string) (v client.Verdict, err error) {
	if kind != "batch" {
		err = reply.Decode(&v)
		return v, err
	}
	var b client.BatchAnswer
	if err := reply.Decode(&b); err != nil {
		return v, err
	}
	if len(b.Items) != 1 {
		return v, fmt.Errorf("%d entries for one item", len(b.Items))
	}
	v.Verdict = client.VerdictVerdict(b.Items[0].Verdict)
	if b.Items[0].Problem.Code != "" {
		v.Verdict = "unknown"
	}
	return v, nil
}

// download follows a link and holds the file against what was acknowledged. What is not whole or
// not there yet is asked for again.
func (c *caller) download(ctx context.Context, w *endorseRequest, file string) ([]byte, error) {
	var data []byte
	err := c.retryIdentified(ctx, func() error {
		link, err := c.session.Link(ctx, *w.endorsement, file)
		if err != nil {
			return err
		}
		if data, err = c.follow(ctx, link); err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		got := hex.EncodeToString(sum[:])
		if got != link.SHA256 || w.endorsement.File(file).SHA256 != got {
			return fmt.Errorf("the %s has the digest %s, the link says %s, the endorsement %v", file, got, link.SHA256, w.endorsement.File(file).SHA256)
		}
		return nil
	})
	if err == nil {
		c.harness.outcomes.count(downloads)
	}
	return data, err
}

func (c *caller) follow(ctx context.Context, link client.Link) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link.URL, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := c.api.HTTP.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, errors.Join(errTruncated, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("storage answers: %w", &client.Problem{Status: response.StatusCode, Title: fmt.Sprintf("%.200s", data)})
	}
	return data, nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// call is a way to hand something in.
type call struct {
	kind         string // media type; application/json for a body with the member in it
	member       string
	organisation bool // as one that proved itself, which may see more
	page         bool // asks for the page of a receipt
	bare         bool // asks for no receipt
}

// calls are the ways to hand a forgery in: as its own media type, with a receipt; as JSON, by an
// organisation; and as bytes or JSON again, with the page of a receipt.
func calls(f forgery.Forgery) []call {
	switch f.Form {
	case forgery.Token:
		return []call{{kind: "application/json", member: "token"}, {kind: "application/json", member: "token", organisation: true}, {kind: "application/json", member: "token", page: true}}
	case forgery.Receipt:
		return []call{{kind: "application/jose"}, {kind: "application/json", member: "receipt", organisation: true}, {kind: "application/json", member: "receipt", page: true}}
	}
	own := map[forgery.Form]string{forgery.PDF: "application/pdf", forgery.OFD: "application/ofd"}[f.Form]
	if own == "" {
		own = "application/octet-stream"
	}
	return []call{{kind: own}, {kind: "application/json", member: "file", organisation: true}, {kind: "application/octet-stream", page: true}}
}

// answer is what matters of the service's answer.
type answer struct {
	Verdict string
	Given   string
	Receipt string
	Subject *struct{ Disclosed any }
	Checks  []struct{ Check, Result, Reason string }
}

func (a answer) String() string {
	var rows []string
	for _, c := range a.Checks {
		if c.Result == "fail" || c.Result == "unknown" {
			rows = append(rows, c.Check+" "+c.Reason)
		}
	}
	return strings.TrimSpace(a.Verdict + " (" + a.Given + ") " + strings.Join(rows, ", "))
}

// call hands a forgery in and returns what is said of it, and the receipt where one was given. There is
// none of a receipt: that is then asked about once more without.
func (b *judgeWorker) call(ctx context.Context, f forgery.Forgery, c call) (finding, forgery.ReceiptFiles, error) {
	reply, err := b.send(ctx, f, c)
	if err == nil && reply.Status == http.StatusUnprocessableEntity && strings.Contains(string(reply.Body), `"pointer":"/wantReceipt"`) {
		c.bare, c.page = true, false
		reply, err = b.send(ctx, f, c)
	}
	if err != nil {
		return finding{}, forgery.ReceiptFiles{}, err
	}
	return read(f, c, reply)
}

func (b *judgeWorker) send(ctx context.Context, f forgery.Forgery, c call) (*seed.Reply, error) {
	request := seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Header: map[string]string{}}
	body, query := map[string]any{}, url.Values{}
	if c.kind == "application/json" {
		body[c.member] = string(f.Data)
		if c.member == "file" {
			body[c.member] = f.Data
		}
		request.JSON = body
	} else {
		request.Body, request.Type = f.Data, c.kind
	}
	set := func(name, value string, typed any) {
		if request.JSON != nil {
			body[name] = typed
			return
		}
		query.Set(name, value)
	}
	if !f.AsOf.IsZero() {
		set("asOf", f.AsOf.String(), f.AsOf.String())
	}
	if c.organisation {
		request.Token = b.agency
		set("statedPurpose", "评标", "评标")
	}
	switch {
	case c.page:
		request.Header["Accept"] = "application/pdf"
	case !c.bare:
		set("wantReceipt", "true", true)
	}
	if len(query) > 0 {
		request.Path += "?" + query.Encode()
	}
	return b.api.Send(ctx, request)
}

func read(f forgery.Forgery, c call, reply *seed.Reply) (finding, forgery.ReceiptFiles, error) {
	switch {
	case reply.Status == http.StatusTooManyRequests:
		return finding{}, forgery.ReceiptFiles{}, busyError{string(reply.Body)}
	case reply.Status >= 500:
		return finding{}, forgery.ReceiptFiles{}, fmt.Errorf("the service answers %d %.300s", reply.Status, reply.Body)
	case reply.Status != http.StatusOK:
		return finding{message: fmt.Sprintf("refused: %d %.200s", reply.Status, reply.Body)}, forgery.ReceiptFiles{}, nil
	case c.page:
		return finding{message: "a page"}, forgery.ReceiptFiles{Page: reply.Body}, nil
	}
	var a answer
	if err := json.Unmarshal(reply.Body, &a); err != nil || a.Verdict == "" {
		return finding{}, forgery.ReceiptFiles{}, fmt.Errorf("an answer without a verdict: %.300s", reply.Body)
	}
	found := finding{valid: isFalseAccept(f, a.Verdict), message: a.String()}
	if a.Subject != nil && a.Subject.Disclosed != nil && !f.Disclosable {
		found.valid, found.message = true, found.message+fmt.Sprintf("; discloses %.200v", a.Subject.Disclosed)
	}
	return found, forgery.ReceiptFiles{Text: a.Receipt}, nil
}

// judgeImitation asks for a copy whose words imitate the panel. It has to be refused for its words.
func (b *judgeWorker) judgeImitation(ctx context.Context, f forgery.Forgery) (finding, error) {
	reply, err := b.api.Send(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/certificates/" + b.imitating.certificate + "/endorsements", Token: b.imitating.Token,
		Body: f.Data, Type: "application/json", Header: map[string]string{"Idempotency-Key": fmt.Sprintf("%x", f.Digest())},
	})
	if err != nil {
		return finding{}, err
	}
	var p client.Problem
	_ = json.Unmarshal(reply.Body, &p)
	said := fmt.Sprintf("%d %s", reply.Status, p.Code)
	switch {
	case reply.Status == http.StatusCreated:
		return finding{valid: true, message: "endorsed: " + string(f.Data)}, nil
	case reply.Status == http.StatusUnprocessableEntity && p.Code == "invalid-field":
		return finding{message: said}, nil
	}
	return finding{}, fmt.Errorf("the service answers %d %.300s", reply.Status, reply.Body)
}

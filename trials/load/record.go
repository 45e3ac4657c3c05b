package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// rehearsals come before the request whose calls are kept, so that nothing is read for the first time.
const rehearsals = 3

// record watches one request of each route, for the bare function to do as much.
func (p *harness) record(ctx context.Context) error {
	scripts := map[string]faultproxy.Script{}
	for _, r := range p.routes() {
		for i := range rehearsals + 1 {
			p.tables.Take()
			p.objects.Take()
			reply, body, err := p.send(ctx, p.http, r.makeTarget(p.Seen, i))
			if err != nil {
				return fmt.Errorf("record %s: %w", r.name, err)
			}
			if reply.StatusCode != r.want {
				return fmt.Errorf("record %s: status %d: %.300s", r.name, reply.StatusCode, body)
			}
			calls := append(p.tables.Take(), p.objects.Take()...)
			scripts[r.name] = faultproxy.NewScript(calls, r.want, reply.Header.Get("Content-Type"), string(body))
		}
	}
	text, err := json.Marshal(scripts)
	if err != nil {
		return err
	}
	return os.WriteFile(p.scriptsAt, text, 0o600)
}

func (p *harness) send(ctx context.Context, by *http.Client, t vegeta.Target) (*http.Response, []byte, error) {
	request, err := t.Request()
	if err != nil {
		return nil, nil, err
	}
	reply, err := by.Do(request.WithContext(ctx))
	if err != nil {
		return nil, nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	return reply, body, err
}

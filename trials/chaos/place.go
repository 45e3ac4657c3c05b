package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// harness is a service with what is needed to trouble it, and the people who visit it.
type harness struct {
	outcomes *outcomeLog
	data     string
	storage  faultproxy.Storage
	proxy    *faultproxy.Proxy
	faults   *faultproxy.Random
	stack    *stack.Stack
	holders  []seed.Holder
	signer   *client.Signer // of the identity app

	undo []func()
}

func open(ctx context.Context, s settings, b *outcomeLog) (*harness, error) {
	p := &harness{outcomes: b}
	if err := p.open(ctx, s); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *harness) open(ctx context.Context, s settings) (err error) {
	wd, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find the working directory: %w", err)
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		return err
	}
	if p.data, err = os.MkdirTemp("", "jiazhu-chaos-"); err != nil {
		return fmt.Errorf("make a folder for the data: %w", err)
	}
	p.addUndo(func() { _ = os.RemoveAll(p.data) })
	if err := p.startStorage(ctx, root, s.seed); err != nil {
		return err
	}
	p.stack, err = stack.Start(ctx, stack.Options{
		Root: root, Data: p.data, Functions: s.functions, DynamoDBEndpoint: p.proxy.URL, S3Endpoint: p.proxy.URL,
	})
	if err != nil {
		return err
	}
	p.addUndo(p.stack.Stop)
	if p.signer, err = client.OpenSigner(p.stack.Paths.AppKey); err != nil {
		return err
	}
	p.holders = seed.SimpleHolders(s.holders, civil.Of(time.Now()))
	target := seed.Target{URL: p.stack.URL, Keys: p.stack.Keys, Phone: p.stack.URL, HTTP: faultproxy.NewPooledClient(0, s.holders, 16)}
	if err := target.Enter(ctx, p.holders); err != nil {
		return fmt.Errorf("let the holders in: %w", err)
	}
	return nil
}

// startStorage starts DynamoDB and S3, with a proxy before them.
func (p *harness) startStorage(ctx context.Context, root string, seed uint64) (err error) {
	if p.storage, err = faultproxy.NewStorage(root, p.data); err != nil {
		return err
	}
	p.addUndo(p.storage.Stop)
	if err := p.storage.Start(ctx); err != nil {
		return err
	}
	p.faults = faultproxy.NewRandom(seed)
	p.proxy = faultproxy.New(p.faults.Handle)
	p.addUndo(p.proxy.Close)
	return p.proxy.SetTargets(p.storage.Tables.URL, p.storage.Objects.URL)
}

func (p *harness) addUndo(undo func()) { p.undo = append(p.undo, undo) }

func (p *harness) close() {
	for i := len(p.undo) - 1; i >= 0; i-- {
		p.undo[i]()
	}
}

// openSealer has the service's keys.
func (p *harness) openSealer() (*fieldcrypto.Sealer, error) {
	var files fieldcrypto.KeyFiles
	for into, path := range map[*[]byte]string{
		&files.Names: p.stack.Paths.NamesKey, &files.Field: p.stack.Paths.FieldKey, &files.Integrity: p.stack.Paths.IntegrityKey,
	} {
		var err error
		if *into, err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("read a key: %w", err)
		}
	}
	return fieldcrypto.New(files)
}

// findLogLine is the line that a function wrote of a request, or nil.
func (p *harness) findLogLine(request string) []byte {
	logs, _ := filepath.Glob(filepath.Join(p.data, "logs", "*.log"))
	for _, name := range logs {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		for line := range bytes.Lines(text) {
			if bytes.Contains(line, []byte(`"requestId":"`+request+`"`)) {
				return line
			}
		}
	}
	return nil
}

// cause is what a function wrote of what went wrong with a request, or "".
func (p *harness) cause(request string) string {
	var line struct{ Cause string }
	_ = json.Unmarshal(p.findLogLine(request), &line)
	return line.Cause
}

// api is the service for a client at the i-th address, which the book watches.
func (p *harness) api(i int) *seed.API {
	client := faultproxy.Client(faultproxy.Address(1000 + i))
	client.Transport = &responseChecker{next: client.Transport, service: p.stack.URL, outcomes: p.outcomes}
	return &seed.API{URL: p.stack.URL, HTTP: client}
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

const (
	holderCount = 40              // holders; each has an account on both portals
	addresses   = 100             // callers' addresses
	connections = 400             // of all callers together
	startWithin = 4 * time.Minute // everything that is not a step
	giveUpAfter = 10 * time.Second
)

// harness is a service in processes of its own, with people who can use it.
type harness struct {
	stackInfo
	data        string
	storage     faultproxy.Storage
	tables      *faultproxy.Recorder
	objects     *faultproxy.Recorder
	gateway     int // process
	holders     []seed.Holder
	http        *http.Client // the crowd
	signer      *client.Signer
	requestData requestData
	scriptsAt   string // file of what the bare functions do

	undo []func()
}

func open(ctx context.Context, s settings) (*harness, error) {
	p := &harness{}
	if err := p.open(ctx, s); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *harness) addUndo(undo func()) { p.undo = append(p.undo, undo) }

func (p *harness) close() {
	for i := len(p.undo) - 1; i >= 0; i-- {
		p.undo[i]()
	}
}

func (p *harness) open(ctx context.Context, s settings) (err error) {
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		return err
	}
	if p.data, err = os.MkdirTemp("", "jiazhu-load-"); err != nil {
		return err
	}
	p.addUndo(func() { _ = os.RemoveAll(p.data) })
	if p.storage, err = faultproxy.NewStorage(root, p.data); err != nil {
		return err
	}
	p.addUndo(p.storage.Stop)
	if err := p.storage.Start(ctx); err != nil {
		return err
	}
	if p.tables, err = faultproxy.NewRecorder(p.storage.Tables.URL); err != nil {
		return err
	}
	p.addUndo(p.tables.Close)
	if p.objects, err = faultproxy.NewRecorder(p.storage.Objects.URL); err != nil {
		return err
	}
	p.addUndo(p.objects.Close)
	p.scriptsAt = filepath.Join(p.data, "scripts.json")
	if err := p.serve(root, s); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	return p.fill(ctx)
}

// serve starts the gateway and its functions as a process of their own.
func (p *harness) serve(root string, s settings) error {
	o := stackConfig{
		Root: root, Data: p.data, Functions: s.functions,
		Tables: p.storage.Tables.URL, Objects: p.storage.Objects.URL, SeenTables: p.tables.URL, SeenObjects: p.objects.URL,
		Bare: filepath.Join(p.data, "bare"), Scripts: p.scriptsAt,
	}
	names := []string{"login", "identify", "certificates", "endorse", "download", "verify", "report", "intake"}
	if err := spread(s.bare, o.Bare, names); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	how, err := json.Marshal(o)
	if err != nil {
		return err
	}
	cmd := exec.Command(self, roleStack, string(how))
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.data}
	trouble, err := os.Create(filepath.Join(p.data, "trouble.log"))
	if err != nil {
		return err
	}
	p.addUndo(func() { _ = trouble.Close() })
	cmd.Stderr = trouble
	says, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	c, err := child.Start(cmd)
	if err != nil {
		return err
	}
	p.addUndo(func() { c.Stop(giveUpAfter) })
	p.gateway = c.PID()
	line, err := bufio.NewReader(says).ReadBytes('\n')
	if err != nil {
		text, _ := os.ReadFile(trouble.Name())
		return fmt.Errorf("the service did not start: %w: %s", err, text)
	}
	return json.Unmarshal(line, &p.stackInfo)
}

// fill lets the holders in.
func (p *harness) fill(ctx context.Context) (err error) {
	p.http = faultproxy.NewPooledClient(1, addresses, connections)
	p.http.Timeout = giveUpAfter
	if p.signer, err = client.OpenSigner(p.AppKey); err != nil {
		return err
	}
	p.holders = seed.SimpleHolders(holderCount, civil.Of(time.Now()))
	target := seed.Target{URL: p.URL, Keys: p.Keys, Phone: p.URL, HTTP: p.http}
	if err := target.Enter(ctx, p.holders); err != nil {
		return fmt.Errorf("let the holders in: %w", err)
	}
	if err := p.prepare(ctx); err != nil {
		return err
	}
	return p.record(ctx)
}

// api is the service for a caller of the crowd.
func (p *harness) api() *seed.API { return &seed.API{URL: p.URL, HTTP: p.http} }

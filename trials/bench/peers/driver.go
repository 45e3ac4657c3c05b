package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/bench/peers/batch"
)

// driver is a peer that runs. It answers each command with a line of JSON.
type driver struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *json.Decoder
	log     string // path of its standard error
	version string
}

func start(ctx context.Context, p peer, inputs string) (d *driver, err error) {
	defer must.Catch(&err)
	args := append(append(p.command[1:len(p.command):len(p.command)], inputs), p.args...)
	d = &driver{cmd: exec.CommandContext(ctx, p.command[0], args...), log: filepath.Join(workDir, p.id+".log")}
	log := must.Get(os.Create(d.log))
	defer log.Close() // the child has its own
	d.cmd.Stderr = log
	d.in = must.Get(d.cmd.StdinPipe())
	d.out = json.NewDecoder(must.Get(d.cmd.StdoutPipe()))
	must.Do(d.cmd.Start())
	var hello batch.Hello
	if err := d.answer(&hello); err != nil {
		return nil, errors.Join(err, d.stop())
	}
	d.version = hello.Version
	return d, nil
}

// make has n documents made.
func (d *driver) make(n int) (batch.Result, error) {
	var r batch.Result
	if _, err := fmt.Fprintf(d.in, "make %d\n", n); err != nil {
		return r, d.why(err)
	}
	return r, d.answer(&r)
}

// save has the document of certificate i written to a file.
func (d *driver) save(i int, file string) error {
	if _, err := fmt.Fprintf(d.in, "save %d %s\n", i, file); err != nil {
		return d.why(err)
	}
	return d.answer(&batch.Result{})
}

func (d *driver) answer(into any) error {
	if err := d.out.Decode(into); err != nil {
		return d.why(err)
	}
	return nil
}

// why adds where the program's standard error is.
func (d *driver) why(err error) error { return fmt.Errorf("it stopped (%w): see %s", err, d.log) }

func (d *driver) stop() error {
	d.in.Close()
	return d.cmd.Wait()
}

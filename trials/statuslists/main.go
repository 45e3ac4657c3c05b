// Command statuslists makes the status lists of a register with many copies, by the code of `jiazhu status
// write`, and has two libraries of others read every place of them (conformance/statuslists): each must say
// what was done to the copy that has it. Of the places that no copy has, each must say 0.
//
//	go run ./statuslists -copies 1000000 -node DIRECTORY -python PROGRAM
//
// Without a library's flag, only the lists are made, and their sizes and times printed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/service/listing"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
)

const origin = "https://jiazhu.example.cn"

func main() {
	copies := flag.Int64("copies", 1_000_000, "how many copies the register has")
	scripts := flag.String("scripts", "conformance/statuslists", "`DIRECTORY` of the readers")
	node := flag.Bool("node", false, "have the reader in JavaScript read them; npm ci was run there")
	python := flag.String("python", "", "have the reader in Python read them, by this `PROGRAM`")
	flag.Parse()
	if err := run(*copies, *scripts, *node, *python); err != nil {
		fmt.Fprintln(os.Stderr, "statuslists:", err)
		os.Exit(1)
	}
}

func run(copies int64, scripts string, node bool, python string) (err error) {
	defer must.Catch(&err)
	ctx, directory := context.Background(), must.Get(os.MkdirTemp("", "statuslists-"))
	defer os.RemoveAll(directory)
	key := must.Get(testca.NewKey())
	register := newRegister(copies)
	lists := listing.Lists{
		Store: register, Register: verifying.Register{Certificates: register, Schemes: must.Get(scheme.Load())},
		Origin: origin, Signer: key.Signer,
	}
	now, begun := register.now, time.Now()
	all := must.Get(lists.Rebuild(ctx, 1, inOnePart, now))
	rebuilt := time.Since(begun)
	fmt.Printf("%d copies in %d lists: %d in force, %d ended, %d suspended; read and judged in %.1f s\n", copies, len(all.Lists),
		all.Copies[statuslist.Live], all.Copies[statuslist.Ended], all.Copies[statuslist.Suspended], rebuilt.Seconds())
	begun = time.Now()
	var most, sum int
	for n, list := range all.Lists {
		text := must.Get(lists.Sign(ctx, n, list, now))
		most, sum = max(most, len(text)), sum+len(text)
		must.Do(os.WriteFile(filepath.Join(directory, fmt.Sprintf("%d.jwt", n)), []byte(text), 0o600))
		must.Do(os.WriteFile(filepath.Join(directory, fmt.Sprintf("%d.expected", n)), register.readExpected(n), 0o600))
	}
	fmt.Printf("signed lists: %d bytes in all, %d the largest; packed and signed in %.0f ms each\n", sum, most,
		float64(time.Since(begun).Milliseconds())/float64(len(all.Lists)))
	public := credential.NewPublicKey(key.Signer.PublicKey(), "status-"+key.Signer.KeyID(), now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	must.Do(os.WriteFile(filepath.Join(directory, "jwks.json"), must.Get(json.Marshal(credential.KeySet{Keys: []credential.PublicKey{public}})), 0o600))
	if node {
		must.Do(read(ctx, "node", filepath.Join(scripts, "check.mjs"), directory))
	}
	if python != "" {
		must.Do(read(ctx, python, filepath.Join(scripts, "check.py"), directory))
	}
	return nil
}

func inOnePart(ctx context.Context, _ int, do func(context.Context, int) error) error {
	return do(ctx, 0)
}

func read(ctx context.Context, program string, arguments ...string) error {
	c := exec.CommandContext(ctx, program, arguments...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}

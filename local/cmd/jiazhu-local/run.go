package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/local/phone"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// run serves until ctx ends.
func run(ctx context.Context, args []string) (int, error) {
	o := options()
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.IntVar(&o.Port, "port", 8080, "port on 127.0.0.1")
	flags.StringVar(&o.Data, "data", ".local", "folder of what is kept")
	flags.BoolVar(&o.LongTerm, "longterm", false, "time stamps on signatures, and proofs against revocation in PDFs")
	origins := flags.String("origins", "", "origins of other pages that may call the API, with commas between")
	if err := flags.Parse(args); err != nil {
		return 2, nil // flag has said why
	}
	if flags.NArg() > 0 {
		return 2, errors.New("run takes no arguments: " + flags.Arg(0))
	}
	if *origins != "" {
		o.Origins = strings.Split(*origins, ",")
	}
	o.Output = os.Stderr
	o.Login = stack.Pair{
		ZH: "演示账户：用户名 zhangsan，密码 " + seed.Password + "；启动服务的窗口里列有全部账户。",
		EN: "A demo account: zhangsan, password " + seed.Password + "; the window that runs the service lists them all.",
	}
	wd, err := os.Getwd()
	if err != nil {
		return 1, err
	}
	if o.Root, err = stack.FindRoot(wd); err != nil {
		return 1, err
	}
	progress("starting DynamoDB, S3 and the API")
	s, err := stack.Start(ctx, o)
	if err != nil {
		return 1, err
	}
	defer s.Stop()
	if err := migrate(ctx, s, o.Root); err != nil {
		return 1, err
	}
	progress("filling in demo data, through the API")
	holders, err := furnish(ctx, s)
	if ctx.Err() != nil {
		return 0, nil
	}
	if err != nil {
		return 1, fmt.Errorf("demo data: %w", err)
	}
	seed.Print(os.Stdout, holders)
	fmt.Printf("ready: %s\n  phone    %[1]s/phone\n  messages %[1]s/messages\n  contract %[1]s/docs\n  logs     %[2]s/logs\nCtrl-C stops.\n", s.URL, s.Data)
	select {
	case <-ctx.Done():
		progress("stopping")
		return 0, nil
	case <-s.StorageEnded():
		return 1, errors.New("DynamoDB or S3 has ended by itself")
	}
}

// migrate brings what an earlier version stored to where this one looks for it, and tags it. Where there is nothing
// to do, it does nothing.
func migrate(ctx context.Context, s *stack.Stack, root string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(root, "build", "jiazhu"), "migrate", "-yes")
	cmd.Env = os.Environ()
	for name, value := range s.Operator() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the data in %s are of an earlier version, or changed by somebody: jiazhu migrate -yes: %w\n%s", s.Data, err, said)
	}
	return nil
}

// furnish enters the demo's holders of the stack's kinds of certificate, and shows the phone everybody's face.
func furnish(ctx context.Context, s *stack.Stack) ([]seed.Holder, error) {
	holders := slices.DeleteFunc(seed.Holders(civil.Of(time.Now())), func(h seed.Holder) bool {
		_, known := s.Schemes.ByID(h.Scheme)
		return !known
	})
	if len(holders) == 0 {
		return nil, nil
	}
	if err := (seed.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL}).Enter(ctx, holders); err != nil {
		return nil, err
	}
	people := make([]phone.Person, len(holders))
	for i, h := range holders {
		people[i] = phone.Person{Name: h.Name, IDType: "111", IDNumber: h.IDNumber()}
	}
	return holders, s.Phone.Keep(people)
}

func progress(what string) {
	fmt.Printf("%s  %s\n", time.Now().Format(time.TimeOnly), what)
}

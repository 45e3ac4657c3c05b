// Command deploy puts template.yaml on AWS as the stack jiazhu-<stage>, or takes it
// away, and refuses to where that would go wrong: before anything is changed, every
// check is made and everything found is said at once. It drives the AWS CLI, whose
// credentials it uses and never sees.
//
//	deploy -stage prod [-check | -destroy] [-yes] FUNCTION...
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
)

// deployment is one run of the command.
type deployment struct {
	stage     string
	functions []string
	check     bool // stop after the checks
	yes       bool // do not ask
	root      string
	in        io.Reader
	out       io.Writer
	aws       func(ctx context.Context, args ...string) ([]byte, error)
}

var stageName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

func main() {
	d := deployment{root: ".", in: os.Stdin, out: os.Stdout, aws: aws}
	destroy := flag.Bool("destroy", false, "take the stack away")
	flag.StringVar(&d.stage, "stage", "", "which deployment, such as prod")
	flag.BoolVar(&d.check, "check", false, "check, and change nothing")
	flag.BoolVar(&d.yes, "yes", false, "do not ask")
	flag.Parse()
	d.functions = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run := d.deploy
	if *destroy {
		run = d.destroy
	}
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "deploy:", err)
		os.Exit(1)
	}
}

// aws runs the AWS CLI; what it answers is JSON. Its own words are the error.
func aws(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "aws", args...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	answer, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("the AWS CLI (aws) is missing: https://docs.aws.amazon.com/cli")
	}
	if err != nil {
		return nil, fmt.Errorf("aws %s: %w: %s", strings.Join(args[:min(2, len(args))], " "), err, strings.TrimSpace(complaint.String()))
	}
	return answer, nil
}

func (d deployment) stack() string { return "jiazhu-" + d.stage }

// confirm asks for the stack's name, unless told not to ask.
func (d deployment) confirm(what string) error {
	if d.yes {
		return nil
	}
	fmt.Fprintf(d.out, "%s? Type %s: ", what, d.stack())
	answer, _ := bufio.NewReader(d.in).ReadString('\n')
	if strings.TrimSpace(answer) != d.stack() {
		return errors.New("nothing was changed")
	}
	return nil
}

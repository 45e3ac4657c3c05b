// Command obedient is a Lambda function that does what its event says.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type order struct {
	Do   string        `json:"do"`
	For  time.Duration `json:"for"`
	Text string        `json:"text"`
}

type report struct {
	PID       int
	Text      string
	RequestID string
	Left      time.Duration // until the deadline
	Env       []string      `json:",omitempty"`
}

func main() {
	switch os.Getenv("START") {
	case "exit":
		fmt.Fprint(os.Stderr, "no start today")
		os.Exit(3)
	case "panic":
		panic("no start today")
	}
	lambda.Start(obey)
}

func obey(ctx context.Context, o order) (report, error) {
	deadline, _ := ctx.Deadline()
	lc, _ := lambdacontext.FromContext(ctx)
	r := report{PID: os.Getpid(), Text: o.Text, RequestID: lc.AwsRequestID, Left: time.Until(deadline)}
	fmt.Println("obeying", o.Do)
	switch o.Do {
	case "sleep":
		time.Sleep(o.For)
	case "wait for file":
		await(o.Text)
	case "fail":
		return r, errors.New(o.Text)
	case "panic":
		panic(o.Text)
	case "exit":
		fmt.Fprint(os.Stderr, o.Text)
		os.Exit(1)
	case "exit on file":
		go func() { await(o.Text); os.Exit(0) }()
	case "grow":
		r.Text = strings.Repeat("a", 7<<20)
	case "env":
		r.Env = os.Environ()
	}
	return r, nil
}

// await returns when the file is there.
func await(file string) {
	for {
		if _, err := os.Stat(file); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/local/demo"
)

// clerk is an operator who has the command, its keys and credentials for the tables.
type clerk struct {
	*meddler
	lower demo.Holder // whose ID number ends in X
}

func (s *stage) commandPlay(order int) play {
	return play{"An operator with the command", func(ctx context.Context) (_ []attempt, err error) {
		t := &clerk{meddler: &meddler{stage: s}}
		prepared := s.tablesPlay(order)
		_ = prepared
		if t.person, err = s.person(ctx, order); err != nil {
			return nil, err
		}
		return t.attempts(), nil
	}}
}

func (t *clerk) attempts() []attempt {
	return []attempt{
		{"exports everything kept of a person", office, t.export},
		{"erases a person by the ID number, and something of them remains", "", t.eraseHalf},
	}
}

// run gives a command, and wants it to succeed.
func (t *clerk) run(ctx context.Context, input string, args ...string) (string, error) {
	code, said, err := t.jiazhu(ctx, input, args...)
	if err == nil && code != 0 {
		err = errors.New("jiazhu " + strings.Join(args, " ") + ": " + said)
	}
	return said, err
}

func (t *clerk) export(ctx context.Context) (string, error) {
	said, err := t.run(ctx, t.person.IDNumber(), "export", "-")
	return saying("all of it, in clear", strings.Contains(said, t.person.Number)), err
}

// eraseHalf looks for what names the person in the tables after the command says that it is done.
func (t *clerk) eraseHalf(ctx context.Context) (string, error) {
	if _, err := t.run(ctx, t.person.IDNumber(), "erase", "-yes", "-"); err != nil {
		return "", err
	}
	var left []string
	for _, portal := range []string{demo.Ministry, demo.National} {
		if _, err := t.api.Login(ctx, portal, t.person); err == nil {
			left = append(left, "the account on "+portal)
		}
	}
	return strings.Join(left, ", "), nil
}

var _ = fmt.Sprint

package together

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// Act is what a client does.
type Act string

// The acts. A holder endorses, withdraws and looks at the history; anybody verifies; the authority
// reports the whole of the certificate.
const (
	Endorse  Act = "endorse"
	Withdraw Act = "withdraw"
	History  Act = "history"
	Verify   Act = "verify"
	Report   Act = "report"
)

// Input is what a client asked.
type Input struct {
	Act      Act
	Key      string // of an endorsement
	Copy     string // withdrawn or verified
	State    string // reported, "01" or "04"
	Employer int    // reported
}

// Output is what it heard. Lost says that it did not: the act may have happened, then or later.
type Output struct {
	Lost    bool
	Refused string          // the problem's code
	Copy    string          // endorsed
	Copies  map[string]bool // of the history; whether withdrawn
	Verdict string
	Version string // reported
}

// certificate is what there is, as if one client came after the other.
type certificate struct {
	state    string
	employer int
	version  int
	keys     map[string]string // to copies
	copies   map[string]copyState
}

type copyState struct {
	withdrawn bool
	employer  int
}

func (c certificate) clone() certificate {
	c.keys, c.copies = maps.Clone(c.keys), maps.Clone(c.copies)
	return c
}

// sequentialModel is the model that porcupine tries orders of acts on. An act may lead to several states
// only where its outcome is not known.
func sequentialModel() porcupine.Model {
	model := porcupine.NondeterministicModel{
		Init: func() []any {
			return []any{certificate{state: "01", version: 1, keys: map[string]string{}, copies: map[string]copyState{}}}
		},
		Step: func(state, input, output any) []any {
			return step(state.(certificate), input.(Input), output.(Output))
		},
		Equal:             func(a, b any) bool { return reflect.DeepEqual(a, b) },
		DescribeOperation: func(input, output any) string { return describe(input.(Input), output.(Output)) },
		DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
	}
	return model.ToModel()
}

func step(c certificate, in Input, out Output) []any {
	switch in.Act {
	case Endorse:
		return endorse(c, in, out)
	case Withdraw:
		next := c.clone()
		next.copies[in.Copy] = copyState{true, c.copies[in.Copy].employer}
		return []any{next}
	case History:
		return statesIf(reflect.DeepEqual(c.withdrawnFlags(), out.Copies), c)
	case Verify:
		return statesIf(c.verdict(in.Copy) == out.Verdict, c)
	case Report:
		return report(c, in, out)
	}
	return nil
}

func statesIf(holds bool, c certificate) []any {
	if holds {
		return []any{c}
	}
	return nil
}

// endorse gives the key's copy, or makes one while the certificate is in force. That the
// certificate changed under it tells the holder to try again, and nothing else.
func endorse(c certificate, in Input, out Output) []any {
	made, again := c.keys[in.Key]
	switch {
	case out.Refused == "certificate-changed":
		return []any{c}
	case out.Refused != "":
		return statesIf(!again && out.Refused == "certificate-cancelled" && c.state == "04", c)
	case again:
		return statesIf(made == out.Copy, c)
	case c.state != "01":
		return nil
	}
	if _, taken := c.copies[out.Copy]; taken {
		return nil
	}
	next := c.clone()
	next.keys[in.Key] = out.Copy
	next.copies[out.Copy] = copyState{employer: c.employer}
	return []any{next}
}

// report lays the report over the certificate. One whose answer was lost may have arrived.
func report(c certificate, in Input, out Output) []any {
	next := c.clone()
	if in.Employer != c.employer { // another file; a change of state is none
		next.version = c.version + 1
	}
	next.state, next.employer = in.State, in.Employer
	if out.Lost {
		return []any{c, next}
	}
	return statesIf(out.Version == fmt.Sprintf("%03d", next.version), next)
}

func (c certificate) withdrawnFlags() map[string]bool {
	all := map[string]bool{}
	for id, p := range c.copies {
		all[id] = p.withdrawn
	}
	return all
}

func (c certificate) verdict(id string) string {
	p, made := c.copies[id]
	switch {
	case !made || c.state != "01" || p.withdrawn, p.employer != c.employer:
		return "invalid"
	}
	return "valid"
}

func describe(in Input, out Output) string {
	words := []string{string(in.Act), in.Key, shortID(in.Copy), in.State, "→", out.Refused, shortID(out.Copy), out.Verdict, out.Version}
	if out.Lost {
		words = append(words, "lost")
	}
	for id, withdrawn := range out.Copies {
		words = append(words, fmt.Sprintf("%s:%v", shortID(id), withdrawn))
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// shortID is enough of an identifier to tell it from others.
func shortID(id string) string { return id[max(0, len(id)-4):] }

package faults

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
)

// sweep reads the tables whole and checks that every item that refers to another finds it.
func (s store) sweep(ctx context.Context) (err error) {
	defer must.Catch(&err)
	records, sessions, ledger := s.readTable(ctx, "Records"), s.readTable(ctx, "Sessions"), s.readTable(ctx, "Ledger")
	var wrong []error
	for _, i := range slices.AppendSeq(slices.Collect(maps.Values(records)), maps.Values(ledger)) {
		if to, want := requiredItem(i); want && records[to] == nil {
			wrong = append(wrong, fmt.Errorf("%s | %s refers to %v, which is not there", i.Text("pk"), i.Text("sk"), to))
		}
	}
	for _, i := range sessions {
		hash, is := strings.CutPrefix(i.Text("pk"), "SESSION#")
		if !is {
			continue
		}
		account := sessions[itemRef{"ACCOUNT#" + i.Text("portal") + "#" + i.Text("username"), "ACCOUNT"}]
		if account.Map("sessions")[hash] == nil {
			wrong = append(wrong, fmt.Errorf("the account %s does not list one of its sessions", i.Text("username")))
		}
	}
	return errors.Join(wrong...)
}

// itemRef is an item's primary key.
type itemRef struct{ pk, sk string }

// requiredItem is the item without which another must not be there.
func requiredItem(i item) (to itemRef, want bool) {
	pk, sk := i.Text("pk"), i.Text("sk")
	kind, of, _ := strings.Cut(pk, "#")
	switch {
	case kind == "CERT" && sk != "CERT":
		return itemRef{pk, "CERT"}, true
	case kind == "COPY", kind == "SEEN":
		return itemRef{"CERT#" + of, "CERT"}, true
	case kind == "NUMBER":
		return itemRef{"CERT#" + i.Text("id"), "CERT"}, true
	case kind == "HOLDER" && strings.HasPrefix(sk, "CERT#"):
		return itemRef{sk, "CERT"}, true
	case kind == "BIND":
		return itemRef{"HOLDER#" + of, "CERT#" + sk[strings.LastIndexByte(sk, '#')+1:]}, true
	}
	return itemRef{}, false
}

func (s store) readTable(ctx context.Context, table string) map[itemRef]item {
	found := map[itemRef]item{}
	for _, i := range must.Get(s.tables.ReadAll(ctx, table)) {
		found[itemRef{i.Text("pk"), i.Text("sk")}] = i
	}
	return found
}

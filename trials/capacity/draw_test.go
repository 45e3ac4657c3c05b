package main

import (
	"bytes"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

func TestDrawnPeopleHaveWhatTheServiceWouldTake(t *testing.T) {
	seen := map[string]int{}
	for _, rank := range []int{1, 2, 8999, 9000, 123_456, 899_999, 900_000, 4_999_999, 5_000_000} {
		if _, err := records.TimeOf(certificateID(rank)); err != nil {
			t.Errorf("rank %d: %v", rank, err)
		}
		if _, err := certificate.ParseIDNumber(idNumber(rank)); err != nil {
			t.Errorf("rank %d: %s: %v", rank, idNumber(rank), err)
		}
		if _, err := certificate.ParseNumber(registrationNumber(rank), ""); err != nil {
			t.Errorf("rank %d: %s: %v", rank, registrationNumber(rank), err)
		}
		for _, name := range []string{certificateID(rank), idNumber(rank), registrationNumber(rank), username(rank), address(rank)} {
			if other, taken := seen[name]; taken {
				t.Errorf("%s is of rank %d and of %d", name, other, rank)
			}
			seen[name] = rank
		}
	}
}

// A key that is drawn is recognised as its owner's: drawing and counting read keys alike.
func TestADrawnKeyIsTheKeyThatWouldBeCounted(t *testing.T) {
	files, err := fieldcrypto.Split(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	n, err := newKeyMaker(files)
	if err != nil {
		t.Fatal(err)
	}
	who := identities{
		certificate: certificateID(5), idNumber: idNumber(5), number: registrationNumber(5), username: username(5),
		networks: []string{address(5)}, phone: "13800000005",
	}
	for _, a := range []model.Access{
		{Kind: "CERT", Whose: byCertificate}, {Kind: "HOLDER", Whose: byHolder}, {Kind: "PHONE", Whose: byHolder},
		{Kind: "NUMBER", Whose: byNumber}, {Kind: "ACCOUNT", Whose: byAccount}, {Kind: "LIMIT#login-network", Whose: byNetwork},
		{Kind: "LIMIT#login-account", Whose: byAccountAndNetwork}, {Kind: "LIMIT#login-strangers", Whose: byAccount}, {Kind: "LIMIT#link-phone", Whose: byPhone},
	} {
		kind, whose, known := n.owner(n.makeKey(a, 5), who)
		if kind != a.Kind || whose != a.Whose || !known {
			t.Errorf("the key drawn for %+v counts as %s of %s", a, kind, whose)
		}
		if _, whose, _ := n.owner(n.makeKey(a, 6), who); whose == a.Whose {
			t.Errorf("somebody else's key counts as this %s's", a.Whose)
		}
	}
}

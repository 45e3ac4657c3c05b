package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// makeKey makes the key of somebody who was drawn, as the service would: the word before the # is one that was
// seen, the rest is made by the functions that make it there.
func (n *keyMaker) makeKey(a model.Access, rank int) string {
	if name, limited := strings.CutPrefix(a.Kind, "LIMIT#"); limited {
		return a.Kind + "#" + n.sealer.HashPassing("limit/"+name, parts(a.Whose, rank)...)
	}
	return a.Kind + "#" + n.keySuffix(a, rank)
}

func (n *keyMaker) keySuffix(a model.Access, rank int) string {
	switch a.Whose {
	case byCertificate:
		return certificateID(rank)
	case byHolder:
		return n.store.HolderKey("111", idNumber(rank))
	case byNumber:
		return records.CanonicalNumber(registrationNumber(rank))
	case byAccount:
		return seed.Ministry + "#" + username(rank)
	case model.Everybody:
		return model.Everybody
	default: // sessions, clients, and what has a key of its own
		return identity.HashToken(fmt.Sprint(a.Whose, rank))
	}
}

// parts are what a limit's key is made of.
func parts(whose string, rank int) []string {
	switch whose {
	case byNetwork:
		return []string{address(rank)}
	case byAccountAndNetwork:
		return []string{seed.Ministry, username(rank), address(rank)}
	case byAccount:
		return []string{seed.Ministry, username(rank)}
	case bySession:
		return []string{identity.HashToken(fmt.Sprint(whose, rank))}
	case byClient:
		return []string{fmt.Sprint(whose, rank), civil.Of(time.Now()).String()}
	default: // a phone
		return []string{seed.Ministry, fmt.Sprintf("138%08d", rank)}
	}
}

// certificateID is a ULID as records.NewID makes them, but with bits that follow from the rank.
func certificateID(rank int) string {
	var id ulid.ULID
	at := time.Date(2021, 2, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rank) * time.Second)
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(rank)))
	if id.SetTime(ulid.Timestamp(at)) != nil || id.SetEntropy(sum[:10]) != nil {
		panic("a time of this century and ten bytes are refused") // never
	}
	return id.String()
}

const birthdays = 9000 // that somebody may be born on, from 1965 on

// idNumber is a 公民身份号码 of an invented person; up to 9 000 of them are born on one day.
func idNumber(rank int) string {
	p := seed.Person{Sex: "男", Birth: civil.Date{Year: 1965, Month: 1, Day: 1}.AddDays(rank % birthdays)}
	rank /= birthdays
	p.Area, p.Order = fmt.Sprintf("1101%02d", 1+rank/100%99), rank%100
	return p.IDNumber()
}

// registrationNumber is a 注册编号 in its present form.
func registrationNumber(rank int) string {
	return fmt.Sprintf("京111%d2026%05d", 1975+rank/100_000, rank%100_000)
}

func username(rank int) string { return fmt.Sprintf("holder%07d", rank) }

// address is one of the network 10.0.0.0/8.
func address(rank int) string {
	return netip.AddrFrom4([4]byte{10, byte(rank >> 16), byte(rank >> 8), byte(rank)}).String()
}

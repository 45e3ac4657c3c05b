package credential

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// MaxStatusList bounds a signed status list in bytes. One that cannot be compressed has about 233 000.
const MaxStatusList = 250_000

// statusType is the type of a status list (draft-ietf-oauth-status-list, 5.1).
const statusType = "statuslist+jwt"

// StatusList is a list of the states of copies, as it was signed.
type StatusList struct {
	Origin   string // of the service
	Number   int64
	List     statuslist.List
	IssuedAt time.Time     // to the second
	Life     time.Duration // after which it should be fetched again (ttl)
	Expires  time.Time     // after which it says nothing
}

// Until is until when the list is believed: the earlier of its two bounds. The draft lets a reader
// refuse a list whose ttl is over; ours does, so that a kept list is not believed longer than one that a
// cache may serve.
func (l StatusList) Until() time.Time {
	if u := l.IssuedAt.Add(l.Life); u.Before(l.Expires) {
		return u
	}
	return l.Expires
}

// statusClaims is the payload: the only spelling that is written or read.
type statusClaims struct {
	Subject  string     `json:"sub"`
	IssuedAt int64      `json:"iat"`
	Expires  int64      `json:"exp"`
	Life     int64      `json:"ttl"` // seconds
	List     statusBits `json:"status_list"`
}

type statusBits struct {
	Bits int    `json:"bits"`
	List string `json:"lst"` // zlib, in base64url
}

func (c statusClaims) signingTime() time.Time { return time.Unix(c.IssuedAt, 0) }

// statusNamePrefix begins the `kid` of a key of status lists.
const statusNamePrefix = "status-"

func statusKeyID(id string) string {
	return statusNamePrefix + strings.TrimPrefix(id, statusNamePrefix)
}

// StatusKeys is TokenKeys for keys that sign status lists.
func StatusKeys(set KeySet) (Keys, error) { return newKeys(set, statusKeyID) }

// IssueStatusList signs a status list. It fails when the signer fails, or when ParseStatusList would
// refuse it.
func IssueStatusList(ctx context.Context, signer Signer, l StatusList) (string, error) {
	if len(l.List) != statuslist.Size {
		return "", fmt.Errorf("credential: issue a status list: %w: %d bytes", ErrMalformed, len(l.List))
	}
	var packed bytes.Buffer
	deflate, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err == nil {
		_, err = deflate.Write(l.List)
		err = errors.Join(err, deflate.Close())
	}
	if err != nil {
		return "", fmt.Errorf("credential: issue a status list: %w", err)
	}
	claims := statusClaims{
		Subject: statuslist.Address(l.Origin, l.Number), IssuedAt: l.IssuedAt.Unix(), Expires: l.Expires.Unix(), Life: int64(l.Life / time.Second),
		List: statusBits{statuslist.Bits, encoding.EncodeToString(packed.Bytes())},
	}
	if _, err := claims.read(); err != nil {
		return "", fmt.Errorf("credential: issue a status list: %w", err)
	}
	text, err := sign(ctx, signer, header{algorithm, statusKeyID(signer.KeyID()), statusType}, claims)
	if err != nil {
		return "", fmt.Errorf("credential: issue a status list: %w", err)
	}
	if len(text) > MaxStatusList {
		return "", fmt.Errorf("credential: issue a status list: %w: %d bytes long", ErrMalformed, len(text))
	}
	return text, nil
}

// ParseStatusList returns the content of a status list that one of the keys signed while it was in use.
// Whether it is still believed is the caller's to compare with Until. Errors: those of Parse.
func ParseStatusList(text string, keys Keys) (StatusList, error) {
	claims, err := open[statusClaims](text, MaxStatusList, statusType, keys)
	if err != nil {
		return StatusList{}, err
	}
	return claims.read()
}

func (c statusClaims) read() (StatusList, error) {
	origin, number, err := statuslist.ParseAddress(c.Subject)
	switch {
	case err != nil:
		return StatusList{}, fmt.Errorf("%w: a status list's address: %w", ErrMalformed, err)
	case c.List.Bits != statuslist.Bits || c.IssuedAt <= 0 || c.Expires <= c.IssuedAt || c.Life <= 0 || c.Life > c.Expires-c.IssuedAt:
		return StatusList{}, fmt.Errorf("%w: a status list's bits or times", ErrMalformed)
	}
	packed, err := decodePart(c.List.List)
	if err != nil {
		return StatusList{}, err
	}
	list, err := inflateList(packed)
	if err != nil {
		return StatusList{}, fmt.Errorf("%w: a status list: %w", ErrMalformed, err)
	}
	return StatusList{
		Origin: origin, Number: number, List: list, IssuedAt: time.Unix(c.IssuedAt, 0).In(civil.Zone()),
		Life: time.Duration(c.Life) * time.Second, Expires: time.Unix(c.Expires, 0).In(civil.Zone()),
	}, nil
}

// inflateList reads a list of exactly its size, with nothing behind it.
func inflateList(packed []byte) (statuslist.List, error) {
	in := bytes.NewReader(packed)
	inflate, err := zlib.NewReader(in)
	if err != nil {
		return nil, err
	}
	list := statuslist.NewList()
	if _, err := io.ReadFull(inflate, list); err != nil {
		return nil, err
	}
	if n, err := inflate.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) || in.Len() != 0 {
		return nil, errors.New("it is longer than a list")
	}
	return list, nil
}

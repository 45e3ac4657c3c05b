package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// page fetches what a browser does that has never been there: the page with its files, then the worker,
// which fetches all of them again to keep them.
func (l *lifecycle) page(ctx context.Context) error {
	worker, err := l.get(ctx, "/v/sw.js")
	if err != nil {
		return err
	}
	files, err := cachedFileNames(worker)
	if err != nil {
		return err
	}
	for range 2 {
		for _, file := range files {
			if _, err := l.get(ctx, file); err != nil {
				return err
			}
		}
	}
	return nil
}

var keptFiles = regexp.MustCompile(`const files = (\[[^\]]*\]);`)

// cachedFileNames reads from the worker's program which files it keeps.
func cachedFileNames(worker []byte) (files []string, err error) {
	found := keptFiles.FindSubmatch(worker)
	if found == nil {
		return nil, errors.New("the page's worker names no files")
	}
	return files, json.Unmarshal(found[1], &files)
}

// get fetches a file compressed, as browsers do.
func (l *lifecycle) get(ctx context.Context, path string) ([]byte, error) {
	reply, err := l.api().Send(ctx, seed.Call{Method: http.MethodGet, Path: path, Header: map[string]string{"Accept-Encoding": "gzip"}})
	if err != nil {
		return nil, err
	}
	if reply.Status != http.StatusOK {
		return nil, fmt.Errorf("GET %s: status %d", path, reply.Status)
	}
	plain, err := gzip.NewReader(bytes.NewReader(reply.Body))
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", path, err)
	}
	return io.ReadAll(plain)
}

func (l *lifecycle) verifyCode(ctx context.Context) error {
	return checkValid(l.api().Verify(ctx, map[string]string{"token": l.endorsement.Token()}))
}

func (l *lifecycle) verifyReceipt(ctx context.Context) error {
	return checkValid(l.api().VerifyAs(ctx, "", map[string]any{"token": l.endorsement.Token(), "wantReceipt": true}))
}

func (l *lifecycle) verifyAgency(ctx context.Context) error {
	return checkValid(l.api().VerifyAs(ctx, l.agency, map[string]any{"token": l.endorsement.Token(), "statedPurpose": "评标"}))
}

func (l *lifecycle) verifyPDF(ctx context.Context) error {
	return checkValid(l.api().VerifyFile(ctx, "application/pdf", l.pdf, nil))
}

func (l *lifecycle) verifyOFD(ctx context.Context) error {
	return checkValid(l.api().VerifyFile(ctx, "application/ofd", l.ofd, nil))
}

// verifyNumber finds the certificate; a number alone says nothing of a copy.
func (l *lifecycle) verifyNumber(ctx context.Context) error {
	v, err := l.api().Verify(ctx, map[string]string{"number": l.holder.Number, "name": l.holder.Name})
	if err == nil && v.Subject == nil {
		err = fmt.Errorf("nothing was found: %+v", v)
	}
	return err
}

// verifyNobody asks from another network, as a guesser would.
func (l *lifecycle) verifyNobody(ctx context.Context) error {
	number := l.holder.Number[:len(l.holder.Number)-5] + fmt.Sprintf("%05d", 80000+l.order)
	v, err := l.otherClientAPI().Verify(ctx, map[string]string{"number": number, "name": l.holder.Name})
	if err == nil && v.Subject != nil {
		err = fmt.Errorf("somebody was found: %+v", v)
	}
	return err
}

func checkValid(v seed.Verdict, err error) error {
	if err == nil && v.Verdict != "valid" {
		err = fmt.Errorf("the verdict is %s: %+v", v.Verdict, v.Checks)
	}
	return err
}

func (l *lifecycle) ledger(ctx context.Context) error {
	_, err := l.session.Ledger(ctx, l.certificate)
	return err
}

func (l *lifecycle) withdraw(ctx context.Context) error {
	_, err := l.session.Withdraw(ctx, l.endorsement, "不再参加")
	return err
}

func (l *lifecycle) logout(ctx context.Context) error { return l.session.Logout(ctx) }

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/jiazhu/jiazhu/shared/store/records"
)

// blockSize is the number of bytes read at a time, and maxBlocks how many blocks are kept. A program that
// packs an archive writes its entries in the order of its directory, so most blocks are read once.
const (
	blockSize = 1 << 20
	maxBlocks = 16
)

// object reads a job's archive in the bucket by ranges. It keeps the first error of the bucket, because a
// reader of archives calls every error a damaged archive. It is not safe for concurrent use.
type object struct {
	ctx    context.Context // of one run, because an io.ReaderAt is given none
	files  fileStore
	job    records.Job
	blocks []block // the one used last comes first
	err    error
}

type block struct {
	number int64
	data   []byte
}

// ReadAt implements io.ReaderAt.
func (o *object) ReadAt(into []byte, at int64) (n int, err error) {
	for n < len(into) {
		if at >= o.job.Bytes {
			return n, io.EOF
		}
		data, err := o.read(at / blockSize)
		if err != nil {
			return n, err
		}
		copied := copy(into[n:], data[at%blockSize:])
		n, at = n+copied, at+int64(copied)
	}
	return n, nil
}

// read returns a block.
func (o *object) read(number int64) ([]byte, error) {
	for i, b := range o.blocks {
		if b.number == number {
			copy(o.blocks[1:i+1], o.blocks[:i])
			o.blocks[0] = b
			return b.data, nil
		}
	}
	if o.err != nil {
		return nil, o.err
	}
	start := number * blockSize
	want := min(blockSize, o.job.Bytes-start)
	data, size, err := o.files.ReadAt(o.ctx, archiveKey(o.job.ID), start, want)
	if err == nil && (size != o.job.Bytes || int64(len(data)) != want) {
		err = fmt.Errorf("the archive has %d bytes, and %d were announced", size, o.job.Bytes)
	}
	if err != nil {
		o.err = err
		return nil, err
	}
	o.blocks = append([]block{{number, data}}, o.blocks[:min(len(o.blocks), maxBlocks-1)]...)
	return data, nil
}

// digest returns the SHA-256 of the archive in hex.
func (o *object) digest() (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(o, 0, o.job.Bytes)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

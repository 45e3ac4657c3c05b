package main

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// lowerBound is the work on a pair that no program could leave out: on the very same
// bytes it compresses what differs from holder to holder, each thing once; takes
// the digests that the two signatures need, and signs; and copies both files to
// where they lie. It draws nothing, cuts no font and lays nothing out.
type lowerBound struct {
	keys       issue.Keys
	jobs       []job
	compressor deflate.Compressor
	out        []byte
}

// job is one holder's.
type job struct {
	compress [][]byte // before compression
	digest   [][]byte // parts of the OFD, for SM3
	seal     []byte   // SignedValue.dat, digested with the signature
	pdf, ofd []byte
}

// newLowerBound takes the files apart. What one file has in common with the next
// holder's need be done once only, and is left out.
func newLowerBound(b *bench) (*lowerBound, error) {
	f := &lowerBound{keys: b.issuer.Keys, out: make([]byte, 1<<20)}
	for i := range b.inputs {
		other := (i + 1) % len(b.inputs)
		j := job{pdf: b.pdfs[i], ofd: b.ofds[i]}
		if err := j.fromOFD(b.ofds[other]); err != nil {
			return nil, err
		}
		if err := j.fromPDF(b.pdfs[other]); err != nil {
			return nil, err
		}
		f.jobs = append(f.jobs, j)
	}
	return f, nil
}

func (j *job) fromOFD(other []byte) error {
	common, err := entries(other)
	if err != nil {
		return err
	}
	own, err := entries(j.ofd)
	if err != nil {
		return err
	}
	for name, e := range own {
		if bytes.Equal(e.data, common[name].data) {
			continue
		}
		if e.deflated {
			j.compress = append(j.compress, e.data)
		}
		if strings.HasSuffix(name, "SignedValue.dat") {
			j.seal = e.data
			continue
		}
		j.digest = append(j.digest, e.data)
	}
	return nil
}

type entry struct {
	data     []byte
	deflated bool
}

func entries(ofd []byte) (map[string]entry, error) {
	z, err := zip.NewReader(bytes.NewReader(ofd), int64(len(ofd)))
	if err != nil {
		return nil, err
	}
	all := map[string]entry{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		all[f.Name] = entry{data, f.Method == zip.Deflate}
	}
	return all, nil
}

// fromPDF adds the compressed streams that are this holder's and not in the
// OFD: there the font and the data are compressed already.
func (j *job) fromPDF(other []byte) error {
	common, err := streams(other)
	if err != nil {
		return err
	}
	own, err := streams(j.pdf)
	if err != nil {
		return err
	}
	for _, s := range own {
		same := func(t []byte) bool { return bytes.Equal(s, t) }
		if !slices.ContainsFunc(common, same) && !slices.ContainsFunc(j.compress, same) && !slices.ContainsFunc(j.digest, same) {
			j.compress = append(j.compress, s)
		}
	}
	return nil
}

// streams are the inflated ones of a PDF, but pictures.
func streams(pdf []byte) ([][]byte, error) {
	var all [][]byte
	begin := regexp.MustCompile(`<<[^\n]*/Length (\d+)>>\nstream\n`)
	for _, at := range begin.FindAllSubmatchIndex(pdf, -1) {
		dict := pdf[at[0]:at[1]]
		if !bytes.Contains(dict, []byte("/FlateDecode")) || bytes.Contains(dict, []byte("/Subtype/Image")) {
			continue
		}
		var length int
		if _, err := fmt.Sscan(string(pdf[at[2]:at[3]]), &length); err != nil {
			return nil, err
		}
		r, err := zlib.NewReader(bytes.NewReader(pdf[at[1] : at[1]+length]))
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f *lowerBound) work(ctx context.Context, i int) error {
	j := &f.jobs[i]
	for _, data := range j.compress {
		f.compressor.Compress(data)
	}
	for _, data := range j.digest {
		sm3.Sum(data)
	}
	if err := sign(ctx, f.keys.PDF, sha256.Sum256(j.pdf)); err != nil {
		return err
	}
	if err := sign(ctx, f.keys.Seal, sm3.Sum(j.seal)); err != nil {
		return err
	}
	copy(f.out, j.pdf)
	copy(f.out, j.ofd)
	return nil
}

func sign(ctx context.Context, k keys.Signer, digest [32]byte) error {
	_, err := k.Sign(ctx, digest[:])
	return err
}

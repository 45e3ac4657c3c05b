package main

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/issue"
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
func newLowerBound(b *bench) *lowerBound {
	f := &lowerBound{keys: b.issuer.Keys, out: make([]byte, 1<<20)}
	for i := range b.inputs {
		other := (i + 1) % len(b.inputs)
		j := job{pdf: b.pdfs[i], ofd: b.ofds[i]}
		j.fromOFD(b.ofds[other])
		j.fromPDF(b.pdfs[other])
		f.jobs = append(f.jobs, j)
	}
	return f
}

func (j *job) fromOFD(other []byte) {
	common := entries(other)
	for name, e := range entries(j.ofd) {
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
}

type entry struct {
	data     []byte
	deflated bool
}

func entries(ofd []byte) map[string]entry {
	all := map[string]entry{}
	for _, f := range must.Get(zip.NewReader(bytes.NewReader(ofd), int64(len(ofd)))).File {
		all[f.Name] = entry{must.Get(io.ReadAll(must.Get(f.Open()))), f.Method == zip.Deflate}
	}
	return all
}

// fromPDF adds the compressed streams that are this holder's and not in the
// OFD: there the font and the data are compressed already.
func (j *job) fromPDF(other []byte) {
	common := streams(other)
	for _, s := range streams(j.pdf) {
		same := func(t []byte) bool { return bytes.Equal(s, t) }
		if !slices.ContainsFunc(common, same) && !slices.ContainsFunc(j.compress, same) && !slices.ContainsFunc(j.digest, same) {
			j.compress = append(j.compress, s)
		}
	}
}

// streams are the inflated ones of a PDF, but pictures.
func streams(pdf []byte) (all [][]byte) {
	begin := regexp.MustCompile(`<<[^\n]*/Length (\d+)>>\nstream\n`)
	for _, at := range begin.FindAllSubmatchIndex(pdf, -1) {
		dict := pdf[at[0]:at[1]]
		if !bytes.Contains(dict, []byte("/FlateDecode")) || bytes.Contains(dict, []byte("/Subtype/Image")) {
			continue
		}
		length := must.Get(strconv.Atoi(string(pdf[at[2]:at[3]])))
		all = append(all, must.Get(io.ReadAll(must.Get(zlib.NewReader(bytes.NewReader(pdf[at[1]:at[1]+length]))))))
	}
	return all
}

func (f *lowerBound) work(ctx context.Context, i int) {
	j := &f.jobs[i]
	for _, data := range j.compress {
		f.compressor.Compress(data)
	}
	for _, data := range j.digest {
		sm3.Sum(data)
	}
	digest, sealed := sha256.Sum256(j.pdf), sm3.Sum(j.seal)
	must.Get(f.keys.PDF.Sign(ctx, digest[:]))
	must.Get(f.keys.Seal.Sign(ctx, sealed[:]))
	copy(f.out, j.pdf)
	copy(f.out, j.ofd)
}

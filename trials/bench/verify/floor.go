package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"io"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// The floor of each kind is the work that no verifier can leave out which has seen its signers before: it inflates what it has to read, digests what
// was signed, and verifies one signature over the file and one over the token in it. It reads no structure, compares
// nothing, and checks no chain.

// signed is a signature, with the key that made it.
type signed struct {
	key               keys.Signer
	digest, signature []byte
}

// sign signs any digest, because a signature over another one takes as long to verify.
func sign(ctx context.Context, key keys.Signer) signed {
	digest := sha256.Sum256([]byte(key.KeyID()))
	return signed{key, digest[:], must.Get(key.Sign(ctx, digest[:]))}
}

func (s signed) verify() {
	if !keys.Verify(s.key.PublicKey(), s.digest, s.signature) {
		panic("a signature of this program does not verify")
	}
}

// pdfFloor digests the file, inflates its data and verifies two signatures.
func pdfFloor(files [][]byte, file, token signed) func(int) {
	var compressor deflate.Compressor
	data := make([]*deflate.Stream, len(files))
	for i, f := range files {
		data[i] = compressor.Compress(must.Get(pdf.Read(f)).Attachments[0].Data)
	}
	return func(i int) {
		sha256.Sum256(files[i])
		must.Get(deflate.Inflate(data[i].Compressed, len(data[i].Data)))
		file.verify()
		token.verify()
	}
}

// ofdFloor inflates the parts, digests each, and verifies two signatures.
func ofdFloor(files [][]byte, file, token signed) func(int) {
	type part struct {
		stored []byte
		size   int
		packed bool
	}
	parts := make([][]part, len(files))
	for i, f := range files {
		for _, entry := range must.Get(zip.NewReader(bytes.NewReader(f), int64(len(f)))).File {
			stored := must.Get(io.ReadAll(must.Get(entry.OpenRaw())))
			parts[i] = append(parts[i], part{stored, int(entry.UncompressedSize64), entry.Method == zip.Deflate})
		}
	}
	return func(i int) {
		for _, p := range parts[i] {
			data := p.stored
			if p.packed {
				data = must.Get(deflate.Inflate(p.stored, p.size))
			}
			sm3.Sum(data)
		}
		file.verify()
		token.verify()
	}
}

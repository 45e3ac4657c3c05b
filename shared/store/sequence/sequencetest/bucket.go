// Package sequencetest has a bucket and keys for tests of the log of copies.
package sequencetest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/sequence"
)

// Bucket is a sequence.Bucket in memory. It refuses to replace a tile, as nobody may.
type Bucket struct {
	// Hook, where it is set, is called before each call, and says whether that arrives, and with which error it ends. It is set
	// before the bucket is used.
	Hook func(call, name string) (arrives bool, err error)

	mu      sync.Mutex
	objects map[string]object
	writes  int
}

type object struct {
	data    []byte
	version string
}

func (b *Bucket) callHook(call, name string) (bool, error) {
	if b.Hook == nil {
		return true, nil
	}
	return b.Hook(call, name)
}

// Get implements sequence.Bucket.
func (b *Bucket) Get(_ context.Context, name string) ([]byte, string, error) {
	if _, err := b.callHook("GET", name); err != nil {
		return nil, "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	o := b.objects[name]
	return o.data, o.version, nil
}

// Put implements sequence.Bucket.
func (b *Bucket) Put(_ context.Context, name string, data []byte, replaces string) error {
	arrives, failure := b.callHook("PUT", name)
	if !arrives {
		return failure
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.objects[name].version != replaces {
		return sequence.ErrReplaced
	}
	b.set(name, data)
	return failure
}

func (b *Bucket) set(name string, data []byte) {
	if b.objects == nil {
		b.objects = map[string]object{}
	}
	b.writes++
	b.objects[name] = object{data, strconv.Itoa(b.writes)}
}

// Set puts an object, whatever stands there, as somebody can who may write the bucket.
func (b *Bucket) Set(name string, data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set(name, data)
}

// Remove removes an object.
func (b *Bucket) Remove(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.objects, name)
}

// Clone returns a bucket with the same objects, and without the hook.
func (b *Bucket) Clone() *Bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	return &Bucket{objects: maps.Clone(b.objects), writes: b.writes}
}

// Names returns the names of the objects.
func (b *Bucket) Names() (names []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name := range b.objects {
		names = append(names, name)
	}
	return names
}

// Write writes what is published of the log into a directory: everything but the head.
func (b *Bucket) Write(directory string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, o := range b.objects {
		if name == "head" {
			continue
		}
		path := filepath.Join(directory, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, o.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// ReadTiles implements torchwood.TileReader.
func (b *Bucket) ReadTiles(ctx context.Context, tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := b.ReadEndpoint(ctx, torchwood.TilePath(t))
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}

// SaveTiles implements torchwood.TileReader.
func (*Bucket) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadEndpoint implements torchwood.TileReader.
func (b *Bucket) ReadEndpoint(ctx context.Context, path string) ([]byte, error) {
	data, version, err := b.Get(ctx, path)
	if err == nil && version == "" {
		err = fmt.Errorf("%s: %w", path, os.ErrNotExist)
	}
	return data, err
}

// Origin is the name of the logs of tests.
const Origin = "log.example.test/copies"

// Keys are the key of a log, and the trust of who knows its public half.
type Keys struct {
	Signer note.Signer
	Public string
	Trust  copylog.Trust
}

// NewKeys makes a key for a log.
func NewKeys() Keys {
	private, public, err := note.GenerateKey(rand.Reader, Origin)
	if err != nil {
		panic(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		panic(err)
	}
	trust, err := copylog.NewTrust(public, nil, 0)
	if err != nil {
		panic(err)
	}
	return Keys{signer, public, trust}
}

// Witness cosigns checkpoints, of any log.
type Witness struct {
	Public string
	signer *torchwood.CosignatureSigner
}

// NewWitness makes a witness of this name.
func NewWitness(name string) Witness {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	signer, err := torchwood.NewCosignatureSigner(name, private)
	if err != nil {
		panic(err)
	}
	return Witness{signer.Verifier().String(), signer}
}

// Cosign adds the witness's signature to a checkpoint. Its time is the present one.
func (w Witness) Cosign(checkpoint []byte) ([]byte, error) {
	_, err := note.Open(checkpoint, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if !errors.As(err, &unverified) {
		return nil, fmt.Errorf("cosigning: %w", err)
	}
	return note.Sign(unverified.Note, w.signer)
}

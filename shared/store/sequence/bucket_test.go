package sequence_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sequence"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
)

// TestTheLogInABucketOfFiles has processes append to S3 at once, while requests and answers are lost.
func TestTheLogInABucketOfFiles(t *testing.T) {
	cloud := recordstest.Open(t)
	name := cloud.Bucket(t)
	bucket, keys := sequence.InFiles(files.New(cloud.Buckets(), name)), sequencetest.NewKeys()
	if err := openLog(bucket, keys, 0).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	const appenders, batches, size = 3, 4, 70
	var mu sync.Mutex
	faults := rand.New(rand.NewPCG(1, 0))
	cloud.Transport.On(func(recordstest.Call) recordstest.CallOutcome {
		mu.Lock()
		defer mu.Unlock()
		switch faults.IntN(25) {
		case 0:
			return recordstest.NeverArrives
		case 1:
			return recordstest.AnswerLost
		}
		return recordstest.Arrives
	})
	var wg sync.WaitGroup
	failures := make([]error, appenders)
	for a := range appenders {
		wg.Go(func() {
			for i := range batches {
				for tries := 0; ; tries++ {
					_, err := openLog(bucket, keys, batches*size).Append(t.Context(), makeCopies(i*size, size))
					if err == nil {
						break
					}
					if errors.Is(err, sequence.ErrCorrupt) || tries > 100 {
						failures[a] = fmt.Errorf("batch %d: %w", i, err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	cloud.Transport.On(func(recordstest.Call) recordstest.CallOutcome { return recordstest.Arrives })
	if err := errors.Join(failures...); err != nil {
		t.Fatal(err)
	}
	published := &sequencetest.Bucket{}
	for _, key := range cloud.Keys(t, name) {
		if rest, ok := strings.CutPrefix(key, "copylog/public/"); ok {
			published.Set(rest, []byte(cloud.Object(t, name, key)))
		} else if key != "copylog/private/head" {
			t.Errorf("the log wrote %s", key)
		}
	}
	checkLog(t, published, keys, batches*size)
}

func TestAnObjectIsReplacedInItsVersionOnly(t *testing.T) {
	cloud := recordstest.Open(t)
	bucket := sequence.InFiles(files.New(cloud.Buckets(), cloud.Bucket(t)))
	put := func(text, version string) error { return bucket.Put(t.Context(), "checkpoint", []byte(text), version) }
	get := func(want string) string {
		t.Helper()
		data, version, err := bucket.Get(t.Context(), "checkpoint")
		if err != nil || string(data) != want {
			t.Fatalf("%s, %v", data, err)
		}
		return version
	}
	missing := get("")
	if err := put("one", missing); err != nil {
		t.Fatal(err)
	}
	one := get("one")
	if err := put("two", missing); !errors.Is(err, sequence.ErrReplaced) {
		t.Errorf("where one is: %v", err)
	}
	if err := put("two", one); err != nil {
		t.Fatal(err)
	}
	if err := put("three", one); !errors.Is(err, sequence.ErrReplaced) {
		t.Errorf("in place of the version before: %v", err)
	}
	get("two")
}

// TestOneOfManyReplaces shows it of the server that the other tests believe.
func TestOneOfManyReplaces(t *testing.T) {
	cloud := recordstest.Open(t)
	bucket := sequence.InFiles(files.New(cloud.Buckets(), cloud.Bucket(t)))
	for round := range 40 {
		_, version, err := bucket.Get(t.Context(), "checkpoint")
		if err != nil {
			t.Fatal(err)
		}
		var replaced atomic.Int32
		var wg sync.WaitGroup
		for writer := range 8 {
			wg.Go(func() {
				if bucket.Put(t.Context(), "checkpoint", fmt.Appendf(nil, "%d of %d", writer, round), version) == nil {
					replaced.Add(1)
				}
			})
		}
		wg.Wait()
		if n := replaced.Load(); n != 1 {
			t.Fatalf("in round %d, %d writers replaced the same version", round, n)
		}
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
)

// storage is the service's tables and bucket.
type storage struct {
	tables        *dynamodb.Client
	files         *s3.Client
	names         []string // of the tables
	bucket        string
	deletedTables []table // and not made again
}

// size is how much was copied.
type size struct {
	items, objects int
	bytes          int64
}

func openStorage(ctx context.Context, from *stack.Storage) (*storage, error) {
	c, err := from.Config(ctx)
	if err != nil {
		return nil, err
	}
	return &storage{
		tables: dynamodb.NewFromConfig(c, func(o *dynamodb.Options) { o.BaseEndpoint = &from.DynamoDB }),
		files:  s3.NewFromConfig(c, func(o *s3.Options) { o.BaseEndpoint = &from.S3 }),
		names:  []string{template.TableName("Records"), template.TableName("Sessions")},
		bucket: template.BucketName("Files"),
	}, nil
}

// backUp writes each table and every object into folder.
func (s *storage) backUp(ctx context.Context, folder string) (size, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return size{}, err
	}
	var all size
	for _, name := range s.names {
		lines, err := s.export(ctx, name)
		if err != nil {
			return all, err
		}
		all.items += bytes.Count(lines, []byte("\n"))
		all.bytes += int64(len(lines))
		if err := os.WriteFile(tableFile(folder, name), lines, 0o600); err != nil {
			return all, err
		}
	}
	objects, err := s.objects(ctx)
	if err != nil {
		return all, err
	}
	for i, key := range objects {
		n, err := s.save(ctx, key, objectFile(folder, i))
		if err != nil {
			return all, fmt.Errorf("copy object %s: %w", key, err)
		}
		all.bytes += n
	}
	all.objects = len(objects)
	return all, nil
}

func tableFile(folder, name string) string { return filepath.Join(folder, name+".jsonl") }

// objectFile is where an object is kept: its key is in the file, because a key may
// be no file's name.
func objectFile(folder string, i int) string {
	return filepath.Join(folder, fmt.Sprintf("object-%06d", i))
}

// checkUnchanged copies everything away once more and compares the copies.
func (s *storage) checkUnchanged(ctx context.Context, was, folder string) error {
	if _, err := s.backUp(ctx, folder); err != nil {
		return err
	}
	before, err := contents(was)
	if err != nil {
		return err
	}
	now, err := contents(folder)
	if err != nil {
		return err
	}
	return differences(before, now)
}

// differences are those between two copies, by the names of their files.
func differences(before, now map[string][]byte) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if !bytes.Equal(before[name], now[name]) {
			errs = append(errs, fmt.Errorf("%s differs: %d bytes, and %d before", name, len(now[name]), len(before[name])))
		}
	}
	if len(before) != len(now) {
		errs = append(errs, fmt.Errorf("%d tables and objects, and %d before", len(now), len(before)))
	}
	return errors.Join(errs...)
}

// contents are the files of a folder by name.
func contents(folder string) (map[string][]byte, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		if all[e.Name()], err = os.ReadFile(filepath.Join(folder, e.Name())); err != nil {
			return nil, err
		}
	}
	return all, nil
}

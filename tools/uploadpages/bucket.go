package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// keptFor is how long the files of a version stay after another has replaced it: for pages that are still open.
const keptFor = 30 * 24 * time.Hour

// bucket is the bucket of a stage's pages. Besides the pages it has a list for each upload, which is never changed: the
// keys of a version that is about to be deployed, or that is live from then on.
type bucket struct {
	client *s3.Client
	name   string
	now    func() time.Time
}

// The key of a list has the time of the upload in it, so lists sort by time.
const (
	listPrefix = "releases/"
	listTime   = "2006-01-02T15:04:05.000Z"
	begun      = "-begun" // its functions are about to be deployed
	live       = "-live"  // its functions and pages are what is served
)

// uploadFiles uploads the files whose names change with their content.
func (b bucket) uploadFiles(ctx context.Context, pages []object) error {
	before, err := b.listKeys(ctx)
	if err != nil {
		return err
	}
	if former := without(before, listPrefix); len(former) == len(before) && len(former) > 0 { // uploaded before there were lists
		if err := b.putList(ctx, live, former); err != nil {
			return err
		}
	}
	if err := b.putList(ctx, begun, keysOf(pages)); err != nil {
		return err
	}
	return b.put(ctx, pages, true)
}

// uploadAll uploads everything, and removes what no version needs that was live in the last days.
func (b bucket) uploadAll(ctx context.Context, pages []object) error {
	if err := b.uploadFiles(ctx, pages); err != nil {
		return err
	}
	if err := b.put(ctx, pages, false); err != nil {
		return err
	}
	if err := b.putList(ctx, live, keysOf(pages)); err != nil {
		return err
	}
	return b.removeFormer(ctx)
}

// removeFormer removes the files of versions that were replaced long enough ago. The newest version that was live at
// that time is not one of them, nor is any that was begun since.
func (b bucket) removeFormer(ctx context.Context) error {
	keys, err := b.listKeys(ctx)
	if err != nil {
		return err
	}
	oldest, limit := "", listPrefix+b.now().Add(-keptFor).UTC().Format(listTime)+live
	for _, key := range keys { // sorted
		if strings.HasPrefix(key, listPrefix) && strings.HasSuffix(key, live) && key <= limit {
			oldest = key
		}
	}
	needed := map[string]bool{}
	for _, key := range keys {
		if !strings.HasPrefix(key, listPrefix) || key < oldest {
			continue
		}
		needed[key] = true
		listed, err := b.readList(ctx, key)
		if err != nil {
			return err
		}
		for _, file := range listed {
			needed[file] = true
		}
	}
	for _, key := range keys {
		if needed[key] {
			continue
		}
		if _, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key}); err != nil {
			return fmt.Errorf("removing %s: %w", key, err)
		}
		fmt.Println("removed", key)
	}
	return nil
}

// listKeys returns all keys, sorted as S3 sorts them.
func (b bucket) listKeys(ctx context.Context) (keys []string, err error) {
	for pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", b.name, err)
		}
		for _, o := range page.Contents {
			keys = append(keys, aws.ToString(o.Key))
		}
	}
	return keys, nil
}

// put uploads the objects whose names change with their content, or the others.
func (b bucket) put(ctx context.Context, pages []object, versioned bool) error {
	for _, o := range pages {
		if o.isVersioned != versioned {
			continue
		}
		in := &s3.PutObjectInput{
			Bucket: &b.name, Key: &o.key, Body: bytes.NewReader(o.data), ContentType: &o.media, CacheControl: aws.String(o.cacheControl()),
		}
		if o.isPacked {
			in.ContentEncoding = aws.String("gzip")
		}
		if _, err := b.client.PutObject(ctx, in); err != nil {
			return fmt.Errorf("uploading %s: %w", o.key, err)
		}
		fmt.Println("uploaded", o.key)
	}
	return nil
}

func (b bucket) putList(ctx context.Context, state string, keys []string) error {
	key := listPrefix + b.now().UTC().Format(listTime) + state
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, Body: strings.NewReader(strings.Join(keys, "\n")), ContentType: aws.String("text/plain; charset=utf-8"),
	})
	if err != nil {
		return fmt.Errorf("listing the files of this version: %w", err)
	}
	return nil
}

func (b bucket) readList(ctx context.Context, key string) ([]string, error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", key, err)
	}
	data, err := io.ReadAll(out.Body)
	return strings.Split(string(data), "\n"), errors.Join(err, out.Body.Close())
}

func keysOf(pages []object) (keys []string) {
	for _, o := range pages {
		keys = append(keys, o.key)
	}
	return keys
}

// without returns the keys that do not begin with a prefix.
func without(keys []string, prefix string) (rest []string) {
	for _, key := range keys {
		if !strings.HasPrefix(key, prefix) {
			rest = append(rest, key)
		}
	}
	return rest
}

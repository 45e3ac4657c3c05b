package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// object is one object with all that is said of it.
type object struct {
	Key, Type    string
	Disposition  string            `json:",omitempty"`
	CacheControl string            `json:",omitempty"`
	Metadata     map[string]string `json:",omitempty"`
	Data         []byte
}

// objects are the keys of the bucket, in order.
func (s *storage) objects(ctx context.Context) ([]string, error) {
	var keys []string
	for pages := s3.NewListObjectsV2Paginator(s.files, &s3.ListObjectsV2Input{Bucket: &s.bucket}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the bucket: %w", err)
		}
		for _, o := range page.Contents {
			keys = append(keys, *o.Key)
		}
	}
	return keys, nil
}

// read reads an object; S3's checksum of it is compared on the way.
func (s *storage) read(ctx context.Context, key string) (o object, err error) {
	answer, err := s.files.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return o, err
	}
	o = object{Key: key, Type: value(answer.ContentType), Disposition: value(answer.ContentDisposition), CacheControl: value(answer.CacheControl), Metadata: answer.Metadata}
	o.Data, err = io.ReadAll(answer.Body)
	return o, errors.Join(err, answer.Body.Close())
}

// save copies an object into a file and returns its length.
func (s *storage) save(ctx context.Context, key, file string) (int64, error) {
	o, err := s.read(ctx, key)
	if err != nil {
		return 0, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return 0, err
	}
	return int64(len(o.Data)), os.WriteFile(file, text, 0o600)
}

func (s *storage) put(ctx context.Context, o object) error {
	_, err := s.files.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &o.Key, Body: bytes.NewReader(o.Data), ContentType: optionalString(o.Type),
		ContentDisposition: optionalString(o.Disposition), CacheControl: optionalString(o.CacheControl), Metadata: o.Metadata,
	})
	if err != nil {
		return fmt.Errorf("put object %s: %w", o.Key, err)
	}
	return nil
}

// wipeBucket deletes every object, and makes sure.
func (s *storage) wipeBucket(ctx context.Context) error {
	keys, err := s.objects(ctx)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if _, err := s.files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &key}); err != nil {
			return fmt.Errorf("delete object %s: %w", key, err)
		}
	}
	if keys, err = s.objects(ctx); err != nil || len(keys) > 0 {
		return fmt.Errorf("the bucket still holds %d objects: %w", len(keys), err)
	}
	return nil
}

// restoreBucket puts every object of the copies.
func (s *storage) restoreBucket(ctx context.Context, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "object-*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var o object
		if err := json.Unmarshal(text, &o); err != nil {
			return fmt.Errorf("read the copy %s: %w", file, err)
		}
		if err := s.put(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func optionalString(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

package s3

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// EnsureBucket makes the bucket when it is not there yet. Pages of the origins among
// readers may read what they have links to.
func EnsureBucket(ctx context.Context, client *s3.Client, name string, readers []string) error {
	if err := create(ctx, client, &s3.CreateBucketInput{Bucket: &name}); err != nil || len(readers) == 0 {
		return err
	}
	_, err := client.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: &name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedOrigins: readers, AllowedMethods: []string{"GET"}}},
	}})
	if err != nil {
		return fmt.Errorf("open bucket %s to pages: %w", name, err)
	}
	return nil
}

// EnsureLockedBucket makes a bucket with versions and object lock when it is not there yet. Every version is kept for
// so many days from when it is written; mode is COMPLIANCE or GOVERNANCE.
func EnsureLockedBucket(ctx context.Context, client *s3.Client, name, mode string, days int32) error {
	if err := create(ctx, client, &s3.CreateBucketInput{Bucket: &name, ObjectLockEnabledForBucket: aws.Bool(true)}); err != nil {
		return err
	}
	_, err := client.PutObjectLockConfiguration(ctx, &s3.PutObjectLockConfigurationInput{
		Bucket: &name, ObjectLockConfiguration: &types.ObjectLockConfiguration{
			ObjectLockEnabled: types.ObjectLockEnabledEnabled,
			Rule:              &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Mode: types.ObjectLockRetentionMode(mode), Days: &days}},
		},
	})
	if err != nil {
		return fmt.Errorf("lock bucket %s: %w", name, err)
	}
	return nil
}

// create makes a bucket that is not there yet.
func create(ctx context.Context, client *s3.Client, in *s3.CreateBucketInput) error {
	_, err := client.CreateBucket(ctx, in)
	var mine *types.BucketAlreadyOwnedByYou
	if err != nil && !errors.As(err, &mine) {
		return fmt.Errorf("make bucket %s: %w", *in.Bucket, err)
	}
	return nil
}

// KeepCredentials reads the account from file, or makes one and writes it there,
// so that links made before a restart are judged by the same key after it.
func KeepCredentials(file string) (Credentials, error) {
	var c Credentials
	data, err := os.ReadFile(file)
	if err == nil {
		if err := json.Unmarshal(data, &c); err != nil || c.AccessKeyID == "" || c.SecretAccessKey == "" {
			return c, fmt.Errorf("credentials in %s are damaged: remove the file to have new ones", file)
		}
		return c, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("read the credentials: %w", err)
	}
	c = Credentials{AccessKeyID: "JIAZHU" + rand.Text()[:14], SecretAccessKey: rand.Text() + rand.Text()}
	data, err = json.MarshalIndent(c, "", "  ")
	if err != nil {
		return c, err
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o600); err != nil {
		return c, fmt.Errorf("keep the credentials: %w", err)
	}
	return c, nil
}

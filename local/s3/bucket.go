package s3

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// EnsureBucket makes the bucket when it is not there yet. Pages of the origins among
// readers may read what they have links to.
func EnsureBucket(ctx context.Context, client *s3.Client, name string, readers []string) error {
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	var mine *types.BucketAlreadyOwnedByYou
	if err != nil && !errors.As(err, &mine) {
		return fmt.Errorf("make bucket %s: %w", name, err)
	}
	if len(readers) == 0 {
		return nil
	}
	_, err = client.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: &name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedOrigins: readers, AllowedMethods: []string{"GET"}}},
	}})
	if err != nil {
		return fmt.Errorf("open bucket %s to pages: %w", name, err)
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

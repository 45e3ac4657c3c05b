package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// store reads the table and the bucket: each endorsement has one key, and each key an endorsement; the files of all
// endorsements are there, also of withdrawn ones; and the name of every object is its digest.
func (a *auditor) store(ctx context.Context) (err error) {
	defer must.Catch(&err)
	made, keys := a.records(ctx)
	objects := a.objects(ctx)
	var wrong error
	for id, e := range made {
		if keys[id] != 1 {
			wrong = errors.Join(wrong, fmt.Errorf("%d keys lead to the endorsement %s", keys[id], id))
		}
		for name, f := range e.Files {
			if objects[f.Key] != f.SHA256 {
				wrong = errors.Join(wrong, fmt.Errorf("the %s of %s is not in the bucket as it was recorded", name, id))
			}
		}
		a.outcomes.check(id, nil)
	}
	for id := range keys {
		if _, ok := made[id]; !ok {
			wrong = errors.Join(wrong, fmt.Errorf("a key leads to %s, which is not there", id))
		}
	}
	return wrong
}

// records are the endorsements in the table, and how many keys lead to each.
func (a *auditor) records(ctx context.Context) (map[string]endorsement.Endorsement, map[string]int) {
	made, keys := map[string]endorsement.Endorsement{}, map[string]int{}
	for _, item := range must.Get(a.harness.Tables().ReadAll(ctx, "Records")) {
		switch sk := item.Text("sk"); {
		case strings.HasPrefix(item.Text("pk"), "JOBS#"): // the keys of jobs
		case strings.HasPrefix(sk, "KEY#"):
			keys[item.Text("endorsement")]++
		case strings.HasPrefix(sk, "ENDORSE#"):
			e := must.Get(records.DecodeEndorsement(item))
			made[e.ID] = *e
		}
	}
	return made, keys
}

// objects are the digests of the files in the bucket, by key.
func (a *auditor) objects(ctx context.Context) map[string]string {
	client := a.harness.Objects()
	bucket := template.BucketName("Files")
	all := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String("endorsements/")})
	digests := map[string]string{}
	for all.HasMorePages() {
		for _, object := range must.Get(all.NextPage(ctx)).Contents {
			digest := digestOf(ctx, client, bucket, *object.Key)
			if name := path.Base(*object.Key); strings.TrimSuffix(name, path.Ext(name)) != digest {
				must.Do(fmt.Errorf("%s has the digest %s", *object.Key, digest))
			}
			digests[*object.Key] = digest
		}
	}
	return digests
}

func digestOf(ctx context.Context, client *s3.Client, bucket, key string) string {
	out := must.Get(client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key}))
	defer out.Body.Close()
	sum := sha256.New()
	must.Get(io.Copy(sum, out.Body))
	return hex.EncodeToString(sum.Sum(nil))
}

package sequence

import (
	"context"
	"strings"

	"github.com/jiazhu/jiazhu/shared/store/files"
)

// maxObject bounds an object of the log in bytes. A head with the largest batch has 280 000.
const maxObject = 1 << 20

// Where the objects lie. Everything under publicPrefix is published as it is.
const (
	publicPrefix = "copylog/public/"
	privateHead  = "copylog/private/head"
)

// fileBucket keeps the log in the bucket of files.
type fileBucket struct{ files *files.Bucket }

// InFiles returns the log's objects in the bucket of files.
func InFiles(b *files.Bucket) Bucket { return fileBucket{b} }

func keyOf(name string) string {
	if name == headName {
		return privateHead
	}
	return publicPrefix + name
}

func (f fileBucket) Get(ctx context.Context, name string) ([]byte, string, error) {
	return f.files.ReadVersion(ctx, keyOf(name), maxObject)
}

func (f fileBucket) Put(ctx context.Context, name string, data []byte, replaces string) error {
	o := files.Object{Key: keyOf(name), MIME: "text/plain; charset=utf-8", CacheControl: "no-store", Data: data}
	if strings.HasPrefix(name, "tile/") {
		o.MIME, o.CacheControl = "application/octet-stream", "public, max-age=31536000, immutable"
	}
	return f.files.Replace(ctx, o, replaces)
}

package s3

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/backend/meta"
)

// properties are kept beside the objects, since not every file system has extended attributes. The backend writes an
// object's properties before the object itself, and judges by them whether it is there: killed in between, it would
// answer who tries again with If-None-Match that the object is there already, and nobody would write it any more. So an
// object that is not there has none.
type properties struct{ meta.SideCar }

// RetrieveAttribute reads a property of an object, or of a bucket where object is empty. Like the backend, it looks for
// the object from the working directory.
func (p properties) RetrieveAttribute(f *os.File, bucket, object, name string) ([]byte, error) {
	if f == nil && object != "" {
		if _, err := os.Lstat(filepath.Join(bucket, object)); errors.Is(err, fs.ErrNotExist) {
			return nil, meta.ErrNoSuchKey
		}
	}
	return p.SideCar.RetrieveAttribute(f, bucket, object, name)
}

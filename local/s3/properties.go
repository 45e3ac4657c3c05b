package s3

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/backend/meta"
)

// properties are files beside the objects, because not every file system has extended attributes. The backend writes an
// object's properties before the object, and takes an object that has properties for existing: if it was killed in
// between, it would refuse every later write with If-None-Match. So an object without a file has no properties.
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

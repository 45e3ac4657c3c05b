package seed

import (
	"bytes"
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func TestPicturesAreSmallAndDecodable(t *testing.T) {
	for _, h := range Holders(civil.Date{Year: 2026, Month: time.November, Day: 23}) {
		for kind, make := range map[string]func(Person) ([]byte, error){"photo.jpg": photo, "signature.png": handwriting} {
			data, err := make(h.Person)
			if err != nil {
				t.Fatal(err)
			}
			if len(data) > 50<<10 {
				t.Errorf("%s of %s has %d bytes, more than an authority may report", kind, h.Name, len(data))
			}
			if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
				t.Errorf("%s of %s: %v", kind, h.Name, err)
			}
			if dir := os.Getenv("DEMO_PICTURES"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, h.Username+"-"+kind), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

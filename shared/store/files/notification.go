package files

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// ParseNotification returns the keys of the objects that S3's notification names, decoded. S3's test
// message, sent when the notification is set up, names none.
func ParseNotification(body string) (keys []string, err error) {
	var e struct {
		Records []struct {
			S3 struct {
				Object struct {
					Key string `json:"key"` // URL-encoded
				} `json:"object"`
			} `json:"s3"`
		}
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return nil, fmt.Errorf("reading a notification: %w", err)
	}
	for _, r := range e.Records {
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			return nil, fmt.Errorf("reading a notification's key: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

package checker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// requestTimeout bounds one request to the service.
const requestTimeout = 20 * time.Second

// maxKeys bounds the key bundle in bytes; a typical one has about 4 KB.
const maxKeys = 1 << 20

// ReadKeys reads the trust bundle from a file or an address.
func ReadKeys(ctx context.Context, at string) (evidence.Trust, error) {
	data, err := keyBytes(ctx, at)
	if err != nil {
		return evidence.Trust{}, fmt.Errorf("the published keys (-keys): %w", err)
	}
	trust, err := evidence.ParseTrust(data)
	if err != nil {
		return evidence.Trust{}, fmt.Errorf("the published keys (-keys %s): %w", at, err)
	}
	return trust, nil
}

func keyBytes(ctx context.Context, at string) ([]byte, error) {
	if !strings.HasPrefix(at, "http://") && !strings.HasPrefix(at, "https://") {
		return os.ReadFile(at)
	}
	if err := CheckAddress(at); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", at, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxKeys))
}

// CheckAddress refuses addresses whose responses can be replaced on the network: keys
// and verdicts must come over https, or from this machine.
func CheckAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return errors.New(address + " is not https")
}

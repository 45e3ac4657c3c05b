package child

import (
	"fmt"
	"net"
)

// FreePort returns a TCP port on 127.0.0.1 that nobody uses at the moment. Somebody
// may take it before the caller does, so callers try again with another.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("look for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

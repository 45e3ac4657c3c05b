package drive

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// answerWithin is how long a client waits: longer than the longest a function may take.
const answerWithin = 20 * time.Second

// Address is the i-th address of the crowd, one of 127.0.0.0/8.
func Address(i int) net.IP {
	return net.IPv4(127, byte(1+i/62500%250), byte(i/250%250), byte(1+i%250))
}

// Client is somebody at one address.
func Client(address net.IP) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: address}}
	return &http.Client{
		Timeout:   answerWithin,
		Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4, IdleConnTimeout: 5 * time.Second},
	}
}

// Crowd is a client whose connections come from n addresses in turn, from the first-th on.
func Crowd(first, n, connections int) *http.Client {
	var next atomic.Int64
	dial := func(ctx context.Context, network, to string) (net.Conn, error) {
		i := first + int(next.Add(1))%n
		return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: Address(i)}}).DialContext(ctx, network, to)
	}
	return &http.Client{
		Timeout: answerWithin,
		Transport: &http.Transport{
			DialContext: dial, MaxIdleConns: connections, MaxIdleConnsPerHost: connections, IdleConnTimeout: time.Minute,
		},
	}
}

package faultproxy

import (
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

// NewPooledClient is a client whose calls come from n addresses in turn, from the first-th on.
func NewPooledClient(first, n, connections int) *http.Client {
	c := &transportPool{}
	for i := range n {
		dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: Address(first + i)}}
		c.transports = append(c.transports, &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: max(1, connections/n), IdleConnTimeout: time.Minute,
		})
	}
	return &http.Client{Timeout: answerWithin, Transport: c}
}

type transportPool struct {
	transports []*http.Transport
	next       atomic.Uint64
}

func (c *transportPool) RoundTrip(r *http.Request) (*http.Response, error) {
	return c.transports[c.next.Add(1)%uint64(len(c.transports))].RoundTrip(r)
}

// CloseIdleConnections is what http.Client's asks its transport for.
func (c *transportPool) CloseIdleConnections() {
	for _, one := range c.transports {
		one.CloseIdleConnections()
	}
}

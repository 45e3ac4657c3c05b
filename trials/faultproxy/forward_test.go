package faultproxy

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// slowConn is a connection whose Write returns some time after the bytes have arrived.
type slowConn struct{ net.Conn }

func (s slowConn) Write(b []byte) (int, error) {
	defer time.Sleep(20 * time.Millisecond)
	return s.Conn.Write(b)
}

func TestAnAnswerThatBeginsEarlyIsPassedOnWhole(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
		_ = http.NewResponseController(w).Flush()
		time.Sleep(50 * time.Millisecond)
		_, _ = io.WriteString(w, "end")
	}))
	defer server.Close()
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return slowConn{conn}, err
	}}
	defer transport.CloseIdleConnections()
	proxy := httptest.NewServer(ReadWhole(forward(to, transport)))
	defer proxy.Close()
	for _, size := range []int{1, 10_000} {
		res, err := http.Post(proxy.URL, "text/plain", bytes.NewReader(make([]byte, size)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || len(got) != size+len("end") {
			t.Errorf("for %d bytes sent: %d bytes, %v", size, len(got), err)
		}
	}
}

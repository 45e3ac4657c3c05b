package faultproxy

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
)

func TestACrowdHasManyAddresses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux answers to all of 127.0.0.0/8 as it is")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		_, _ = io.WriteString(w, host)
	}))
	defer server.Close()
	client := NewPooledClient(7, 5, 10)
	defer client.CloseIdleConnections()
	times := map[string]int{}
	for range 15 {
		res, err := client.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		from, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		times[string(from)]++
	}
	for i := range 5 {
		if got := times[Address(7+i).String()]; got != 3 {
			t.Errorf("%s asked %d times of 15, want 3", Address(7+i), got)
		}
	}
}

func TestAddressesDiffer(t *testing.T) {
	seen := map[string]int{}
	for i := range 200_000 {
		a := Address(i).String()
		if other, ok := seen[a]; ok {
			t.Fatalf("%d and %d are both at %s", other, i, a)
		}
		seen[a] = i
	}
}

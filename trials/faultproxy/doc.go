// Package drive is what the programs have in common that wear a local service out: storage that can
// be killed and comes back on the same data and port, a wire before it that delays, throttles and
// cuts, the processes of the functions and what they cost, and a crowd of clients.
//
// Everything listens on 127.0.0.1. Clients call it from many addresses of the loopback network
// (127.0.0.0/8), as a crowd has many addresses, so that the service's limits for each of them stay
// as they are.
package faultproxy

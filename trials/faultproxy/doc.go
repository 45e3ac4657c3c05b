// Package faultproxy puts a local service under stress: storage that can be killed and comes back with the
// same data on the same port, a proxy before it that delays, throttles and loses calls, and clients at many
// addresses.
//
// Everything listens on 127.0.0.1. Clients call from many addresses of the loopback network (127.0.0.0/8),
// so that the service's limits per address apply as they do to many people.
package faultproxy

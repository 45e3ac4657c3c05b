package main

import (
	"os"
	"time"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// processors is the processor time that each function's processes, children of this one, have taken, where
// the system tells.
func processors() map[string]time.Duration {
	all := map[string]time.Duration{}
	for name, processes := range faultproxy.Functions(os.Getpid()) {
		for _, pid := range processes {
			all[name] += faultproxy.CPU(pid)
		}
	}
	return all
}

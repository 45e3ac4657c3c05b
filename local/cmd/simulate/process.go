package main

import (
	"os"
	"time"

	"github.com/jiazhu/jiazhu/local/drive"
)

// processors is the processor time that each function's processes, children of this one, have taken, where
// the system tells.
func processors() map[string]time.Duration {
	all := map[string]time.Duration{}
	for name, processes := range drive.Functions(os.Getpid()) {
		for _, pid := range processes {
			all[name] += drive.CPU(pid)
		}
	}
	return all
}

//go:build unix

// Package child runs other programs so that none of them outlives this one.
//
// Each child leads its own process group: Ctrl-C in the terminal reaches only this
// program, which then stops its children in good order, and stopping a child stops
// whatever it started as well. On Linux the kernel kills a child whose parent is
// gone, even if the parent was killed with SIGKILL.
package child

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Child is a running program.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start starts cmd in its own process group.
func Start(cmd *exec.Cmd) (*Child, error) {
	cmd.SysProcAttr = attributes()
	c := &Child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// Linux ties the death signal to the thread that started the child, so that
		// thread has to last until the child has gone.
		runtime.LockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		c.err = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return c, nil
}

// Done is closed when the program has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err says how the program ended, as exec.Cmd.Wait does. Only after Done.
func (c *Child) Err() error { return c.err }

// CPU is the processor time that the program took, with that of the programs it started and waited
// for. Only after Done.
func (c *Child) CPU() time.Duration {
	return c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
}

// PID is the process id.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Signal sends a signal to the child's whole process group.
func (c *Child) Signal(s syscall.Signal) {
	select {
	case <-c.done: // the id may belong to somebody else by now
	default:
		_ = syscall.Kill(-c.cmd.Process.Pid, s)
	}
}

// Kill ends the child's process group at once and waits for the child.
func (c *Child) Kill() {
	c.Signal(syscall.SIGKILL)
	<-c.done
}

// Stop asks the child to end, kills its process group when it is still there after
// grace, and waits for it.
func (c *Child) Stop(grace time.Duration) {
	c.Signal(syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(grace):
		c.Kill()
	}
}

// Sweep kills what is left of the child's process group, after the child itself has
// ended too, and waits for the child.
func (c *Child) Sweep() {
	_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	<-c.done
}

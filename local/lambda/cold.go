package lambda

import "time"

// Start is how a process's first invocation went.
type Start struct {
	Answer []byte
	Took   time.Duration // from before the program was executed until its answer was there
	CPU    time.Duration // what the process took of the processors, until it was ended
}

// Cold starts a process of its own for one invocation, which lies ready when it first asks, as it
// does where Lambda starts a process for a request. The process is ended after its answer.
func Cold(s Settings, event []byte) (Start, error) {
	began := time.Now()
	e, err := start(s)
	if err != nil {
		return Start{}, err
	}
	defer e.stop()
	answer, err := e.invoke(event)
	took := time.Since(began)
	if err != nil {
		return Start{}, err
	}
	e.stop()
	return Start{Answer: answer, Took: took, CPU: e.child.CPU()}, nil
}

// Package batch is the protocol between the runner and the programs it measures. A
// program is started with the directory of inputs, writes a Hello, and answers each
// command on its standard input with one line of JSON:
//
//	make N         make N documents of the next certificates; answers a Result
//	save I FILE    make the document of certificate I and save it; answers a Result
//
// It ends when its input ends. Errors go to its standard error, and it exits with a
// code other than 0.
package batch

// Hello names the program.
type Hello struct {
	Version string `json:"version"` // of the libraries and of what runs them
}

// Result is what making Documents took, and nothing else.
type Result struct {
	Documents int     `json:"documents"`
	CPU       float64 `json:"cpu"`       // seconds of the process, its helpers' included
	Thread    float64 `json:"thread"`    // seconds of the thread that makes them; 0 where that is not known
	BestWall  float64 `json:"best_wall"` // seconds of the fastest document
	Bytes     int64   `json:"bytes"`     // of all documents
}

// Add adds another batch of the same program.
func (r *Result) Add(o Result) {
	if r.Documents == 0 || o.BestWall < r.BestWall {
		r.BestWall = o.BestWall
	}
	r.Documents += o.Documents
	r.CPU += o.CPU
	r.Thread += o.Thread
	r.Bytes += o.Bytes
}

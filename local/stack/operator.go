package stack

import "maps"

// Operator is the environment in which the command jiazhu works on this stack: every variable of every
// function, and storage past the functions' roles.
func (s *Stack) Operator() map[string]string {
	all := map[string]string{}
	for _, f := range s.Settings(Set{}) {
		maps.Copy(all, f.Environment)
	}
	maps.Copy(all, s.Storage.Environment())
	return all
}

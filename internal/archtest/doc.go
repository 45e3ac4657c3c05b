// Package archtest has the tests of the repository's structure: which package imports which, that template.yaml,
// openapi.yaml and the functions agree, and how things are named. It has no code of its own.
package archtest

// Package structure holds the tests that keep the house in order: who imports whom,
// and that template.yaml, openapi.yaml and the functions say the same. It has no
// code of its own.
package archtest

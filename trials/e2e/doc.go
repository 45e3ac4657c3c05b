// Package e2e tests the whole service over HTTP, as its users meet it: the very programs that
// are deployed, behind the template's routes, with a DynamoDB and an S3 of their own.
//
// Every answer that any test receives is checked against openapi.yaml, so all of them test the contract. Between the
// functions and DynamoDB stands a [Proxy] that a test can interrupt at a chosen call: this is how a function is killed
// between S3 and the transaction.
//
// The tests are skipped where the functions are not built: run `make build`.
package e2e

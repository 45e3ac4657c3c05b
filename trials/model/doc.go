// Package model describes the service in a few pages, and compares the two in random sequences of what authorities,
// holders and verifiers do.
//
// A Model is pure: it knows which certificates a registration number names and has named, the copies, which of two
// people is logged in and what time it is, and computes the answer to each operation. It shares no rule with the
// service, only days and names. A Service is the functions that get deployed, over DynamoDB and S3, with a clock that
// the sequence moves, also backwards.
package model

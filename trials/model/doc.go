// Package model says in a few pages what the service does, and has random sequences of what
// authorities, holders and verifiers do compare the two.
//
// A Model is pure: it knows what a registration number names and has named, the copies, which of two people is
// logged in and what time it is, and says for each operation what has to be answered. It shares no rule with the service, only days
// and the names of things. A Service is the functions that get deployed, over DynamoDB and S3,
// with one argument of their main functions changed: the clock, which the sequence moves, also
// backwards.
package model

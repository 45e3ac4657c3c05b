// Package torn breaks the connection between the functions and their storage, at every call of
// every journey a client can make, in every way a network and a cloud can break it, and then does
// what a client does: it tries again. What counts is what is left afterwards.
//
// The functions are the programs that get deployed, with the AWS SDK configured as it is there;
// between them and DynamoDB and S3 stands a Wire. A journey is made once undisturbed, which tells
// how many calls it has and what it leaves behind. Then it is made once for each fault at each
// call, on a certificate of its own, and must leave the same behind: nothing lost, nothing twice,
// nothing that points at nothing, nothing that may be read and should not.
package faults

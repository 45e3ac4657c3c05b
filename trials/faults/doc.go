// Package faults injects every fault of a network and a cloud into every call to storage of every scenario of a client,
// and then retries as a client does. It checks what is stored afterwards.
//
// The functions are the programs that get deployed, with the AWS SDK configured as it is there; a proxy stands between
// them and DynamoDB and S3. A scenario runs without faults first, which shows how many calls it makes and what it
// stores. Then it runs once for each fault at each call, on a certificate of its own, and must store the same: nothing
// lost, nothing twice, no reference to a missing item, nothing readable that must not be.
package faults

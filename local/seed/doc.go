// Package seed creates invented holders in a running service, and is the client with which the demo and the
// trials act for them.
//
// Everything happens through the public HTTP API, as the real parties use it: the authority reports
// certificates as a machine client, the portals open accounts, and each holder sets a password with the
// one-time link of the text message. So seeding is also the first test of a deployment.
//
// [Seed] is idempotent. There is one holder for each situation of the manual (使用手册 三, 常见问题), and for
// situations that the manual does not have.
//
// No person here exists. Names, numbers, photos and handwriting are generated.
package seed

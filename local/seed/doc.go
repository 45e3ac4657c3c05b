// Package demo fills a running service with invented holders and walks through it as they would.
//
// Everything happens through the public HTTP API, by the same doors the real parties use: the
// authority reports certificates as a machine client, the portals open accounts, each holder
// sets a password through the one-time link in the message that was sent to their phone. So the
// seed is also the first test of a deployment: what it cannot do, nobody could.
//
// [Seed] is idempotent. There is one holder for each situation the manual knows
// (使用手册 三, 常见问题) and for those it does not name; [Walk] meets them all and checks the
// words the service answers with.
//
// No person here exists. Names, numbers, photos and handwriting are generated.
package seed

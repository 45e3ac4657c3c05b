// Package kinds has the trial that a kind of certificate is added by one file: the one in docs/schemes.md, with the
// commands that stand there.
package kinds

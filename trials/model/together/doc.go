// Package together has several clients work on one certificate at once, and asks of everything they
// were told whether it could have been told to them one after the other: whether the history is
// linearizable, with the service's functions killed in between.
package together

// Package must lets a program of steps stop at its first error, as a test does at t.Fatal.
//
// A trial is a list of steps against a running service, and a step makes no sense when the one before
// it failed. A tool that reads, makes and writes files is such a list, too. Do and Get stop the steps,
// and Catch, deferred where they began, turns the stop into an ordinary error:
//
//	func play(ctx context.Context) (err error) {
//		defer must.Catch(&err)
//		session := must.Get(api.Login(ctx, portal, holder))
//		must.Do(session.Bind(ctx, certificate))
//		return nil
//	}
//
// The steps and the Catch are in one goroutine.
package must

// stop is the panic of Do and Get. Any other panic goes through Catch.
type stop struct{ err error }

// Do stops the steps where err is an error.
func Do(err error) {
	if err != nil {
		panic(stop{err})
	}
}

// Get returns v, or stops the steps where err is an error.
func Get[T any](v T, err error) T {
	Do(err)
	return v
}

// Get2 is Get for two values.
func Get2[T, U any](v T, w U, err error) (T, U) {
	Do(err)
	return v, w
}

// Catch is deferred. It sets err to the error that stopped the steps, if one did.
func Catch(err *error) {
	switch v := recover().(type) {
	case nil:
	case stop:
		*err = v.err
	default:
		panic(v)
	}
}

// Fatal is deferred in a test's helper. The error that stopped the steps, if one did, ends the test.
func Fatal(t interface {
	Helper()
	Fatal(...any)
}) {
	t.Helper()
	switch v := recover().(type) {
	case nil:
	case stop:
		t.Fatal(v.err)
	default:
		panic(v)
	}
}

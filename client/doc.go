// Package client calls the service from Go, with a method for every operation of openapi.yaml and a
// type for every schema. client.gen.go is generated from it by oapi-codegen (`make client`).
//
// A method returns the HTTP answer as it came; [Read] and [Check] make of it a value, or the
// [Problem] that the service gave as its reason:
//
//	c, err := client.NewClient("http://127.0.0.1:8080")
//	in, err := client.Read[client.LoggedIn](c.Login(ctx, client.Login{Portal: "mohurd", Username: name, Password: password}))
//	list, err := client.Read[client.CertificateList](c.ListCertificates(ctx, client.Bearer(in.Token)))
//	var p *client.Problem
//	if errors.As(err, &p) && p.Code == client.ProblemCodeIdentityRequired { … }
//
// Days are strings, "2026-11-23", civil days in Asia/Shanghai; instants are [time.Time].
package client

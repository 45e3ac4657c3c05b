package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// seals makes a seal and a signature of each version, of GM/T 0031-2014 and GB/T
// 38540-2020, with ofdrw's encoders. This service has to read them, and to refuse them
// after a change.
func (j *judge) seals(ctx context.Context) ([]outcome, error) {
	ca, err := testca.New(time.Now())
	if err != nil {
		return nil, err
	}
	roots, err := ses.NewRoots(ca.SealRoot)
	if err != nil {
		return nil, err
	}
	var all []outcome
	for _, version := range []string{"v1", "v4"} {
		value, seal, err := j.foreignSeal(ctx, version, ca)
		if err != nil {
			return nil, err
		}
		expected := ses.Expected{Roots: roots, DataHash: make([]byte, 32), Seal: seal, Property: "/Doc_0/Signs/Sign_0/Signature.xml"}
		o := outcome{manifest.Jiazhu, foreign, "seal of ofdrw, " + version, ""}
		if _, err := ses.Verify(value, expected); err != nil {
			o.problem = err.Error()
		}
		changed := outcome{manifest.Jiazhu, refused, "changed seal of ofdrw, " + version, ""}
		value[len(value)-1] ^= 1
		if _, err := ses.Verify(value, expected); err == nil {
			changed.problem = "accepted"
		}
		all = append(all, o, changed)
	}
	return all, nil
}

// foreignSeal returns SES_Signature and SESeal as ofdrw writes them with keys
// of an authority.
func (j *judge) foreignSeal(ctx context.Context, version string, ca *testca.Authority) (value, seal []byte, err error) {
	directory := filepath.Join(j.scratch, version)
	if err := os.Mkdir(directory, 0o700); err != nil {
		return nil, nil, err
	}
	for _, party := range []string{"maker", "signer"} {
		for ending, text := range map[string][]byte{".key.pem": ca.Seal.KeyPEM, ".chain.pem": ca.Seal.ChainPEM} {
			if err := os.WriteFile(filepath.Join(directory, party+ending), text, 0o600); err != nil {
				return nil, nil, err
			}
		}
	}
	said, err := output(ctx, "java", j.java("ofdrw", "ses", version, directory)...)
	if err != nil {
		return nil, nil, err
	}
	if value, err = os.ReadFile(filepath.Join(directory, "SignedValue.dat")); err != nil {
		return nil, nil, fmt.Errorf("ofdrw made no seal: %s: %w", said, err)
	}
	seal, err = os.ReadFile(filepath.Join(directory, "seal.esl"))
	return value, seal, err
}

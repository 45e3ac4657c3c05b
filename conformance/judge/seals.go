package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// seals makes a seal and a signature of each version, of GM/T 0031-2014 and GB/T
// 38540-2020, with ofdrw's encoders. This service has to read them, and to refuse them
// after a change.
func (j *judge) seals(ctx context.Context) []outcome {
	ca := must.Get(testca.New(time.Now()))
	roots := must.Get(ses.NewRoots(ca.SealRoot))
	var all []outcome
	for _, version := range []string{"v1", "v4"} {
		value, seal := j.foreignSeal(ctx, version, ca)
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
	return all
}

// foreignSeal returns SES_Signature and SESeal as ofdrw writes them with keys
// of an authority.
func (j *judge) foreignSeal(ctx context.Context, version string, ca *testca.Authority) (value, seal []byte) {
	directory := filepath.Join(j.scratch, version)
	must.Do(os.Mkdir(directory, 0o700))
	for _, party := range []string{"maker", "signer"} {
		for ending, text := range map[string][]byte{".key.pem": ca.Seal.KeyPEM, ".chain.pem": ca.Seal.ChainPEM} {
			must.Do(os.WriteFile(filepath.Join(directory, party+ending), text, 0o600))
		}
	}
	said := output(ctx, "java", j.java("ofdrw", "ses", version, directory)...)
	value, err := os.ReadFile(filepath.Join(directory, "SignedValue.dat"))
	if err != nil {
		must.Do(fmt.Errorf("ofdrw made no seal: %s: %w", said, err))
	}
	return value, must.Get(os.ReadFile(filepath.Join(directory, "seal.esl")))
}

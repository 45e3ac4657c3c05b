package main

import (
	"context"
	"strings"

	"github.com/jiazhu/jiazhu/conformance/manifest"
)

// sofd has sofd verify the signature and audit the package. It exits with 0 whatever it finds. It is
// built with cargo, and so may be absent.
func (j *judge) sofd(ctx context.Context) []outcome {
	if j.sofdProgram == "" {
		return nil
	}
	all := j.judgeEach(ctx, manifest.SofdAudit, form, "ofd", func(ctx context.Context, file string) string {
		return sofdAuditProblem(output(ctx, j.sofdProgram, "--locale", "en-US", "audit", file))
	})
	for _, file := range j.filesFor(manifest.SofdVerify, "ofd") {
		if j.specimen(file).Level == "T" {
			continue // sofd reads no time stamps but those with SM2
		}
		said := output(ctx, j.sofdProgram, "--locale", "en-US", "verify", file)
		all = append(all, j.outcomeOf(manifest.SofdVerify, signature, file, sofdSignatureProblem(said)))
	}
	return all
}

// sofdSignatureProblem returns "" if the output reports one signature, and that it is valid.
func sofdSignatureProblem(said string) string {
	if strings.HasPrefix(said, signatureList+": Valid\n") && strings.Count(said, "Signature.xml: ") == 1 {
		return ""
	}
	return oneLine(said)
}

// notArchival is the one thing that sofd's audit finds: OFD/A (GB/T 42133) would be another DocType, which a file
// with an attachment in JSON may not claim.
const notArchival = `ARCH-101 [warning] OFD.xml: DocType is "OFD", but an archival document declares "OFD-A"` + "\n"

func sofdAuditProblem(said string) string {
	if said == notArchival {
		return ""
	}
	return oneLine(said)
}

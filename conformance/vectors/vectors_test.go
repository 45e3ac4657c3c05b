package vectors_test

import (
	"testing"

	"github.com/jiazhu/jiazhu/conformance/vectors"
)

func TestPublishedFilesHaveOnlyKnownKeysAndNoEmptySection(t *testing.T) {
	domain, err := vectors.ReadDomain()
	if err != nil {
		t.Fatal(err)
	}
	if len(domain.Identifiers) == 0 || len(domain.ResidentIDs) == 0 || len(domain.CreditCodes) == 0 || len(domain.Windows) == 0 {
		t.Error("domain.json has an empty section")
	}
	worked, err := vectors.ReadWorked()
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{
		"identifierTrace":     len(worked.Trace.P),
		"identifiers":         len(worked.Identifiers),
		"residentIdNumbers":   len(worked.ResidentIDs),
		"creditCodes":         len(worked.CreditCodes),
		"registrationNumbers": len(worked.Numbers),
		"names":               len(worked.Names),
		"masks":               len(worked.Masks),
		"windows":             len(worked.Windows),
		"windowRefusals":      len(worked.Refusals),
	} {
		if n == 0 {
			t.Errorf("worked.json has no %s", name)
		}
	}
}

package archtest

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPurePackagesAreToldTheTime(t *testing.T) {
	for _, p := range packages(t) {
		if !anyMatch(purePackages(), p.name()) {
			continue
		}
		for _, u := range uses(t, p, "time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.NewTimer") {
			t.Errorf("%s: %s uses %s: a pure rule takes the time as an argument", p.name(), u.file, u.name)
		}
	}
}

func TestOnlyProgramsReadTheEnvironment(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasSuffix(p.name(), "test") { // support for tests
			continue
		}
		for _, u := range uses(t, p, "os.Getenv", "os.LookupEnv", "os.Environ") {
			if u.file != "main.go" && p.name() != "shared/service/boot" {
				t.Errorf("%s: %s uses %s: settings come from shared/service/config, which a main.go or boot gives the environment", p.name(), u.file, u.name)
			}
		}
	}
}

func TestOnlyMainSpeaksToAWSInFunctions(t *testing.T) {
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.name(), "functions/") {
			continue
		}
		for _, f := range filesOf(t, p) {
			for _, path := range f.imports() {
				if f.base() != "main.go" && strings.HasPrefix(path, "github.com/aws/") {
					t.Errorf("%s imports %s: main.go connects, handlers use what it gives them", f.path, path)
				}
			}
		}
	}
}

// TestNoBuildThatIsDeployedHasTheTestClock: only trials/model builds functions with the tag.
func TestNoBuildThatIsDeployedHasTheTestClock(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "git", "-C", "../..", "grep", "-lI", "testclock", "--", ":!docs").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"internal/archtest/clock_test.go", "shared/service/boot/clock.go", "shared/service/boot/testclock.go", "trials/model/clock.go",
	}
	if diff := cmp.Diff(want, strings.Fields(string(out))); diff != "" {
		t.Error(diff)
	}
}

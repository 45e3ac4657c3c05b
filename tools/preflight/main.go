// Command preflight finds what would make a deployment of a stage fail half way, or take away protected data, and lists
// all of it. What CloudFormation itself refuses before it changes anything (a value of another form, a rule of the
// template) is left to the change set. It asks the account through the AWS CLI.
//
//	preflight -stage prod [-destroy]
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"
)

// quota is the account's concurrency that the template's shares need, with the 100 that Lambda keeps for functions without one.
const quota = 1000

// stage is what a deployment is made of, and how to ask its account.
type stage struct {
	stack, region string
	template      template
	values        map[string]string
	faults        []string // of the file of values
	aws           func(answer any, args ...string) error
}

// template is what of template.yaml is read here.
type template struct {
	Parameters map[string]struct {
		Description string  `yaml:"Description"`
		Default     *string `yaml:"Default"`
	} `yaml:"Parameters"`
	Resources map[string]struct {
		Type       string `yaml:"Type"`
		Properties struct {
			Environment struct {
				Variables map[string]yaml.Node `yaml:"Variables"`
			} `yaml:"Environment"`
		} `yaml:"Properties"`
	} `yaml:"Resources"`
}

func main() {
	name := flag.String("stage", "", "an environment of samconfig.toml, such as prod")
	destroy := flag.Bool("destroy", false, "check whether the stage may be destroyed")
	flag.Parse()
	s, err := readStage(".", *name, *destroy)
	if err == nil {
		s.aws = func(answer any, args ...string) error { return askAWS(answer, append(args, "--region", s.region)...) }
		check := s.checkDeployment
		if *destroy {
			check = s.checkUnprotected
		}
		err = check()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "preflight:", err)
		os.Exit(1)
	}
}

// askAWS runs the AWS CLI, whose credentials are its own.
func askAWS(answer any, args ...string) error {
	out, err := exec.Command("aws", append(args, "--output", "json")...).Output()
	if refused := (*exec.ExitError)(nil); errors.As(err, &refused) {
		return fmt.Errorf("aws %s %s: %s", args[0], args[1], strings.TrimSpace(string(refused.Stderr)))
	}
	if err != nil {
		return fmt.Errorf("%w: install the AWS CLI, https://docs.aws.amazon.com/cli", err)
	}
	return json.Unmarshal(out, answer)
}

// readStage reads the stage from samconfig.toml and, unless it is to be destroyed, template.yaml and its parameters.
func readStage(root, name string, destroy bool) (s stage, err error) {
	var config map[string]any
	data, err := os.ReadFile(filepath.Join(root, "samconfig.toml"))
	if err == nil {
		err = toml.Unmarshal(data, &config)
	}
	if err != nil {
		return s, err
	}
	s.stack = lookUp(config, name, "global", "stack_name")
	s.region = lookUp(config, name, "global", "region")
	file, isFile := strings.CutPrefix(lookUp(config, name, "deploy", "parameter_overrides"), "file://")
	if s.stack == "" || s.region == "" || !isFile {
		return s, fmt.Errorf("samconfig.toml has no stage %q with stack_name, region and a file of parameter_overrides: "+
			"name one that is there (make deploy STAGE=prod), or add it", name)
	}
	if destroy {
		return s, nil
	}
	if data, err = os.ReadFile(filepath.Join(root, "template.yaml")); err == nil {
		err = yaml.Unmarshal(data, &s.template)
	}
	if err != nil {
		return s, err
	}
	s.values, s.faults, err = readValues(filepath.Join(root, file), s.template)
	return s, err
}

// lookUp returns a text of samconfig.toml.
func lookUp(config map[string]any, stage, command, name string) string {
	environment, _ := config[stage].(map[string]any)
	options, _ := environment[command].(map[string]any)
	parameters, _ := options["parameters"].(map[string]any)
	text, _ := parameters[name].(string)
	return text
}

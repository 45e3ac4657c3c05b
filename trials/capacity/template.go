package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// templateFigures is what figures need to know of template.yaml.
type templateFigures struct {
	functions map[string]model.Function
	routes    map[string]float64
	fileDays  int
	logDays   int
}

func readDeployed(root string) (templateFigures, error) {
	file := filepath.Join(root, "template.yaml")
	t, err := template.Read(file, map[string]string{
		"PublicUrl": "https://example.invalid", "Clients": "[]", "Issuers": "[]",
		"MessagesUrl": "https://example.invalid", "MessagesSecret": "-",
	})
	if err != nil {
		return templateFigures{}, err
	}
	raw, err := readRaw(file)
	if err != nil {
		return templateFigures{}, err
	}
	d := templateFigures{functions: map[string]model.Function{}, routes: map[string]float64{}}
	api := raw.Resources["Api"].Properties
	for _, f := range t.Functions {
		d.functions[f.Name] = model.Function{Memory: f.Memory, Reserved: f.Concurrency}
		for _, r := range f.Routes {
			d.routes[r.Key()] = api.Default.Rate
			if own, ok := api.Routes[r.Key()]; ok {
				d.routes[r.Key()] = own.Rate
			}
		}
	}
	if d.fileDays, err = raw.days("FileDays"); err != nil {
		return d, err
	}
	d.logDays, err = raw.days("LogDays")
	return d, err
}

// templateExtras are those parts of the template that the local stack has no use for.
type templateExtras struct {
	Parameters map[string]struct {
		Default yaml.Node `yaml:"Default"`
	} `yaml:"Parameters"`
	Resources map[string]struct {
		Properties struct {
			Default throttle            `yaml:"DefaultRouteSettings"`
			Routes  map[string]throttle `yaml:"RouteSettings"`
		} `yaml:"Properties"`
	} `yaml:"Resources"`
}

type throttle struct {
	Rate float64 `yaml:"ThrottlingRateLimit"`
}

func readRaw(file string) (r templateExtras, err error) {
	data, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(data, &r)
	}
	if err != nil {
		return r, fmt.Errorf("read %s: %w", file, err)
	}
	return r, nil
}

func (r templateExtras) days(parameter string) (int, error) {
	days, err := strconv.Atoi(r.Parameters[parameter].Default.Value)
	if err != nil {
		return 0, fmt.Errorf("template.yaml, %s: %w", parameter, err)
	}
	return days, nil
}

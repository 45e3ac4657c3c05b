package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/internal/watch"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// throttle is a limit of the API, or of one of its routes.
type throttle struct {
	Rate float64 `yaml:"ThrottlingRateLimit"`
}

// settings are those parts of template.yaml that the local service does not use.
type settings struct {
	Parameters map[string]struct {
		Default yaml.Node `yaml:"Default"`
	} `yaml:"Parameters"`
	Resources struct {
		API struct {
			Properties struct {
				Default throttle            `yaml:"DefaultRouteSettings"`
				Routes  map[string]throttle `yaml:"RouteSettings"`
			} `yaml:"Properties"`
		} `yaml:"Api"`
	} `yaml:"Resources"`
}

// shortName is how the counts name a table.
func shortName(local string) string { return strings.TrimPrefix(local, template.TableName("")) }

// readDeployed reads template.yaml.
func readDeployed(file string) (d model.Deployed, err error) {
	t, err := template.Read(file, map[string]string{
		"PublicUrl": "https://example.invalid", "Clients": "[]", "Issuers": "[]",
		"MessagesUrl": "https://example.invalid", "MessagesSecret": "-",
	})
	if err != nil {
		return d, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	var s settings
	if err := yaml.Unmarshal(data, &s); err != nil {
		return d, fmt.Errorf("read %s: %w", file, err)
	}
	d.Functions, d.Routes, d.Tables = map[string]model.Function{}, map[string]float64{}, map[string]model.Table{}
	for _, table := range t.Tables {
		d.Tables[shortName(table.Name)] = model.Table{Infrequent: table.Infrequent, Recovery: table.Recovery}
	}
	gateway := s.Resources.API.Properties
	for _, f := range t.Functions {
		d.Functions[f.Name] = model.Function{Memory: f.Memory, Reserved: f.Concurrency}
		for _, r := range f.Routes {
			d.Routes[r.Key()] = gateway.Default.Rate
			if own, ok := gateway.Routes[r.Key()]; ok {
				d.Routes[r.Key()] = own.Rate
			}
		}
	}
	watched, err := watch.Read(file)
	errs := []error{err}
	for name, into := range map[string]*int{"FileDaysAfterUse": &d.FileDaysAfterUse, "ReplacedFileDays": &d.ReplacedFileDays, "LogDays": &d.LogDays} {
		days, err := strconv.Atoi(s.Parameters[name].Default.Value)
		*into, errs = days, append(errs, err)
	}
	d.LogsSystem = s.Parameters["SystemLogLevel"].Default.Value != "WARN"
	d.LogsAccess = s.Parameters["AccessLog"].Default.Value == "on"
	d.Metrics = len(watched.Custom(api.Namespace))
	for _, a := range watched.Alarms {
		d.AlarmMetrics += len(a.Metrics)
	}
	return d, errors.Join(errs...)
}

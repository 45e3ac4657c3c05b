package structure

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// brings are the settings that may name files below /opt, by the layer that brings those files.
func brings() map[string][]string {
	return map[string][]string{
		"SigningLayer":  {"SIGNING_KEYS"},
		"VerifyLayer":   {"RECEIPT_KEY", "TRUST"},
		"SettingsLayer": {"PORTALS", "CLIENTS", "ISSUERS"},
	}
}

// layers demands that a function is brought the files it is told of, and nobody else's.
func layers(d deployment) (f faults) {
	for _, id := range d.of("AWS::Serverless::Function") {
		r := d.Resources[id]
		var has []string
		if own := at(&r.Properties, "Layers"); own != nil {
			walk(own, func(n *yaml.Node) { has = append(has, n.Value) })
		}
		for layer, settings := range brings() {
			told := slices.ContainsFunc(settings, func(s string) bool { return at(&r.Properties, "Environment.Variables."+s) != nil })
			if told != slices.Contains(has, layer) {
				f.add("%s is told of the files in %s: %t; it has the layer: %t", id, layer, told, !told)
			}
		}
	}
	if n := at(d.root.Content[0], "Globals.Function.Layers.0.1"); n == nil || n.Value != "FieldKeyLayer" {
		f.add("not every function has the layer with the field key")
	}
	return f
}

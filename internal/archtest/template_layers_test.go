package archtest

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// brings are the settings that may name files below /opt, by the layer that brings those files.
func brings() map[string][]string {
	return map[string][]string{
		"NamesKeyLayer":     {"NAMES_KEY"},
		"LimitsKeyLayer":    {"LIMITS_KEY"},
		"FieldKeyLayer":     {"FIELD_KEY"},
		"IntegrityKeyLayer": {"INTEGRITY_KEY"},
		"SigningLayer":      {"SIGNING_KEYS"},
		"VerifyLayer":       {"RECEIPT_KEY", "TRUST"},
		"SettingsLayer":     {"PORTALS", "CLIENTS", "ISSUERS", "SCHEMES"},
	}
}

// layers demands that a function is brought the files it is told of, and nobody else's.
func layers(d deployment) (f faults) {
	for _, id := range d.of("AWS::Serverless::Function") {
		r := d.Resources[id]
		var has []string
		if own := at(&r.Properties, "Layers"); own != nil {
			visitNodes(own, func(n *yaml.Node) { has = append(has, n.Value) })
		}
		for layer, settings := range brings() {
			given := slices.ContainsFunc(settings, func(s string) bool { return at(&r.Properties, "Environment.Variables."+s) != nil })
			if given != slices.Contains(has, layer) {
				f.add("%s is told of the files in %s: %t; it has the layer: %t", id, layer, given, !given)
			}
		}
	}
	if at(d.root.Content[0], "Globals.Function.Layers") != nil || at(d.root.Content[0], "Globals.Function.Environment") != nil {
		f.add("every function is brought or told the same")
	}
	return f
}

// holders are the functions that hold each secret key: what they do needs it.
func holders() map[string][]string {
	return map[string][]string{
		"NAMES_KEY":     {"Endorse", "Intake", "Login", "Report"},                                                           // they enter people in a table, or compare whose an ID number is
		"LIMITS_KEY":    {"Identify", "Jobs", "Login", "Verify"},                                                            // they count attempts; two of them make codes or challenges
		"FIELD_KEY":     {"Endorse", "Identify", "Intake", "Login", "Report"},                                               // they seal an ID or phone number, or open one
		"INTEGRITY_KEY": {"Certificates", "Download", "Endorse", "Identify", "Intake", "Jobs", "Login", "Report", "Verify"}, // they read the tables
		"SIGNING_KEYS":  {"Endorse"},
		"RECEIPT_KEY":   {"Jobs", "Verify"},
	}
}

// keysHeld demands that each function is told where the keys are that it needs, and of no others.
func keysHeld(d deployment) (f faults) {
	for setting, want := range holders() {
		var given []string
		for _, id := range d.of("AWS::Serverless::Function") {
			r := d.Resources[id]
			if at(&r.Properties, "Environment.Variables."+setting) != nil {
				given = append(given, id)
			}
		}
		if !slices.Equal(given, want) {
			f.add("%s is told to %v, and needed by %v", setting, given, want)
		}
	}
	return f
}

package archtest

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"testing"
)

// optionalSettings settings have a default, so a function need not ask for them by name.
func optionalSettings() []string {
	return []string{"TEST_SEAL", "CHALLENGE_SECONDS", "TIMESTAMP_URL", "SEAL_TIMESTAMP_URL", "LONG_TERM", "EDGE_SECRET", "SCHEMES", "FORMER_ITEMS"}
}

func TestEachFunctionIsGivenTheSettingsItAsksForAndNoOthers(t *testing.T) {
	names := settings(t)
	_, functions := readTemplate(t)
	for name, f := range functions {
		asked := loadedSettings(t, name, names)
		for _, s := range asked {
			if _, ok := f.Environment.Variables[s]; !ok {
				t.Errorf("%s asks for %s, which template.yaml does not give it", name, s)
			}
		}
		for given := range maps.Keys(f.Environment.Variables) {
			if !slices.Contains(asked, given) && !slices.Contains(optionalSettings(), given) {
				t.Errorf("template.yaml gives %s %s, which it does not ask for", name, given)
			}
		}
	}
}

// Package boot reads the kinds of certificate for a function with the records table.
func TestEachFunctionWithCertificatesIsToldOfTheirKinds(t *testing.T) {
	_, functions := readTemplate(t)
	for name, f := range functions {
		_, given := f.Environment.Variables["SCHEMES"]
		if _, has := f.Environment.Variables["RECORDS_TABLE"]; has != given {
			t.Errorf("%s has the records table: %t; is told of the kinds of certificate: %t", name, has, given)
		}
	}
}

// TestEveryFunctionOfTheAPIDemandsTheEdgesSecret: a function without it would serve requests that went
// round the network before the API, with its rates and rules.
func TestEveryFunctionOfTheAPIDemandsTheEdgesSecret(t *testing.T) {
	_, functions := readTemplate(t)
	for name, f := range functions {
		_, given := f.Environment.Variables["EDGE_SECRET"]
		serves := mentions(t, name, "Routes")
		passes := mentions(t, name, "Server") && (mentions(t, name, "EdgeSecrets") || !mentions(t, name, "Edge")) // boot fills in api.Server
		if serves != given || serves != passes {
			t.Errorf("%s serves requests: %t; is given EDGE_SECRET: %t; hands it on: %t", name, serves, given, passes)
		}
	}
}

// mentions reports whether the function's code names a field so.
func mentions(t *testing.T, function, field string) (found bool) {
	t.Helper()
	for _, f := range filesIn(t, "functions/"+function) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.SelectorExpr:
				found = found || x.Sel.Name == field
			case *ast.KeyValueExpr:
				key, ok := x.Key.(*ast.Ident)
				found = found || ok && key.Name == field
			}
			return true
		})
	}
	return found
}

// settings returns the variables by the names of their constants in shared/service/config.
func settings(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	for _, f := range filesIn(t, "shared/service/config") {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				for i, value := range v.Values {
					if l, ok := value.(*ast.BasicLit); ok && l.Kind == token.STRING {
						names[v.Names[i].Name], _ = strconv.Unquote(l.Value)
					}
				}
			}
		}
	}
	return names
}

// loadedSettings returns the variables a function passes to boot.Run.
func loadedSettings(t *testing.T, function string, names map[string]string) []string {
	t.Helper()
	var all []string
	for _, f := range filesIn(t, "functions/"+function) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || selector(call.Fun) != "boot.Run" {
				return true
			}
			for _, argument := range call.Args {
				if s, ok := argument.(*ast.SelectorExpr); ok && names[s.Sel.Name] != "" {
					all = append(all, names[s.Sel.Name])
				}
			}
			return true
		})
	}
	if len(all) == 0 {
		t.Errorf("%s asks for no settings", function)
	}
	return all
}

package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// TestNothingIsLoggedAroundTheOneWay: what runs in production writes its log in shared/service/api, and
// intake and jobs, which a queue calls, in files of their own. All pass the causes of failures through api.EscapeForLog. A program that cannot start says so on its standard error.
func TestNothingIsLoggedAroundTheOneWay(t *testing.T) {
	writers := map[string]string{"shared/service/api/log.go": "EscapeForLog", "shared/service/api/run.go": "EscapeForLog", "functions/intake/log.go": "api.WriteRunRecord", "functions/jobs/log.go": "api.WriteRunRecord"}
	for _, p := range packages(t) {
		function, boot := strings.HasPrefix(p.name(), "functions/"), p.name() == "shared/service/boot"
		if !function && !strings.HasPrefix(p.name(), "shared/") || strings.HasSuffix(p.name(), "test") {
			continue
		}
		if p.name() != "shared/service/api" && (slices.Contains(p.Imports, "log") || slices.Contains(p.Imports, "log/slog")) {
			t.Errorf("%s imports a package that logs", p.name())
		}
		for _, u := range uses(t, p, "os.Stdout", "os.Stderr", "fmt.Print", "fmt.Println", "fmt.Printf", "debug.PrintStack") {
			if !boot && (!function || u.file != "main.go") {
				t.Errorf("%s: %s uses %s", p.name(), u.file, u.name)
			}
		}
		for _, file := range filesOf(t, p) {
			path, parsed := file.path, file.File
			if writer := writers[path]; writer != "" {
				if !calls(parsed, writer) {
					t.Errorf("%s does not use %s", path, writer)
				}
				delete(writers, path)
				continue
			}
			if calls(parsed, "print") || calls(parsed, "println") {
				t.Errorf("%s prints", path)
			}
			if function && file.base() != "main.go" && mentionsLog(parsed) {
				t.Errorf("%s writes to the log", path)
			}
		}
	}
	for path := range writers {
		t.Errorf("there is no %s", path)
	}
}

// calls reports whether a file calls a function by this name.
func calls(file *ast.File, name string) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		id, ok := call.Fun.(*ast.Ident)
		found = found || ok && id.Name == name || selector(call.Fun) == name
		return true
	})
	return found
}

// mentionsLog reports whether a file uses a field called log otherwise than to hand it to the App.
func mentionsLog(file *ast.File) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.KeyValueExpr:
			key, ok := x.Key.(*ast.Ident)
			return !ok || key.Name != "Log"
		case *ast.SelectorExpr:
			found = found || x.Sel.Name == "log" || x.Sel.Name == "Log"
		}
		return true
	})
	return found
}

package main

import (
	"os"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestTheFrontSendsTheWorkersPolicies: where CloudFront takes the workers from the bucket, it sends what the function does.
func TestTheFrontSendsTheWorkersPolicies(t *testing.T) {
	var template struct {
		Resources map[string]struct {
			Properties struct {
				ResponseHeadersPolicyConfig struct {
					SecurityHeadersConfig struct {
						ContentSecurityPolicy struct {
							Override              bool   `yaml:"Override"`
							ContentSecurityPolicy string `yaml:"ContentSecurityPolicy"`
						} `yaml:"ContentSecurityPolicy"`
					} `yaml:"SecurityHeadersConfig"`
				} `yaml:"ResponseHeadersPolicyConfig"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	data, err := os.ReadFile("../../template.yaml")
	if err == nil {
		err = yaml.Unmarshal(data, &template)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"PagesWorkers": workerPolicy, "PagesDrawing": drawPolicy} {
		sent := template.Resources[name].Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy
		if sent.ContentSecurityPolicy != want || !sent.Override {
			t.Errorf("%s is %q, want %q", name, sent.ContentSecurityPolicy, want)
		}
	}
}

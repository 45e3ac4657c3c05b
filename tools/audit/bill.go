package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// sbom is a software bill of materials in CycloneDX 1.6 (ECMA-424), as far as it is
// used here.
type sbom struct {
	Schema       string       `json:"$schema"`
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Licences   []licence  `json:"licenses,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	Licence struct {
		ID string `json:"id"`
	} `json:"license"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// writeSBOM writes a program's bill. It is made of the program alone, so the same
// program has the same bill, serial number included.
func (p program) writeSBOM(h *inventory, place string) error {
	own := component{Type: "application", Ref: "jiazhu/" + p.name, Name: p.name, Hashes: []hash{{"SHA-256", p.sha256}}}
	b := sbom{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", SpecVersion: "1.6",
		Serial: "urn:uuid:" + serial(p.sha256), Version: 1, Metadata: metadata{own}, Components: []component{standardLibrary(p.goVersion)},
	}
	for _, m := range p.modules {
		c, err := m.component(h)
		if err != nil {
			return err
		}
		b.Components = append(b.Components, c)
	}
	if p.font != nil {
		b.Components = append(b.Components, p.font.component())
	}
	all := dependency{Ref: own.Ref}
	for _, c := range b.Components {
		all.DependsOn = append(all.DependsOn, c.Ref)
	}
	b.Dependencies = []dependency{all}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("write the bill of %s: %w", p.name, err)
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	return os.WriteFile(place, append(text, '\n'), 0o644)
}

// serial is a UUID of version 8 (RFC 9562, 5.8) made of a digest.
func serial(digest string) string {
	return digest[:8] + "-" + digest[8:12] + "-8" + digest[13:16] + "-8" + digest[17:20] + "-" + digest[20:32]
}

func standardLibrary(version string) component {
	c := library("pkg:golang/std@"+version, "std", version)
	c.Licences = licences("BSD-3-Clause")
	return c
}

func library(purl, name, version string) component {
	return component{Type: "library", Ref: purl, Name: name, Version: version, PURL: purl}
}

func licences(ids ...string) []licence {
	all := make([]licence, len(ids))
	for i, id := range ids {
		all[i].Licence.ID = id
	}
	return all
}

// component is a module, with the licences in its folder and go.sum's digest of it,
// which is one of all its files and so no hash of CycloneDX's.
func (m linked) component(h *inventory) (component, error) {
	source, ok := h.linked[m.path]
	if !ok || source.Version != m.version {
		return component{}, fmt.Errorf("%s %s is in the program and not in its source: build it anew", m.path, m.version)
	}
	found, err := source.licences()
	if err != nil {
		return component{}, err
	}
	c := library("pkg:golang/"+m.path+"@"+url.PathEscape(m.version), m.path, m.version)
	c.Licences = licences(found...)
	if digest, ok := strings.CutPrefix(m.sum, "h1:"); ok {
		if raw, err := base64.StdEncoding.DecodeString(digest); err == nil {
			c.Properties = []property{{"jiazhu:go.sum:h1", hex.EncodeToString(raw)}}
		}
	}
	return c, nil
}

func (d download) component() component {
	name, version := d.Package[:strings.LastIndex(d.Package, "@")], d.Package[strings.LastIndex(d.Package, "@")+1:]
	purl := "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + version
	return component{
		Type: "file", Ref: purl, Name: name, Version: version, PURL: purl,
		Hashes: []hash{{"SHA-256", d.digest()}}, Licences: licences("OFL-1.1"),
	}
}

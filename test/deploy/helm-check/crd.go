package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"
)

// crds are the schemas of custom resources by "apiVersion kind", of the definitions in a folder. KEDA's own Go types bring a
// controller with them, minutes of compiling, and know less: which values there are, and which fields must be there.
func crds(folder string) (map[string]*jsonschema.Schema, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no definitions in %s: %v", folder, err)
	}
	found := map[string]*jsonschema.Schema{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var definition struct {
			Spec struct {
				Group    string                `json:"group"`
				Names    struct{ Kind string } `json:"names"`
				Versions []struct {
					Name   string `json:"name"`
					Schema struct {
						OpenAPIV3Schema map[string]any `json:"openAPIV3Schema"`
					} `json:"schema"`
				} `json:"versions"`
			} `json:"spec"`
		}
		if err := yaml.Unmarshal(text, &definition); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		spec := definition.Spec
		for _, version := range spec.Versions {
			schema := version.Schema.OpenAPIV3Schema
			// The API server knows these by itself.
			schema["properties"].(map[string]any)["metadata"] = map[string]any{}
			closeObjects(schema)
			name := fmt.Sprintf("%s/%s %s", spec.Group, version.Name, spec.Names.Kind)
			url := "crd:///" + strings.ReplaceAll(name, " ", "/")
			compiler := jsonschema.NewCompiler()
			if err := compiler.AddResource(url, schema); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if found[name], err = compiler.Compile(url); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return found, nil
}

// closeObjects has a field that a definition doesn't name refused, where the API server would drop it.
func closeObjects(schema map[string]any) {
	properties, ok := schema["properties"].(map[string]any)
	if ok && schema["x-kubernetes-preserve-unknown-fields"] != true && schema["additionalProperties"] == nil {
		schema["additionalProperties"] = false
	}
	for _, property := range properties {
		closeObjects(property.(map[string]any))
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[key].(map[string]any); ok {
			closeObjects(inner)
		}
	}
}

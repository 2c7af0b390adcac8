// Renders a Helm chart with sets of values, and decodes what comes out strictly, by the Go types of those who will read it.
//
// Reads from standard input {"chart": DIR, "crds": DIR, "cases": [{"name", "values": {…}}]}; writes, for each case, its objects, its notes and what
// is wrong with it, as JSON.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	// For its definitions, which lie in the module (see "crds" of the request).
	_ "github.com/kedacore/keda/v2/version"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/santhosh-tekuri/jsonschema/v6"
	yamlv3 "go.yaml.in/yaml/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

const release, namespace = "river", "text"

type request struct {
	Chart string `json:"chart"`
	// A folder of definitions of custom resources.
	Crds  string `json:"crds"`
	Cases []struct {
		Name   string         `json:"name"`
		Values map[string]any `json:"values"`
	} `json:"cases"`
}

type object struct {
	Template string          `json:"template"`
	Object   json.RawMessage `json:"object"`
}

type answer struct {
	Name    string   `json:"name"`
	Lint    []string `json:"lint"`
	Refused string   `json:"refused,omitempty"`
	// What the types of Kubernetes, KEDA or the Prometheus operator don't know.
	Faults  []string `json:"faults"`
	Objects []object `json:"objects"`
	Notes   string   `json:"notes"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var asked request
	if err := json.NewDecoder(in).Decode(&asked); err != nil {
		return err
	}
	if err := monitoring.AddToScheme(scheme.Scheme); err != nil {
		return err
	}
	schemas, err := crds(asked.Crds)
	if err != nil {
		return err
	}
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	check := func(plain []byte) error {
		var any struct{ APIVersion, Kind string }
		if err := json.Unmarshal(plain, &any); err != nil {
			return err
		}
		if schema, ok := schemas[any.APIVersion+" "+any.Kind]; ok {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
			if err != nil {
				return err
			}
			return schema.Validate(value)
		}
		_, _, err := decoder.Decode(plain, nil, nil)
		return err
	}
	answers := []answer{}
	for _, one := range asked.Cases {
		said := answer{Name: one.Name, Lint: []string{}, Faults: []string{}, Objects: []object{}}
		for _, message := range lint.RunAll(asked.Chart, one.Values, namespace).Messages {
			said.Lint = append(said.Lint, message.Error())
		}
		if err := render(&said, asked.Chart, one.Values, check); err != nil {
			said.Refused = err.Error()
		}
		answers = append(answers, said)
	}
	return json.NewEncoder(out).Encode(answers)
}

// As `helm template` does it.
func render(said *answer, dir string, values map[string]any, check func([]byte) error) error {
	chart, err := loader.Load(dir)
	if err != nil {
		return err
	}
	options := common.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}
	merged, err := util.ToRenderValues(chart, values, options, common.DefaultCapabilities)
	if err != nil {
		return err
	}
	files, err := engine.Render(chart, merged)
	if err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		switch {
		case path.Base(file) == "NOTES.txt":
			said.Notes = files[file]
		case strings.HasPrefix(path.Base(file), "_"):
		default:
			if err := decodeAll(said, file, files[file], check); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return nil
}

func decodeAll(said *answer, file, text string, check func([]byte) error) error {
	documents := yamlv3.NewDecoder(strings.NewReader(text))
	for {
		var document any
		if err := documents.Decode(&document); err == io.EOF {
			return nil
		} else if err != nil { // a key that is there twice, too
			return err
		}
		if document == nil {
			continue
		}
		written, err := yamlv3.Marshal(document)
		if err != nil {
			return err
		}
		plain, err := yaml.YAMLToJSON(written)
		if err != nil {
			return err
		}
		if err := check(plain); err != nil {
			said.Faults = append(said.Faults, fmt.Sprintf("%s: %v", file, err))
		}
		said.Objects = append(said.Objects, object{Template: path.Base(file), Object: plain})
	}
}

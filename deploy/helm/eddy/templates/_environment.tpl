{{/* A number as people write it: values come as floats, which print 1000000 as 1e+06. */}}
{{- define "eddy.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}{{- else -}}{{ toString . }}{{- end -}}
{{- end -}}

{{/* What reaches Kafka: of every service, and of the topics' job. */}}
{{- define "eddy.kafkaEnvironment" -}}
{{- $kafka := .Values.kafka -}}
EDDY_PIPELINE: {{ .Values.pipeline.name | quote }}
EDDY_PARTITIONS: {{ .Values.pipeline.partitions | quote }}
KAFKA_BROKERS: {{ join "," $kafka.brokers | quote }}
KAFKA_REPLICATION_FACTOR: {{ $kafka.replicationFactor | quote }}
{{- if $kafka.tls.enabled }}
KAFKA_SSL: "true"
{{- with $kafka.tls.caKey }}
KAFKA_SSL_CA_FILE: /etc/eddy/kafka-tls/{{ . }}
{{- end }}
{{- with $kafka.tls.certKey }}
KAFKA_SSL_CERT_FILE: /etc/eddy/kafka-tls/{{ . }}
{{- end }}
{{- with $kafka.tls.keyKey }}
KAFKA_SSL_KEY_FILE: /etc/eddy/kafka-tls/{{ . }}
{{- end }}
{{- with $kafka.tls.passphraseKey }}
KAFKA_SSL_KEY_PASSPHRASE_FILE: /etc/eddy/kafka-tls/{{ . }}
{{- end }}
{{- end }}
{{- with $kafka.sasl }}
{{- if .mechanism }}
KAFKA_SASL_MECHANISM: {{ .mechanism }}
KAFKA_SASL_USERNAME_FILE: /etc/eddy/kafka-login/{{ .usernameKey }}
KAFKA_SASL_PASSWORD_FILE: /etc/eddy/kafka-login/{{ .passwordKey }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Of a service: (dict "root" $ "component" NAME "own" ITS-VALUES). */}}
{{- define "eddy.serviceEnvironment" -}}
{{- include "eddy.kafkaEnvironment" .root }}
QDRANT_URL: {{ .root.Values.qdrant.url | quote }}
{{- with .root.Values.qdrant.apiKey }}
{{- if .existingSecret }}
QDRANT_API_KEY_FILE: /etc/eddy/qdrant/{{ .key }}
{{- end }}
{{- end }}
EDDY_METRICS_HOST: 0.0.0.0
EDDY_METRICS_PORT: "9464"
EDDY_DRAIN_TIMEOUT: {{ .root.Values.drainTimeoutSeconds }}s
LOG_FORMAT: json
{{- if .root.Values.embedWorker.gpu.enabled }}
EDDY_DTYPE: {{ .root.Values.embedWorker.gpu.dtype }}
{{- if eq .component "embed-worker" }}
EDDY_DEVICE: cuda
{{- end }}
{{- end }}
{{- if eq .component "console" }}
EDDY_HTTP_HOST: 0.0.0.0
EDDY_HTTP_PORT: "7400"
{{- if .root.Values.apiKeys.existingSecret }}
EDDY_API_KEYS_FILE: /etc/eddy/api-keys/{{ .root.Values.apiKeys.key }}
{{- else }}
EDDY_INSECURE: "true"
# Without keys it answers to its own names only.
EDDY_HTTP_NAMES: {{ include "eddy.names" .root | quote }}
{{- end }}
{{- if .own.tls.existingSecret }}
EDDY_TLS_CERT_FILE: /etc/eddy/console-tls/tls.crt
EDDY_TLS_KEY_FILE: /etc/eddy/console-tls/tls.key
{{- end }}
{{- end }}
{{- end -}}

{{/* (dict "set" WHAT-THE-CHART-SETS "config" … "env" … "extra" …): the later ones win. */}}
{{- define "eddy.env" -}}
{{- $all := mergeOverwrite (dict) .set (deepCopy .config) (deepCopy .env) -}}
{{- range $name := keys $all | sortAlpha }}
- name: {{ $name }}
  value: {{ include "eddy.text" (get $all $name) | quote }}
{{- end }}
{{- with .extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Secrets are files, so that they are in no listing of a process or a pod. Of (dict "root" $ "component" NAME). */}}
{{- define "eddy.secrets" -}}
{{- $values := .root.Values -}}
{{- $found := dict -}}
{{- if and $values.kafka.tls.enabled $values.kafka.tls.existingSecret -}}
{{- $_ := set $found "kafka-tls" $values.kafka.tls.existingSecret -}}
{{- end -}}
{{- if $values.kafka.sasl.mechanism -}}
{{- $_ := set $found "kafka-login" $values.kafka.sasl.existingSecret -}}
{{- end -}}
{{- if and $values.qdrant.apiKey.existingSecret (ne .component "topics") -}}
{{- $_ := set $found "qdrant" $values.qdrant.apiKey.existingSecret -}}
{{- end -}}
{{- if and $values.apiKeys.existingSecret (eq .component "console") -}}
{{- $_ := set $found "api-keys" $values.apiKeys.existingSecret -}}
{{- end -}}
{{- if and $values.console.tls.existingSecret (eq .component "console") -}}
{{- $_ := set $found "console-tls" $values.console.tls.existingSecret -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{- define "eddy.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 48 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Of (dict "root" $ "component" NAME); the component may be left out. */}}
{{- define "eddy.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: eddy
{{ include "eddy.selector" . }}
{{- end -}}

{{- define "eddy.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "eddy.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "eddy.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Of (dict "root" $ "gpu" BOOL). */}}
{{- define "eddy.image" -}}
{{- $image := .root.Values.image -}}
{{- $digest := ternary .root.Values.embedWorker.gpu.digest $image.digest (default false .gpu) -}}
{{- if $digest -}}
{{- printf "%s@%s" $image.repository $digest -}}
{{- else -}}
{{- printf "%s:%s%s" $image.repository (default .root.Chart.AppVersion $image.tag) (ternary "-cuda" "" (default false .gpu)) -}}
{{- end -}}
{{- end -}}

{{/* The `job` that the rules and dashboards group by; they look for eddy.*. */}}
{{- define "eddy.job" -}}
{{- $pipeline := .Values.pipeline.name -}}
{{- default (ternary $pipeline (printf "eddy-%s" $pipeline) (hasPrefix "eddy" $pipeline)) .Values.monitoring.job -}}
{{- end -}}

{{- define "eddy.maxReplicas" -}}
{{- default .Values.pipeline.partitions .Values.embedWorker.autoscaling.maxReplicas | int -}}
{{- end -}}

{{- define "eddy.claim" -}}
{{- default (printf "%s-models" (include "eddy.fullname" .)) .Values.modelCache.existingClaim -}}
{{- end -}}

{{/* What people call the console by. */}}
{{- define "eddy.names" -}}
{{- $service := printf "%s-console.%s" (include "eddy.fullname" .) .Release.Namespace -}}
{{- $names := list $service (printf "%s.svc" $service) (printf "%s.svc.cluster.local" $service) -}}
{{- if .Values.console.ingress.enabled -}}
{{- range .Values.console.ingress.hosts -}}{{- $names = append $names .host -}}{{- end -}}
{{- end -}}
{{- join "," $names -}}
{{- end -}}

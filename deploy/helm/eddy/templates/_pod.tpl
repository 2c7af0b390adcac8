{{/* What every pod of ours has. Of (dict "root" $). */}}
{{- define "eddy.podSpec" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
# Kubernetes would set EDDY_… variables for Services named so, which Eddy would take for settings.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "eddy.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{/* Of (dict "root" $ "component" NAME). */}}
{{- define "eddy.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if has .component (list "embed-worker" "console") }}
- { name: models, mountPath: /cache }
{{- end }}
{{- range $name, $_ := include "eddy.secrets" . | fromYaml }}
- { name: {{ $name }}, mountPath: /etc/eddy/{{ $name }}, readOnly: true }
{{- end }}
{{- end -}}

{{- define "eddy.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if has .component (list "embed-worker" "console") }}
- name: models
{{- if eq .root.Values.modelCache.type "emptyDir" }}
  emptyDir: { sizeLimit: {{ .root.Values.modelCache.sizeLimit }} }
{{- else }}
  persistentVolumeClaim: { claimName: {{ include "eddy.claim" .root }} }
{{- end }}
{{- end }}
{{- range $name, $secret := include "eddy.secrets" . | fromYaml }}
- name: {{ $name }}
  secret: { secretName: {{ $secret }}, defaultMode: 0440 }
{{- end }}
{{- end -}}

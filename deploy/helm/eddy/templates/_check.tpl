{{/* What a schema can't say, all at once. */}}
{{- define "eddy.check" -}}
{{- $faults := list -}}
{{- if not .Values.kafka.brokers -}}
{{- $faults = append $faults "kafka.brokers is empty: name the brokers of your Kafka, for example --set 'kafka.brokers={kafka:9092}'" -}}
{{- end -}}
{{- if not .Values.qdrant.url -}}
{{- $faults = append $faults "qdrant.url is empty: name your Qdrant, for example --set qdrant.url=http://qdrant:6333" -}}
{{- end -}}
{{- with .Values.kafka.tls -}}
{{- if and (or .caKey .certKey .keyKey .passphraseKey) (not .existingSecret) -}}
{{- $faults = append $faults "kafka.tls names keys of a Secret, but not the Secret: set kafka.tls.existingSecret" -}}
{{- end -}}
{{- if and .existingSecret (not .enabled) -}}
{{- $faults = append $faults "kafka.tls.existingSecret is set, but kafka.tls.enabled is false" -}}
{{- end -}}
{{- if ne (empty .certKey) (empty .keyKey) -}}
{{- $faults = append $faults "kafka.tls.certKey and kafka.tls.keyKey belong together: set both" -}}
{{- end -}}
{{- end -}}
{{- with .Values.kafka.sasl -}}
{{- if and .mechanism (not .existingSecret) -}}
{{- $faults = append $faults "kafka.sasl.mechanism needs kafka.sasl.existingSecret: a Secret with the keys username and password" -}}
{{- end -}}
{{- end -}}
{{- with .Values.apiKeys -}}
{{- if and .existingSecret .insecure -}}
{{- $faults = append $faults "apiKeys.existingSecret and apiKeys.insecure exclude each other" -}}
{{- end -}}
{{- if not (or .existingSecret .insecure) -}}
{{- $faults = append $faults "the HTTP API would be open to all who reach it: set apiKeys.existingSecret (keys are made by `eddy keys create`), or apiKeys.insecure=true in a network that you trust" -}}
{{- end -}}
{{- end -}}
{{- with .Values.embedWorker.autoscaling -}}
{{- if .enabled -}}
{{- $max := include "eddy.maxReplicas" $ | int -}}
{{- if gt $max (int $.Values.pipeline.partitions) -}}
{{- $faults = append $faults (printf "embedWorker.autoscaling.maxReplicas is %d, but there are %d partitions: more workers have nothing to do" $max (int $.Values.pipeline.partitions)) -}}
{{- end -}}
{{- if gt (int .minReplicas) $max -}}
{{- $faults = append $faults (printf "embedWorker.autoscaling.minReplicas is %d, more than maxReplicas (%d)" (int .minReplicas) $max) -}}
{{- end -}}
{{- $limit := int (include "eddy.text" (get (merge (dict) $.Values.ingest.env $.Values.config (dict "EDDY_LAG_LIMIT" 20000)) "EDDY_LAG_LIMIT")) -}}
{{- if ge (int .lagThreshold) $limit -}}
{{- $faults = append $faults (printf "embedWorker.autoscaling.lagThreshold (%d) must be under EDDY_LAG_LIMIT (%d): there ingest pauses, and more workers would never be asked for" (int .lagThreshold) $limit) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.embedWorker.gpu -}}
{{- if and .enabled $.Values.image.digest (not .digest) -}}
{{- $faults = append $faults "image.digest is of the image without CUDA: set embedWorker.gpu.digest, too" -}}
{{- end -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n\n%s\n" (join "\n" (prepend $faults "Eddy can't be installed like this:") | replace "\n" "\n  - ")) -}}
{{- end -}}
{{- end -}}

{{- define "nameplate.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "nameplate.labels" -}}
app.kubernetes.io/name: nameplate
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "nameplate.env" -}}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
- name: NAMEPLATE_DATA_DIR
  value: /tmp/nameplate
{{- range $name, $key := dict "NAMEPLATE_SECRET_KEY" "secret-key" "NAMEPLATE_VALKEY_URL" "valkey-url" "NAMEPLATE_S3_ACCESS_KEY" "s3-access-key" "NAMEPLATE_S3_SECRET_KEY" "s3-secret-key" }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.existingSecret }}
      key: {{ $key }}
{{- end }}
{{- end }}

{{- define "nameplate.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "nameplate.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "nameplate.pod" -}}
# Kubernetes would set NAMEPLATE_PORT and others for a service of that name, which are settings of ours.
enableServiceLinks: false
automountServiceAccountToken: false
terminationGracePeriodSeconds: {{ add .Values.drainSeconds .Values.stopSeconds 5 }}
securityContext:
  {{- include "nameplate.podSecurity" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "nameplate.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 256Mi
{{- if .Values.metricsAgent.enabled }}
- name: agent
  configMap:
    name: {{ .Release.Name }}-metrics-agent
- name: agent-data
  emptyDir:
    sizeLimit: 512Mi
{{- end }}
{{- end }}

{{- define "nameplate.agent" -}}
{{- if .Values.metricsAgent.enabled }}
- name: metrics-agent
  image: {{ .Values.metricsAgent.image }}
  args: [--agent, --config.file=/etc/agent/prometheus.yml, --storage.agent.path=/data, "--web.listen-address=127.0.0.1:9090"]
  resources:
    requests: {cpu: 20m, memory: 64Mi}
    limits: {memory: 192Mi}
  securityContext:
    {{- include "nameplate.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - {name: agent, mountPath: /etc/agent, readOnly: true}
    - {name: agent-data, mountPath: /data}
{{- end }}
{{- end }}

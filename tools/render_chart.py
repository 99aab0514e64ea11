"""Write deploy/kubernetes.yaml: what the chart says with its own values, checked against the schemas of Kubernetes.

    pip install helm-python-sdk kubernetes-validate && python tools/render_chart.py

Both are big, so `make test` does without them: it checks that this was done since the chart last changed.
"""

import hashlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CHART = ROOT / "deploy" / "helm" / "nameplate"
RENDERED = ROOT / "deploy" / "kubernetes.yaml"
VERSIONS = ("1.30", "1.37")  # the oldest that the chart says it is for, and the newest there are schemas of
OTHER_VALUES: list[dict[str, Any]] = [
    {"web": {"autoscaling": {"enabled": False}}, "worker": {"autoscaling": {"enabled": False}}},
    {
        "metricsAgent": {"enabled": True, "remoteWriteUrl": "http://metrics/write"},
        "ingress": {"enabled": False},
    },
    {
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"operator": "Exists"}],
        "imagePullSecrets": [{"name": "x"}],
    },
]


def digest() -> str:
    """Over every file of the chart."""
    found = hashlib.sha256()
    for path in sorted(CHART.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(CHART).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def render(values: dict[str, Any]) -> str:
    import helm_python  # noqa: PLC0415 - the tests import this file without it
    import kubernetes_validate  # noqa: PLC0415
    import yaml  # noqa: PLC0415

    with helm_python.Chart.load(str(CHART)) as chart:
        files = chart.render(values, name="nameplate", namespace="default")
    parts = [text.strip() for name, text in sorted(files.items()) if name.endswith(".yaml") and text.strip()]
    whole = "\n---\n".join(parts)
    for document in yaml.safe_load_all(whole):
        for version in VERSIONS if document else ():
            kubernetes_validate.validate(document, version, strict=True)
    return whole


def main() -> None:
    for values in OTHER_VALUES:
        render(values)
    whole = render({})
    RENDERED.write_text(
        "# deploy/helm/nameplate with its own values, to look at and for `kubectl apply`.\n"
        f"# Made by tools/render_chart.py from sha256:{digest()}\n---\n{whole}\n"
    )


if __name__ == "__main__":
    main()

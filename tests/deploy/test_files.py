"""What deploy/ holds is understood by the programs it is for, as far as those can be had."""

import configparser
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml
from tools.render_chart import CHART, RENDERED, digest

from nameplate.cli import app
from nameplate.engines.caddy import program as caddy
from nameplate.settings import PREFIX, Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SETTINGS = {PREFIX + field.name.upper() for field in fields(Settings)}
COMMANDS = {
    command.name or command.callback.__name__ for command in app.registered_commands if command.callback
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(interpolated())
    return found


def interpolated() -> str:
    """The compose file with something for each value the operator gives."""
    return re.sub(r"\$\{\w+:\?[^}]*\}", "given", (DEPLOY / "compose.yaml").read_text())


def manifests() -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(RENDERED.read_text()) if document]


def pods() -> list[tuple[str, dict[str, Any]]]:
    """The specification of each pod, by the name of what makes it."""
    return [
        (document["metadata"]["name"], document["spec"]["template"]["spec"])
        for document in manifests()
        if document["kind"] in {"Deployment", "Job"}
    ]


def test_every_setting_that_is_named_there_exists() -> None:
    texts = {path: path.read_text() for path in DEPLOY.rglob("*") if path.is_file()}
    found = {
        (path.name, name.removesuffix("_FILE"))
        for path, text in texts.items()
        for name in re.findall(r"\bNAMEPLATE_[A-Z0-9_]*[A-Z0-9]\b", text)
    }
    assert len(found) > 20
    # Kubernetes's own, named in a comment, is also one of ours.
    assert {name for _, name in found} <= SETTINGS


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_what_there_is_and_may_do_little(unit: Path) -> None:
    parsed = configparser.RawConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(unit.read_text())
    assert parsed["Unit"]["Description"]
    if unit.suffix == ".timer":
        assert (unit.with_suffix(".service")).exists()
        assert parsed["Timer"]["OnCalendar"]
        return
    service = parsed["Service"]
    command = re.search(r"-m nameplate (\w+)", service["ExecStart"])
    assert command is not None
    assert command[1] in COMMANDS
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["User"]) == (
        "yes",
        "strict",
        "nameplate",
    )


def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not on this machine")
    for unit in UNITS:
        # It looks whether the program is there, which stands in a checkout of the server.
        text = unit.read_text().replace("/opt/nameplate/app/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(tmp_path / unit.name for unit in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "nameplate" in line]
    assert ours == []


def test_the_compose_file_is_understood(compose: dict[str, Any]) -> None:
    options = compose_spec.PyOptions(apply_merge=True)
    parsed = options.from_yaml(interpolated())
    parsed.validate()
    assert set(compose["services"]) == {"migrate", "web", "worker", "postgres", "valkey", "seaweedfs"}
    with pytest.raises(ValueError, match="nowhere"):
        options.from_yaml(interpolated().replace("networks: [inside]", "networks: [nowhere]")).validate()


def test_web_and_worker_have_no_login_of_the_owner_and_engines_no_way_out(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in ("web", "worker"):
        assert "@" not in services[name]["environment"]["NAMEPLATE_DATABASE_URL"]
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["command"][0] in COMMANDS
    assert all(services[name]["networks"] == ["inside"] for name in ("postgres", "valkey", "seaweedfs"))
    assert compose["networks"]["inside"]["internal"]
    assert [port for service in services.values() for port in service.get("ports", [])] == [
        "127.0.0.1:8080:8080"
    ]
    assert {"always", "yes", "noeviction"} <= set(services["valkey"]["command"])


def test_the_manifests_are_what_the_chart_says() -> None:
    assert f"sha256:{digest()}" in RENDERED.read_text(), "run tools/render_chart.py"


def test_every_pod_is_locked_down_and_starts_a_command_there_is() -> None:
    assert len(pods()) == 3
    for name, pod in pods():
        assert pod["enableServiceLinks"] is False, "or a service's NAMEPLATE_PORT stops it"
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"]
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"], name
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert not security["allowPrivilegeEscalation"]
            assert container["resources"]["limits"]["memory"]
            assert container["args"][0] in COMMANDS
            logins = [entry["name"] for entry in container["env"] if "owner-url" in str(entry)]
            assert logins == (["NAMEPLATE_DATABASE_URL"] if name.endswith("migrate") else [])


def test_pages_go_on_when_engines_are_away_and_a_pod_drains_before_it_stops() -> None:
    pod = dict(pods())["nameplate-web"]
    (web,) = pod["containers"]
    for probe in ("startupProbe", "livenessProbe"):
        assert web[probe]["httpGet"]["path"] == "/healthz"
    ready = web["readinessProbe"]
    assert ready["httpGet"]["path"] == "/readyz?exclude=engines"
    (drain,) = (int(entry["value"]) for entry in web["env"] if entry["name"] == "NAMEPLATE_DRAIN")
    assert drain > ready["periodSeconds"] * ready["failureThreshold"] + 2, (
        "balancers have heard of it by then"
    )
    assert pod["terminationGracePeriodSeconds"] >= drain + 15
    (deployment,) = [
        d for d in manifests() if d["metadata"]["name"] == "nameplate-web" and d["kind"] == "Deployment"
    ]
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_both_parts_scale_and_are_not_all_taken_away_at_once() -> None:
    kinds = {(document["kind"], document["metadata"]["name"]) for document in manifests()}
    for part in ("nameplate-web", "nameplate-worker"):
        assert {
            ("Deployment", part),
            ("PodDisruptionBudget", part),
            ("HorizontalPodAutoscaler", part),
        } <= kinds
    scalers = [document["spec"] for document in manifests() if document["kind"] == "HorizontalPodAutoscaler"]
    budgets = {d["metadata"]["name"]: d["spec"] for d in manifests() if d["kind"] == "PodDisruptionBudget"}
    for scaler in scalers:
        assert scaler["minReplicas"] > budgets[scaler["scaleTargetRef"]["name"]]["minAvailable"], (
            "one may always go"
        )


def test_every_value_a_template_asks_for_is_in_the_values() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    asked = {
        match
        for path in (CHART / "templates").iterdir()
        for match in re.findall(r"\.Values\.([A-Za-z.]+)", path.read_text())
    }
    assert len(asked) > 20
    for name in asked:
        found: Any = values
        for word in name.split("."):
            assert word in found, name
            found = found[word]


def test_nginx_understands_its_example(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    assert text.count("{") == text.count("}")
    assert "X-Forwarded-For $remote_addr;" in text, "what a client claims is thrown away"
    assert "access_log off;" in text, "no address gets into a log"
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("nginx is not on this machine")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=links.example.org",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    own = re.sub(r"/etc/letsencrypt\S+/fullchain.pem", str(tmp_path / "cert.pem"), text)
    own = re.sub(r"/etc/letsencrypt\S+/privkey.pem", str(tmp_path / "key.pem"), own)
    own = own.replace("/run/nginx.pid", str(tmp_path / "pid")).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(own)
    done = subprocess.run(
        [nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_caddy_understands_its_example(tmp_path: Path) -> None:
    done = subprocess.run(
        [caddy(), "validate", "--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile"],
        env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_image_is_set_up_like_everything_else_and_is_nobody_special() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    assert any("scripts/set_up.py run" in line for line in lines)
    assert "USER 10001" in lines
    assert 'CMD ["serve"]' in lines
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert {".git", ".nameplate", ".venv"} <= set(ignored), "neither history nor data gets into it"

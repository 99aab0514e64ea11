"""The Grafana dashboard and the alert rules ask for metrics that there are, in PromQL that is understood."""

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY

from nameplate import app, worker

DEPLOY = Path(__file__).parents[2] / "deploy"
# Said by Prometheus itself, or added by it and by the library to every sample.
ITS_OWN = {"up"}
ADDED = {"job", "instance", "le", "pid"}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found = json.loads((DEPLOY / "grafana" / "nameplate.json").read_text())["panels"]
    return [panel for panel in found if panel["type"] != "row"]


def expressions() -> list[tuple[str, str]]:
    """Where each stands, and the expression as Prometheus gets it."""
    shown = [
        (f"panel {panel['title']}", target["expr"].replace("$__rate_interval", "5m"))
        for panel in panels()
        for target in panel["targets"]
    ]
    return [*shown, *((f"alert {rule['alert']}", rule["expr"]) for rule in alerts())]


@pytest.fixture(scope="module")
def exported() -> dict[str, set[str]]:
    """Every name that can be asked for, with its labels."""
    assert app
    assert worker
    found: dict[str, set[str]] = {}
    for collector in REGISTRY._collector_to_names:
        labels = set(getattr(collector, "_labelnames", ()))
        for name in REGISTRY._collector_to_names[collector]:
            if name.startswith("nameplate_"):
                found[name] = labels
    return found


def read_by(expression: str) -> set[str]:
    """The metrics that it reads. Raises ValueError for what is no PromQL."""
    found: set[str] = set()

    def visit(part: Any) -> None:
        vector = getattr(part, "vector_selector", part)
        if isinstance(vector, promql_parser.VectorSelector):
            found.add(vector.name)

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


def test_what_is_asked_for_is_exported(exported: dict[str, set[str]]) -> None:
    assert len(expressions()) > 40
    for where, expression in expressions():
        names = read_by(expression)
        assert names, where
        assert names - exported.keys() <= ITS_OWN, where
        grouped = {
            word.strip() for part in re.findall(r"by \(([^)]*)\)", expression) for word in part.split(",")
        }
        known = ADDED.union(*(exported.get(name, set()) for name in names))
        assert grouped <= known, where


def test_a_metric_that_is_gone_would_be_noticed(exported: dict[str, set[str]]) -> None:
    assert "nameplate_event_loop_lag_seconds_bucket" in exported
    assert "nameplate_events_stored_total" in exported
    assert exported["nameplate_events_stored_total"] == {"store"}
    assert read_by("sum(rate(nameplate_unicorns_total[5m])) / up") - exported.keys() == {
        "nameplate_unicorns_total",
        "up",
    }
    with pytest.raises(ValueError, match="parenthesis"):
        read_by("sum(rate(nameplate_events_stored_total[5m])")


def test_every_alert_says_what_to_do_and_how_urgent_it_is() -> None:
    assert len(alerts()) >= 12
    for rule in alerts():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "action"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
        used = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        assert used <= set(re.findall(r"by \((\w+)\)", rule["expr"])), rule["alert"]
    assert len({rule["alert"] for rule in alerts()}) == len(alerts())


def test_the_panels_of_the_dashboard_stand_beside_each_other() -> None:
    places = [panel["gridPos"] for panel in panels()]
    taken = [(place["x"] + x, place["y"]) for place in places for x in range(place["w"])]
    assert len(taken) == len(set(taken))
    assert all(place["x"] + place["w"] <= 24 for place in places)
    numbers = [
        panel["id"] for panel in json.loads((DEPLOY / "grafana" / "nameplate.json").read_text())["panels"]
    ]
    assert len(numbers) == len(set(numbers))

"""Rules and dashboards: they ask only for what the product tells, and every alert says what to do."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.agreements.service import ASSEMBLY
from shared.messaging.deliveries import Deliveries
from shared.worker import WorkerTelemetry
from tests.integration.agreements.story import joins
from tests.integration.agreements.world import World
from tests.integration.deploy.files import DEPLOY, ROOT, alerts, documents
from tests.servers import NOT_RUN

SPOKEN = Path(__file__).parent / "rules.test.yml"
OURS = re.compile(r"\bcpd_\w+")
LABELS = re.compile(r"by \(([^)]*)\)|(\w+)(?:=~|!~|!=|=)\"")
OF_PROMETHEUS = {"job", "instance", "le", "alertname", "alertstate"}
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
Told = dict[str, set[str]]
"""Each sample's name, with the labels that it has."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What a web server and a worker tell Prometheus, by asking them."""
    world = World(tmp_path_factory.mktemp("home"))
    joins(world)
    world.catch_up()
    world.runtime.stores.worker_lock.acquire()
    world.runtime.stores.worker_lock.beat()
    worker = WorkerTelemetry("agreements")
    worker.failures.labels("agreements", "step").inc()
    families = [
        *text_string_to_metric_families(world.http.get("/metrics").text),
        *worker.active.collect(),
        *worker.failures.collect(),
        *Deliveries("agreements", ASSEMBLY.relay(world.runtime), ASSEMBLY.consumers(world.runtime)).collect(),
    ]
    world.runtime.stores.worker_lock.release()
    world.close()
    found: Told = {}
    for family in families:
        found.setdefault(family.name, set())
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def _dashboard(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def _questions() -> list[tuple[str, str]]:
    """Every expression that is asked of Prometheus, with where it stands."""
    rules = [(rule["alert"], rule["expr"]) for rule in alerts()]
    panels = [
        (f"{path.name}: {panel['title']}", target["expr"])
        for path in DASHBOARDS
        for panel in _dashboard(path)["panels"]
        for target in panel.get("targets", [])
    ]
    return rules + panels


@pytest.mark.parametrize(("where", "expression"), _questions())
def test_only_what_the_product_tells_is_asked_for(told: Told, where: str, expression: str):
    assert [name for name in OURS.findall(expression) if name not in told] == []
    labels = {label.strip() for by, one in LABELS.findall(expression) for label in (by or one).split(",")}
    known = OF_PROMETHEUS.union(*(told[name] for name in OURS.findall(expression)))
    assert labels <= known


def test_every_alert_says_when_how_bad_and_what_to_do():
    headings = set(re.findall(r"^#+ (\w+)$", (ROOT / "docs" / "guides" / "operators.md").read_text(), re.MULTILINE))
    names = [rule["alert"] for rule in alerts()]
    assert len(set(names)) == len(names)
    for rule in alerts():
        assert rule["expr"].strip()
        assert re.fullmatch(r"\d+[sm]", rule["for"])
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["runbook"] == f"docs/guides/operators.md#{rule['alert'].lower()}"
        assert rule["alert"] in headings


def test_prometheus_reads_the_rules_and_keeps_the_products_own_labels():
    config = documents(DEPLOY / "prometheus" / "prometheus.yml")[0]
    assert [(DEPLOY / "prometheus" / name).exists() for name in config["rule_files"]] == [True]
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    for name in ("cpd-web", "cpd-worker"):
        assert jobs[name]["honor_labels"] is True
        assert any(f'"{name}' in rule["expr"] or f"|{name}" in rule["expr"] for rule in alerts())


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.name)
def test_a_dashboard_is_whole(path: Path):
    dashboard = _dashboard(path)
    panels = dashboard["panels"]
    assert dashboard["uid"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    source = documents(DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yml")[0]["datasources"][0]
    for panel in panels:
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == source["uid"]
            assert panel["targets"]
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


def test_no_two_panels_lie_on_each_other():
    for path in DASHBOARDS:
        taken: set[tuple[int, int]] = set()
        for panel in _dashboard(path)["panels"]:
            at = panel["gridPos"]
            cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
            assert not cells & taken, panel["title"]
            taken |= cells


def test_grafana_finds_dashboards_and_prometheus_where_compose_puts_them():
    compose = documents(ROOT / "docker-compose.yml")[0]["services"]
    provider = documents(DEPLOY / "grafana" / "provisioning" / "dashboards" / "cpd.yml")[0]["providers"][0]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in compose["grafana"]["volumes"]
    source = documents(DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yml")[0]["datasources"][0]
    assert source["url"].removeprefix("http://").split(":")[0] in compose


def test_every_alert_is_seen_to_speak_and_to_be_silent():
    tests = documents(SPOKEN)[0]["tests"]
    spoken = [sample["labels"] for test in tests for each in test["promql_expr_test"] for sample in each["exp_samples"]]
    assert {name for labels in spoken for name in re.findall(r"Cpd\w+", labels)} == {rule["alert"] for rule in alerts()}
    assert any(each["exp_samples"] == [] for test in tests for each in test["promql_expr_test"])


@pytest.mark.skipif(shutil.which("promtool") is None, reason=f"{NOT_RUN}: what needs promtool: there is none here")
@pytest.mark.parametrize(
    "words",
    [("check", "config", DEPLOY / "prometheus" / "prometheus.yml"), ("test", "rules", SPOKEN)],
    ids=["configuration", "rules"],
)
def test_prometheus_itself_reads_the_rules_and_speaks_when_it_should(words: tuple[str | Path, ...]):
    said = subprocess.run(["promtool", *words], check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr

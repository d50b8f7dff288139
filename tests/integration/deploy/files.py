"""The files that say how the product is deployed, read as their tools read them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
DEFAULT = re.compile(r"\$\{(\w+):-([^}]*)\}")


def documents(path: Path) -> list[Any]:
    """The YAML documents of a file."""
    return [document for document in yaml.safe_load_all(path.read_text()) if document is not None]


def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors merged and every variable at its default."""
    read: dict[str, Any] = yaml.safe_load(DEFAULT.sub(r"\2", (ROOT / "docker-compose.yml").read_text()))
    return read


def processes(services: Mapping[str, Any]) -> dict[str, Any]:
    """The compose services that run `cpd`."""
    return {name: service for name, service in services.items() if service["image"] == "cpd-ledger"}


def manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource of the cluster's manifests, as written, with the file it is in."""
    for path in sorted(KUBERNETES.rglob("*.yaml")):
        if path.name != "kustomization.yaml":
            for document in documents(path):
                yield path.relative_to(KUBERNETES).as_posix(), document


def kustomizations() -> dict[Path, dict[str, Any]]:
    """Every folder of manifests with its kustomization."""
    return {path.parent: documents(path)[0] for path in sorted(KUBERNETES.rglob("kustomization.yaml"))}


def dotenv(path: Path) -> dict[str, str]:
    """NAME=value lines, as kustomize reads them."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def alerts() -> list[dict[str, Any]]:
    """Every rule of deploy/prometheus/rules.yml."""
    return [rule for group in documents(DEPLOY / "prometheus" / "rules.yml")[0]["groups"] for rule in group["rules"]]

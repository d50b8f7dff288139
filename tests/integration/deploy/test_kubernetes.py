"""The cluster's manifests: every pod restricted, every file part of a kustomization, every service complete."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.service import services as installed_services
from shared.settings import read_settings
from tests.integration.deploy.files import KUBERNETES, ROOT, documents, dotenv, kustomizations, manifests

RESOURCES = list(manifests())
PODS = [
    (f"{file} {resource['metadata']['name']}", resource["spec"]["template"]["spec"])
    for file, resource in RESOURCES
    if resource["kind"] in ("Deployment", "Job")
]


@pytest.mark.parametrize("pod", [pod for _, pod in PODS], ids=[name for name, _ in PODS])
def test_a_pod_is_restricted(pod: dict[str, Any]):
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("pod", [pod for _, pod in PODS], ids=[name for name, _ in PODS])
def test_a_pods_secrets_are_files_that_it_mounts(pod: dict[str, Any]):
    for container in pod["containers"]:
        mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert {volume["name"] for volume in pod["volumes"]} == set(mounted)
        named = {entry["name"]: entry.get("value", "") for entry in container["env"]}
        assert [name for name in named if "PASSWORD" in name and not name.endswith("_FILE")] == []
        files = {
            value.replace("{service}", service.name)
            for name, value in named.items()
            for service in installed_services()
            if name.endswith("_FILE")
        }
        assert files == {f"/etc/cpd/secrets/{path}" for path in _secret_files(pod)}


@pytest.mark.parametrize("pod", [pod for _, pod in PODS], ids=[name for name, _ in PODS])
def test_every_secret_that_a_pod_mounts_is_in_the_guide(pod: dict[str, Any]):
    guide = (ROOT / "docs" / "guides" / "operators.md").read_text()
    for source in _secrets(pod):
        for name in _installed(source.get("name", source.get("secretName"))):
            assert re.search(rf"^\| [^|]*`{name}`[^|]* \| `{source['items'][0]['key']}`", guide, re.MULTILINE)


def _installed(secret: str) -> list[str]:
    """The names that a secret of a service goes by."""
    return [secret.replace("SERVICE", service.name) for service in installed_services()]


def test_an_operator_has_what_the_commands_about_all_services_need():
    (pod,) = [pod for name, pod in PODS if name.startswith("operator/")]
    named = {entry["name"]: entry["value"] for entry in pod["containers"][0]["env"]}
    for service in installed_services():
        password = named["CPD_DATABASE_PASSWORD_FILE"].replace("{service}", service.name)
        assert Path(password).name in _secret_files(pod)
    (worker,) = [pod for name, pod in PODS if name == "service/worker.yaml worker"]
    assert {entry["name"] for entry in worker["containers"][0]["env"]} - named.keys() == {"CPD_SERVICE"}


def _secret_files(pod: dict[str, Any]) -> set[str]:
    return {item["path"] for source in _secrets(pod) for item in source["items"]}


def _secrets(pod: dict[str, Any]) -> list[dict[str, Any]]:
    volume = next(volume for volume in pod["volumes"] if volume["name"] == "secrets")
    return [each["secret"] for each in volume.get("projected", {}).get("sources", [])] or [volume["secret"]]


def test_processes_come_in_pairs_and_are_replaced_one_by_one():
    deployments = {name: found for file, found in RESOURCES if found["kind"] == "Deployment" and (name := file)}
    operator = deployments.pop("operator/operator.yaml")
    assert operator["spec"]["replicas"] == 0
    assert set(deployments) == {"service/web.yaml", "service/worker.yaml"}
    budgets = [found["metadata"]["name"] for _, found in RESOURCES if found["kind"] == "PodDisruptionBudget"]
    assert sorted(budgets) == ["web", "worker"]
    for deployment in deployments.values():
        assert deployment["spec"]["replicas"] == 2
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        assert {"startupProbe", "livenessProbe"} <= container.keys()
    web = deployments["service/web.yaml"]["spec"]
    assert web["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert web["template"]["spec"]["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_every_file_is_part_of_a_kustomization():
    named = {
        (folder / resource).resolve() for folder, found in kustomizations().items() for resource in found["resources"]
    }
    assert [path for path in named if not path.exists()] == []
    files = {path for path in KUBERNETES.rglob("*.yaml") if path.name != "kustomization.yaml"}
    assert files <= named


@pytest.mark.parametrize("service", installed_services(), ids=lambda service: service.name)
def test_every_installed_service_has_its_folder_and_its_job(service):
    own = kustomizations()[KUBERNETES / service.name]
    assert own["namePrefix"] == f"{service.name}-"
    assert own["configMapGenerator"] == [{"name": "service", "literals": [f"name={service.name}"]}]
    port = yaml.safe_load(own["patches"][1]["patch"])[0]
    assert (port["path"].split("/")[-1], port["value"]) == ("containerPort", 8000 + service.number)
    job = documents(KUBERNETES / "prepare" / f"migrate-{service.name}.yaml")[0]
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["migrate", service.name]


def test_the_product_accepts_the_clusters_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in dotenv(KUBERNETES / "prepare" / "settings.env").items():
        monkeypatch.setenv(name, value)
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    for name in ("CPD_DATABASE_PASSWORD_FILE", "CPD_KEYS_PASSWORD_FILE", "CPD_KAFKA_SASL_PASSWORD_FILE"):
        monkeypatch.setenv(name, str(secret))
    monkeypatch.setenv("CPD_HOME", str(tmp_path))
    settings = read_settings()
    assert not settings.local
    assert settings.database("agreements").startswith("postgresql://cpd_agreements:s3cret@")
    assert "sslmode=verify-full" in settings.keys_url
    assert settings.kafka is not None


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl here")
@pytest.mark.parametrize("folder", [KUBERNETES, KUBERNETES / "prepare"], ids=lambda folder: folder.name)
def test_kustomize_builds_what_is_applied(folder: Path):
    built = subprocess.run(["kubectl", "kustomize", str(folder)], check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    resources = list(yaml.safe_load_all(built.stdout))
    names = {(each["kind"], each["metadata"]["name"]) for each in resources}
    assert ("Job", "topics") in names
    if folder == KUBERNETES:
        for service in installed_services():
            assert {("Deployment", f"{service.name}-web"), ("Deployment", f"{service.name}-worker")} <= names
            assert f"name: {service.name}-seal\n" in built.stdout
    assert "SERVICE-database" not in built.stdout
    settings = next(name for kind, name in names if kind == "ConfigMap" and name.startswith("settings-"))
    assert f"name: {settings}" in built.stdout.partition("kind: Job")[2]

"""docker-compose.yml: closed containers, secrets from files, and one-shot jobs before the processes that need them."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.eventstore.wrapping import new_key
from shared.service import Service
from shared.service import services as installed_services
from shared.settings import read_settings
from tests.integration.deploy.files import ROOT, compose, documents, processes
from tests.servers import NOT_RUN

COMPOSE = compose()
SERVICES = COMPOSE["services"]
SECRETIVE = ("PASSWORD", "TOKEN", "SECRET")
ONE_SHOT = [name for name, service in SERVICES.items() if service["restart"] == "no"]
LASTING = [name for name in SERVICES if name not in ONE_SHOT]
WRAPPING_KEY = new_key("one").line


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_closed(name: str):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert service["mem_limit"]
    assert service["pids_limit"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_folder_in_memory_says_who_may_write_to_it(name: str):
    """Else the engine takes the image's folder for a pattern, of whose owner nothing is left but the mode."""
    assert [each for each in SERVICES[name].get("tmpfs", []) if "mode=" not in each] == []


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_in_the_environment(name: str):
    plain = [
        key
        for key in SERVICES[name].get("environment", {})
        if any(word in key for word in SECRETIVE) and not key.endswith("_FILE")
    ]
    assert plain == []
    assert "password" not in str(SERVICES[name].get("environment", {}).get("CPD_DATABASE_URL", ""))


def test_every_secret_is_a_file_that_is_never_committed():
    assert all(secret["file"].startswith("deploy/secrets/") for secret in COMPOSE["secrets"].values())
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_restarted_and_has_a_health_check(name: str):
    assert SERVICES[name]["restart"] == "unless-stopped"
    of_the_image = name in processes(SERVICES)
    assert of_the_image or SERVICES[name]["healthcheck"]["test"]


def test_the_one_image_is_built_once():
    """Each build would give its name to another image, and make the next `up` replace every container."""
    assert [name for name in processes(SERVICES) if "build" in SERVICES[name]] == ["topics"]


@pytest.mark.parametrize("service", [service.name for service in installed_services()])
def test_every_installed_service_has_its_job_its_web_server_and_two_workers(service: str):
    needs = {f"{service}-migrate", "topics"}
    web, worker = SERVICES[f"{service}-web"], SERVICES[f"{service}-worker"]
    assert SERVICES[f"{service}-migrate"]["command"] == ["migrate", service]
    assert SERVICES[f"{service}-migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert SERVICES["topics"]["depends_on"]["kafka"]["condition"] == "service_healthy"
    for process, kind in ((web, "web"), (worker, "worker")):
        assert process["command"] == [kind, service]
        assert {name: need["condition"] for name, need in process["depends_on"].items()} == dict.fromkeys(
            needs, "service_completed_successfully"
        )
    assert worker["deploy"]["replicas"] == 2


@pytest.mark.parametrize("service", installed_services(), ids=lambda service: service.name)
def test_every_web_server_is_asked_published_and_scraped_at_its_own_port(service):
    port = 8000 + service.number
    web = SERVICES[f"{service.name}-web"]
    assert web["environment"]["CPD_HEALTH_URL"] == f"http://127.0.0.1:{port}/livez"
    assert web["ports"] == [f"127.0.0.1:{port}:{port}"]
    scraped = documents(ROOT / "deploy" / "prometheus" / "prometheus.yml")[0]["scrape_configs"][0]
    assert f"{service.name}-web:{port}" in scraped["static_configs"][0]["targets"]


def test_workers_have_longer_to_stop_than_a_supervisor_would_give_them():
    for service in installed_services():
        assert int(SERVICES[f"{service.name}-worker"]["stop_grace_period"].rstrip("s")) > 15


def test_databases_and_kafka_are_reached_from_inside_only():
    assert COMPOSE["networks"]["data"]["internal"] is True
    for name in ("postgres", "kafka"):
        assert SERVICES[name]["networks"] == ["data"]
        assert "ports" not in SERVICES[name]
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_what_a_container_mounts_from_the_project_is_there():
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    missing = [mount for mount in mounts if mount.startswith("./") and not (ROOT / mount.split(":")[0]).exists()]
    assert missing == []
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith("./")}
    assert named == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", processes(SERVICES))
def test_the_product_accepts_the_settings_of_each_container(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    service = SERVICES[name]
    if service["environment"].get("CPD_PAYROLL_URL"):
        assert "secrets/payroll_token" in service["command"][0]
        return
    monkeypatch.setenv("CPD_MODE", "production")
    monkeypatch.setenv("CPD_HOME", str(tmp_path))
    for secret in _secrets(service):
        (tmp_path / secret).write_text(f"{WRAPPING_KEY}\n" if secret == "key_wrapping_keys" else "s3cret\n")
    for key, value in service["environment"].items():
        monkeypatch.setenv(key, str(value).replace("/run/secrets/", f"{tmp_path}/"))
    settings = read_settings()
    assert not settings.local
    assert not settings.demo
    assert settings.kafka is not None
    if name == "topics":
        assert settings.database("agreements") is None
        return
    for one in installed_services() if name == "operator" else [_of(name)]:
        assert settings.database(one.name) == f"postgresql://cpd_{one.name}:s3cret@postgres:5432/cpd_{one.name}"
    assert settings.keys_url == "postgresql://cpd_keys:s3cret@postgres:5432/cpd_keys"
    assert settings.key_wrapping_keys == WRAPPING_KEY


def test_a_services_containers_have_no_password_of_another():
    for name in processes(SERVICES):
        if name.partition("-")[0] in {service.name for service in installed_services()}:
            passwords = {secret for secret in _secrets(SERVICES[name]) if secret.endswith("_password")}
            assert passwords == {f"{_of(name).name}_database_password", "keys_database_password"}


def test_the_operator_is_started_only_when_it_is_asked_for():
    """It has every password."""
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["operator"]


def _secrets(service: Mapping[str, Any]) -> set[str]:
    """The names of the files under /run/secrets."""
    return {each["target"] if isinstance(each, dict) else each for each in service.get("secrets", [])}


def _of(container: str) -> Service:
    """The installed service that a container is of."""
    return next(service for service in installed_services() if container.startswith(f"{service.name}-"))


def _has_compose() -> bool:
    docker = shutil.which("docker")
    return (
        docker is not None
        and subprocess.run([docker, "compose", "version"], check=False, capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not _has_compose(), reason=f"{NOT_RUN}: what needs docker compose: there is none here")
def test_compose_itself_finds_the_file_valid():
    found = subprocess.run(
        ["docker", "compose", "config", "--quiet"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (found.returncode, found.stderr) == (0, "")

"""The image: built from locks alone, run by a user that is not root, with what an installed `cpd` needs."""

import os
import re
from pathlib import Path

import pytest

from shared.cli import GUNICORN_CONFIG
from tests.integration.deploy.files import DEPLOY, ROOT

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
FINAL = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
PINNED = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)
LOCKS = ("requirements.txt", "requirements-build.txt")


def _pinned(path: Path) -> dict[str, str]:
    return dict(PINNED.findall(path.read_text()))


@pytest.mark.parametrize("lock", LOCKS)
def test_the_image_has_the_versions_that_were_tested(lock: str):
    pinned, tested = _pinned(DEPLOY / lock), _pinned(ROOT / "requirements.txt")
    assert pinned
    assert {name: version for name, version in pinned.items() if tested.get(name) != version} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_its_hashes(lock: str):
    packages = re.split(r"\n(?=\S)", (DEPLOY / lock).read_text().replace("\\\n", " "))
    assert [text.split()[0] for text in packages if "==" in text.split("#")[0] and "--hash=sha256:" not in text] == []


def test_what_only_developers_need_is_not_in_the_image():
    assert not {"pytest", "mypy", "ruff", "hypothesis", "matplotlib", "hatchling"} & set(_pinned(DEPLOY / LOCKS[0]))


def test_nothing_is_installed_but_by_hash_or_from_our_own_wheel():
    installs = re.findall(r"pip install ([^\n&]*)", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in each or "--no-deps --no-index" in each for each in installs)


def test_the_image_runs_as_a_user_with_a_number_that_is_not_root():
    users = re.findall(r"^USER (\S+)$", FINAL, re.MULTILINE)
    assert users == ["10001:10001"]


def test_the_image_says_how_it_is_and_starts_in_production_mode():
    checked = re.search(r'^HEALTHCHECK .* CMD \["(.*)"\]$', FINAL, re.MULTILINE)
    assert checked is not None
    assert f"COPY deploy/healthy {checked[1]}\n" in FINAL
    assert os.access(DEPLOY / "healthy", os.X_OK)
    assert 'ENTRYPOINT ["cpd"]' in FINAL
    for setting in ("CPD_MODE=production", "CPD_DEMO=0", "PYTHONUNBUFFERED=1", "PROMETHEUS_MULTIPROC_DIR="):
        assert setting in FINAL


def test_what_the_image_copies_is_there_and_let_in():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    sources = [
        source
        for words in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in words.split()[:-1]
    ]
    assert [source for source in sources if not (ROOT / source).exists() or f"!{source}" not in ignored] == []


def test_the_servers_configuration_is_where_an_installed_cpd_looks_for_it():
    assert GUNICORN_CONFIG == DEPLOY / "gunicorn.conf.py"
    assert '"deploy/gunicorn.conf.py" = "deploy/gunicorn.conf.py"' in (ROOT / "pyproject.toml").read_text()
